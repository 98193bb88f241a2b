import { isMissing, isOutdated } from "./api-error.ts";
import { block, type Fields, output, text } from "./fields.ts";
import { type Context, type Resource, type ResourceType, UnreadableId } from "./resource-type.ts";
import type { Request } from "./rest.ts";
import { canonical, isEmpty, isValues, listAt, textAt, type Value, type Values, valuesAt } from "./values.ts";

/** How the policy of one kind of resource is reached. */
export interface PolicyAccess {
  /** "projects/p/secrets/s": what the id starts with. */
  readonly resourceId: string;
  /** The properties that name the resource, complete. */
  readonly parent: Values;
  readonly get: Request;
  /** Path of setIamPolicy. */
  readonly set: string;
  /** What setIamPolicy takes beside the policy. */
  readonly setFields?: Values;
}

export interface IamMemberDefinition {
  readonly token: string;
  /** The properties that name the resource whose policy it is. */
  readonly parent: Fields;
  readonly access: (context: Context, state: Values) => PolicyAccess;
  /** The parent's properties from the first part of an import id. */
  readonly parentOf: (resourceId: string) => Values;
  /** Form of that first part, for messages. */
  readonly form: string;
}

const memberFields: Fields = {
  role: text({ required: true, replaces: true }),
  member: text({ required: true, replaces: true, same: sameMember }),
  condition: block(
    {
      expression: text({ required: true, replaces: true }),
      title: text({ required: true, replaces: true }),
      description: text({ replaces: true }),
    },
    { replaces: true },
  ),
  etag: output(),
};

/** One member of one role in a resource's IAM policy: the policy is read, changed and written with its etag. */
export function iamMember(definition: IamMemberDefinition): ResourceType {
  const { token, access } = definition;
  const fields = { ...definition.parent, ...memberFields };
  const identity = [...Object.keys(definition.parent), "role", "member", "condition"];
  return {
    token,
    fields,
    identity,
    async create(context, planned) {
      const at = access(context, planned);
      const policy = await changePolicy(context, at, (bindings) => withMember(bindings, planned));
      return toResource(at, planned, policy, textAt(planned, "member"));
    },
    async read(context, id, prior) {
      const state = isEmpty(prior.member) ? fromImportId(definition, id) : prior;
      const at = access(context, state);
      let policy: Values;
      try {
        policy = await context.rest.send(at.get);
      } catch (error) {
        if (isMissing(error)) return null;
        throw error;
      }
      const found = findBinding(listAt(policy, "bindings"), state);
      if (found === null) return null;
      const condition = isEmpty(found.binding.condition) ? {} : { condition: found.binding.condition ?? null };
      return toResource(at, { ...state, ...condition }, policy, found.member);
    },
    async update(_context, _id, change) {
      // Every property replaces: the engine asks only after a failure, and there is nothing to change.
      return change.planned;
    },
    async remove(context, _id, state) {
      try {
        await changePolicy(context, access(context, state), (bindings) => withoutMember(bindings, state));
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    },
  };
}

function toResource(at: PolicyAccess, state: Values, policy: Values, member: string): Resource {
  const condition = valuesAt(state, "condition");
  const suffix = isEmpty(condition)
    ? ""
    : `/${textAt(condition, "title")}/${textAt(condition, "description")}/${textAt(condition, "expression")}`;
  return {
    id: `${at.resourceId}/${textAt(state, "role")}/${member}${suffix}`,
    state: { ...state, ...at.parent, member, etag: textAt(policy, "etag") },
  };
}

/** "RESOURCE ROLE MEMBER" or "RESOURCE ROLE MEMBER CONDITION TITLE", as the real provider takes it. */
function fromImportId(definition: IamMemberDefinition, id: string): Values {
  const [resourceId, role, member, ...title] = id.split(/\s+/);
  if (resourceId === undefined || role === undefined || member === undefined) {
    throw new UnreadableId(definition.token, id, `"${definition.form} ROLE MEMBER"`);
  }
  const condition = title.length === 0 ? {} : { condition: { title: title.join(" ") } };
  return { ...definition.parentOf(resourceId), role, member, ...condition };
}

/** Changes of one policy wait for each other. */
function changePolicy(
  context: Context,
  at: PolicyAccess,
  change: (bindings: Value[]) => Value[] | null,
): Promise<Values> {
  return context.rest.exclusive(at.set, () => readModifyWrite(context, at, change));
}

async function readModifyWrite(
  { rest }: Context,
  at: PolicyAccess,
  change: (bindings: Value[]) => Value[] | null,
): Promise<Values> {
  const end = Date.now() + rest.patience.giveUpMs;
  for (let pause = rest.patience.firstPauseMs; ; pause = Math.min(pause * 2, rest.patience.longestPauseMs)) {
    const policy = await rest.send(at.get);
    const bindings = change(listAt(policy, "bindings"));
    if (bindings === null) return policy;
    const next = { ...policy, version: 3, bindings };
    try {
      // An answer that is lost is found out by the etag, which is another one then.
      const body = { policy: next, ...at.setFields };
      return await rest.send({ method: "POST", path: at.set, body, repeat: "always" });
    } catch (error) {
      if (!isOutdated(error) || Date.now() + pause > end) throw error;
      await rest.pause(pause);
    }
  }
}

/** Null when the member is there already. */
function withMember(bindings: Value[], wanted: Values): Value[] | null {
  if (findBinding(bindings, wanted) !== null) return null;
  const member = textAt(wanted, "member");
  let added = false;
  const next = bindings.map((binding): Value => {
    if (added || !isValues(binding) || !isBindingOf(binding, wanted)) return binding;
    added = true;
    return { ...binding, members: [...listAt(binding, "members"), member] };
  });
  if (added) return next;
  const condition = valuesAt(wanted, "condition");
  return [...next, { role: textAt(wanted, "role"), members: [member], ...(isEmpty(condition) ? {} : { condition }) }];
}

/** Null when the member is gone already. A binding without members goes as well. */
function withoutMember(bindings: Value[], unwanted: Values): Value[] | null {
  if (findBinding(bindings, unwanted) === null) return null;
  return bindings.flatMap((binding): Value[] => {
    if (!isValues(binding) || !isBindingOf(binding, unwanted)) return [binding];
    const members = listAt(binding, "members").filter((member) => !sameMember(member, unwanted.member));
    return members.length === 0 ? [] : [{ ...binding, members }];
  });
}

function findBinding(bindings: readonly Value[], wanted: Values): { binding: Values; member: string } | null {
  for (const binding of bindings) {
    if (!isValues(binding) || !isBindingOf(binding, wanted)) continue;
    const member = listAt(binding, "members").find((item) => sameMember(item, wanted.member));
    if (typeof member === "string") return { binding, member };
  }
  return null;
}

/** An import knows of a condition no more than its title. */
function isBindingOf(binding: Values, wanted: Values): boolean {
  const live = valuesAt(binding, "condition");
  const condition = valuesAt(wanted, "condition");
  const same =
    isEmpty(condition.expression) && !isEmpty(condition.title)
      ? live.title === condition.title
      : canonical(live) === canonical(condition);
  return binding.role === wanted.role && same;
}

/** Addresses of people and accounts are compared without case; identities of federated pools keep theirs. */
function sameMember(old: Value | undefined, next: Value | undefined): boolean {
  if (typeof old !== "string" || typeof next !== "string") return false;
  if (/^(principal|principalSet):/.test(old)) return old === next;
  return old.toLowerCase() === next.toLowerCase();
}
