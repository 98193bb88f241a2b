import type { Change, Failure } from "../model/deployment.ts";
import { InputError } from "../model/problem.ts";
import { keyOf } from "../stacks/replacements.ts";
import type { FleetPlan } from "../stacks/resource.ts";
import type { OpenStack } from "../stacks/run.ts";
import { copiesIn, halfMade, readState } from "../stacks/state.ts";
import type { Urns } from "../stacks/urns.ts";
import { type Consent, consentTo, partText, withInvokers } from "./consent.ts";

/** The state as the engine exports it. */
type Exported = Awaited<ReturnType<OpenStack["readState"]>>;

/** What is about to be done: the plan with what it keeps, and the engine's names it is limited to (null = all). */
export interface Undertaking {
  readonly kept: FleetPlan;
  readonly exported: Exported;
  readonly targets: readonly string[] | null;
  /** Functions that may be made anew. */
  readonly allowed: readonly string[];
}

/** Looks at what a deployment would make anew before it begins, and not twice where a preview has just done so. */
export interface FirstLook {
  /** What a preview by this state, and not by what is there, has found. */
  remember(undertaking: Undertaking, changes: readonly Change[]): void;
  consent(undertaking: Undertaking, changes: readonly Change[]): Consent;
  /** Runs the engine's preview where none is remembered. */
  ask(stack: OpenStack, undertaking: Undertaking, signal: AbortSignal): Promise<Consent>;
  /** The engine's names of all that has to be made anew: what is broken, and what is agreed to. */
  anew(undertaking: Undertaking, agreed: Consent): readonly string[];
}

export function createFirstLook(plan: FleetPlan, urns: Urns): FirstLook {
  let last: { readonly by: string; readonly changes: readonly Change[] } | null = null;
  const keyFor = ({ exported, targets }: Undertaking): string => JSON.stringify([targets, exported]);

  /** The plan's copies that the targets hold. */
  function within(targets: readonly string[] | null): FleetPlan {
    if (targets === null) return plan;
    const touched = new Set(targets);
    const copies = new Set(
      plan.resources.flatMap((spec) => (spec.of !== null && touched.has(urns.resource(spec)) ? [keyOf(spec.of)] : [])),
    );
    return { ...plan, copies: plan.copies.filter((copy) => copies.has(keyOf(copy))) };
  }

  function consent({ exported, targets, allowed }: Undertaking, changes: readonly Change[]): Consent {
    return consentTo(changes, within(targets), readState(exported), allowed, urns);
  }

  return {
    consent,
    remember(undertaking, changes) {
      last = { by: keyFor(undertaking), changes };
    },
    async ask(stack, undertaking, signal) {
      const by = keyFor(undertaking);
      if (last?.by !== by) {
        const { targets, kept } = undertaking;
        const { changes } = await stack.preview(kept, { signal, targets });
        last = { by, changes };
      }
      return consent(undertaking, last.changes);
    },
    anew({ exported, targets }, { forced }) {
      const state = readState(exported);
      const broken = new Set(halfMade(state));
      const copies = copiesIn(state).filter(({ urn }) => broken.has(urn));
      const all = new Set([...broken, ...withInvokers(plan, state, urns, new Set(copies.map(keyOf))), ...forced]);
      return [...all].filter((urn) => targets === null || targets.includes(urn));
    },
  };
}

/** Nothing has been written yet: what was asked for is wrong, and nothing has failed. */
export function unasked(refusals: readonly Failure[]): InputError {
  return new InputError(
    refusals.map(({ part, message }) => {
      const [first = "", ...mend] = message.split("\n");
      const told = part === null ? first : `${partText(part)}: ${first}`;
      return { place: null, message: told, mend: mend.join("\n") || null, excerpt: null };
    }),
  );
}
