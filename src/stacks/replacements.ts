import type { TriggerKind } from "../model/deployed.ts";
import type { Change, FieldChange, Part, PartKind } from "../model/deployment.ts";
import type { FleetPlan, PlannedCopy } from "./resource.ts";
import type { StateCopy } from "./state.ts";

/** A part that could only become what the plan says by being deleted and made again. */
export interface Replacement {
  readonly part: Part;
  /** Why, as the end of "… would be deleted and made anew, since". */
  readonly why: string;
  /** What is lost between the two; null = nothing. */
  readonly loss: string | null;
  /** What else helps than a new name and consent; null = nothing. */
  readonly instead: string | null;
}

/** What goes with a part that is deleted and made again. Parts that are not named lose nothing by it. */
const losses: Partial<Record<PartKind, string>> = {
  function: "whatever reaches it in between, and events above all, is lost",
  queue: "the tasks that wait in it are lost, and Google keeps its name back for days",
  job: "a run that falls due in between is lost",
  topic: "messages that are on their way, and the subscriptions of others, are lost",
  account: "an account of the same name is another one, and has none of what others granted to it",
  bucket: "everything in it is lost",
  other: "nobody knows what is lost",
};

/** Google takes a change of these and keeps the old trigger, or refuses it: the Firebase CLI makes the function anew. */
const fixedTriggerFields = new Set(["trigger eventType", "trigger triggerRegion", "trigger pubsubTopic"]);

const kindsInCode: Readonly<Record<TriggerKind, string>> = {
  callable: "a callable",
  https: "a plain https function",
  scheduled: "a scheduled function",
  task: "a task function",
  event: "an event function",
  blocking: "a blocking function",
  other: "a function of another kind",
};

/**
 * Everything among the changes that is a replacement, whether the engine calls it one or not: what Google cannot change
 * in place, and functions of the state that the code makes something else of. Functions that answer nothing anyway
 * (`broken`, as "name@region") are left out.
 */
export function replacementsIn(
  changes: readonly Change[],
  plan: FleetPlan,
  present: readonly StateCopy[],
  broken: ReadonlySet<string>,
): Replacement[] {
  const found = changes.flatMap(({ part, operation, fields }): Replacement[] => {
    const causes = fields.filter(({ field, replaces }) => replaces === true || isFixed(part, field));
    if (operation !== "replace" && (operation !== "update" || causes.length === 0)) return [];
    if (part.kind === "function" && broken.has(keyOf(part))) return [];
    const told = causes.length > 0 ? causes : fields;
    const why = told.length === 0 ? "it cannot be changed in place" : `${told.map(causeText).join(" and ")} in place`;
    const instead = told.some(({ field }) => field === "account") ? keepsAccount : null;
    return [{ part, why, loss: losses[part.kind] ?? null, instead }];
  });
  const known = new Set(found.filter(({ part }) => part.kind === "function").map(({ part }) => keyOf(part)));
  const turned = kindChanges(plan.copies, present).filter(
    ({ part }) => !known.has(keyOf(part)) && !broken.has(keyOf(part)),
  );
  return [...found, ...turned];
}

const keepsAccount = "`serviceAccount` in its class's line keeps the account that it has";

function isFixed({ kind }: Part, field: string): boolean {
  return kind === "function" && fixedTriggerFields.has(field);
}

function causeText({ field, from, to }: FieldChange): string {
  if (from === null && to === null) return `its ${field} cannot be changed`;
  return `its ${field} cannot go from ${from ?? "(not set)"} to ${to ?? "(not set)"}`;
}

/** An open endpoint stays one; everything else is reached in another way than before. */
function kindChanges(planned: readonly PlannedCopy[], present: readonly StateCopy[]): Replacement[] {
  const before = new Map(present.map((copy) => [keyOf(copy), copy]));
  return planned.flatMap((copy): Replacement[] => {
    const old = before.get(keyOf(copy));
    if (old === undefined || old.generation !== copy.generation) return [];
    const { trigger } = old;
    if (trigger === null || trigger === copy.trigger || (isOpen(trigger) && isOpen(copy.trigger))) return [];
    const part: Part = { kind: "function", function: copy.function, region: copy.region, class: null, detail: null };
    const why = `it is ${kindsInCode[trigger]} where it is live and ${kindsInCode[copy.trigger]} by its code`;
    const loss =
      trigger === "task" ? "the tasks that wait for it are lost" : "whatever still reaches it as it was is lost";
    return [{ part, why, loss, instead: null }];
  });
}

function isOpen(trigger: TriggerKind): boolean {
  return trigger === "https" || trigger === "callable";
}

export function keyOf({
  function: name,
  region,
}: {
  readonly function: string | null;
  readonly region: string | null;
}) {
  return `${name}@${region}`;
}
