import type { Change, Failure, Part } from "../model/deployment.ts";
import { keyOf, type Replacement, replacementsIn } from "../stacks/replacements.ts";
import type { FleetPlan } from "../stacks/resource.ts";
import { copiesIn, failedChanges, halfMade, type StackState } from "../stacks/state.ts";
import type { Urns } from "../stacks/urns.ts";

/** What of a deployment needs to be agreed to, because something is lost by it, and whether it is. */
export interface Consent {
  /** Nobody has agreed: the deployment must not go on. */
  readonly refusals: readonly Failure[];
  /** The engine's names of what is to be made anew although it would not by itself. */
  readonly forced: readonly string[];
  readonly notes: readonly string[];
}

/** @param allowed names of functions whose copies, and what hangs on them, may be made anew */
export function consentTo(
  changes: readonly Change[],
  plan: FleetPlan,
  state: StackState,
  allowed: readonly string[],
  urns: Urns,
): Consent {
  const copies = copiesIn(state);
  const broken = new Set(halfMade(state));
  const brokenCopies = copies.filter(({ urn }) => broken.has(urn));
  const all = replacementsIn(changes, plan, copies, new Set(brokenCopies.map(keyOf)));
  const losing = all.filter(({ loss }) => loss !== null);
  const isAllowed = ({ part }: Replacement): boolean => part.function !== null && allowed.includes(part.function);
  const agreed = losing.filter(isAllowed);
  const anew = new Set(agreed.filter(({ part }) => part.kind === "function").map(({ part }) => keyOf(part)));
  const wrong = new Set(failedChanges(state));
  const planned = new Set(plan.copies.map(keyOf));
  const touched = new Set(changes.filter(({ part }) => part.kind === "function").map(({ part }) => keyOf(part)));
  const stuck = copies.filter((copy) => wrong.has(copy.urn) && planned.has(keyOf(copy)) && !touched.has(keyOf(copy)));
  for (const copy of stuck) if (allowed.includes(copy.function)) anew.add(keyOf(copy));
  const harmless = all.filter(({ loss }) => loss === null).map(({ part }) => partText(part));
  return {
    refusals: losing.filter((one) => !isAllowed(one)).map(refusal),
    forced: withInvokers(plan, state, urns, anew),
    notes: [
      ...agreed.map(({ part }) => `${partText(part)} is made anew, as --allow-replace agrees to`),
      ...stuck.map(({ function: name, region }) => {
        const what = `the last change of ${name} in ${region} failed, and what served before may still do so`;
        if (allowed.includes(name)) return `${what}; it is made anew, as --allow-replace agrees to`;
        return `${what}; nothing about it is to be changed, which would try again, and --allow-replace ${name} makes it anew`;
      }),
      ...(harmless.length === 0 ? [] : [`made anew, by which nothing is lost: ${listed(harmless)}`]),
    ],
  };
}

/**
 * The engine's names of the functions of these copies ("name@region") and of their invoker bindings: Google deletes a
 * binding with what it stands on, and the state would go on knowing it.
 */
export function withInvokers(plan: FleetPlan, state: StackState, urns: Urns, copies: ReadonlySet<string>): string[] {
  const known = new Set(state.resources.map(({ urn }) => urn));
  return plan.resources
    .filter(({ of, type }) => of !== null && copies.has(keyOf(of)) && goesWithFunction.test(type))
    .map(urns.resource)
    .filter((urn) => known.has(urn));
}

const goesWithFunction = /:(?:Function|FunctionIamMember|ServiceIamMember)$/;

function refusal({ part, why, loss, instead }: Replacement): Failure {
  const { function: name } = part;
  const message = `it would be deleted and made anew, since ${why}: ${loss}.`;
  const newName = "Deploy it under a new name and remove the old one once nothing reaches it";
  const consent = `\`--allow-replace ${name}\` agrees to the loss.`;
  const mend =
    name === null
      ? "Undo what has changed it: regions.yaml asks for nothing of the kind."
      : part.kind === "function"
        ? `${newName}; ${instead === null ? "" : `or ${instead}; `}or ${consent}`
        : consent;
  return { part, operation: "replace", message: `${message}\n${mend}` };
}

/** For whoever is told without a report: "sorted in europe-west1", "the queue of sorted in europe-west1". */
export function partText({ kind, function: name, region, class: group, detail }: Part): string {
  const of = name === null ? (group === null ? (region ?? "") : `class ${group}`) : `${name} in ${region}`;
  if (kind === "function") return of;
  const what = detail === null ? kind : `${kind} ${detail}`;
  return of === "" ? `the ${what}` : `the ${what} of ${of}`;
}

const mostNamed = 5;

function listed(names: readonly string[]): string {
  const more = names.length - mostNamed;
  return `${names.slice(0, mostNamed).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
