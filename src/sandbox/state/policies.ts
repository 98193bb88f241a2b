import { accountExists } from "./accounts.ts";
import { isObject, type JsonObject, objectAt, textAt } from "./json.ts";
import { scramble } from "./names.ts";
import { Refusal } from "./refusal.ts";
import type { Binding, Policy, State } from "./state.ts";

/** The IAM policy of a resource; that of one nobody has touched is empty and has an etag all the same. */
export function readPolicy(state: State, name: string): Policy {
  return state.policies[name] ?? { etag: "ACAB" };
}

export function policyView(policy: Policy): JsonObject {
  return {
    ...(policy.bindings === undefined ? {} : { version: policy.version ?? 1 }),
    etag: policy.etag,
    ...(policy.bindings === undefined ? {} : { bindings: policy.bindings as unknown as JsonObject[] }),
  };
}

/** Takes the `policy` of a setIamPolicy body in place of the current one, unless its etag is outdated. */
export function writePolicy(state: State, name: string, body: JsonObject): Policy {
  const wanted = objectAt(body, "policy");
  const current = readPolicy(state, name);
  const etag = wanted.etag;
  if (typeof etag === "string" && etag !== "" && etag !== current.etag) {
    throw new Refusal("ABORTED", "There were concurrent policy changes. Please retry the whole read-modify-write.");
  }
  const listed = Array.isArray(wanted.bindings) ? wanted.bindings : [];
  const bindings = listed.map((binding) => bindingOf(binding, wanted));
  refuseStrangers(state, current, bindings);
  const conditional = bindings.some((binding) => binding.condition !== undefined);
  const next: Policy = { version: conditional ? 3 : 1, etag: etagAfter(current.etag), bindings };
  state.policies[name] = next;
  return next;
}

export function hasRole(state: State, name: string, role: string, member: string): boolean {
  const bindings = state.policies[name]?.bindings ?? [];
  return bindings.some((binding) => binding.role === role && binding.members.includes(member));
}

function bindingOf(value: unknown, policy: JsonObject): Binding {
  const role = isObject(value) ? value.role : null;
  const members = isObject(value) ? value.members : null;
  if (!isObject(value) || typeof role !== "string" || !Array.isArray(members)) {
    throw new Refusal("INVALID_ARGUMENT", "Each binding needs a role and a list of members.");
  }
  if (!/^(roles\/|projects\/[^/]+\/roles\/|organizations\/[^/]+\/roles\/)\S+$/.test(role)) {
    throw new Refusal("INVALID_ARGUMENT", `Role ${role} is not supported for this resource.`);
  }
  if (value.condition === undefined) return { role, members: members.map(String) };
  const condition = objectAt(value, "condition");
  if (textAt(condition, "expression") === null) {
    throw new Refusal("INVALID_ARGUMENT", "A condition needs an expression.");
  }
  if (policy.version !== 3) {
    throw new Refusal("INVALID_ARGUMENT", "Specifying a condition on a binding requires policy version 3.");
  }
  return { role, members: members.map(String), condition };
}

/** IAM takes no new member that it does not know; what a policy names already stays, also after the account is gone. */
function refuseStrangers(state: State, current: Policy, bindings: readonly Binding[]): void {
  const known = new Set((current.bindings ?? []).flatMap((binding) => binding.members));
  for (const member of bindings.flatMap((binding) => binding.members)) {
    if (known.has(member)) continue;
    if (!/^(allUsers|allAuthenticatedUsers|[a-zA-Z]+:\S+)$/.test(member)) {
      throw new Refusal("INVALID_ARGUMENT", `Invalid member: ${member}.`);
    }
    const email = /^serviceAccount:(.+)$/.exec(member)?.[1];
    if (email !== undefined && !accountExists(state, email)) {
      throw new Refusal("INVALID_ARGUMENT", `Service account ${email} does not exist.`);
    }
  }
}

function etagAfter(etag: string): string {
  return Buffer.from(scramble(etag, 8)).toString("base64");
}
