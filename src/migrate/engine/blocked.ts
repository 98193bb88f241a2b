import type { Direction, Step } from "../../model/move.ts";
import type { Journal } from "../journal/journal.ts";
import { Refused, Unseen } from "../ports/world.ts";
import type { Probe } from "../steps/work.ts";

/** A step that goes no further for now. */
export type Blocked =
  | {
      readonly is: "waiting";
      readonly step: Step;
      readonly direction: Direction;
      readonly for: string;
      /** RFC 3339; null: nobody knows. */
      readonly until: string | null;
    }
  | { readonly is: "failed" | "stopped"; readonly step: Step; readonly direction: Direction; readonly reason: string };

/** Writes down why a step goes no further. The same wait twice in a row is written once. */
export async function blockedBy(
  found: Probe & { readonly is: "waiting" | "changed" },
  step: Step,
  direction: Direction,
  journal: Journal,
): Promise<Blocked> {
  const told = { step: step.id, direction };
  if (found.is === "changed") {
    await journal.write({ kind: "stopped", ...told, reason: found.what });
    return { is: "stopped", step, direction, reason: found.what };
  }
  const until = found.until === null ? null : new Date(found.until).toISOString();
  const { last } = journal.standing();
  const isSame = last.kind === "wait" && last.step === step.id && last.for === found.for && last.until === until;
  if (!isSame) await journal.write({ kind: "wait", ...told, for: found.for, until });
  return { is: "waiting", step, direction, for: found.for, until };
}

/** What a port has thrown. Whatever is neither Unseen nor Refused is no finding, and is thrown on. */
export async function blockedByError(
  error: unknown,
  step: Step,
  direction: Direction,
  journal: Journal,
): Promise<Blocked> {
  // The world could not be looked at: nothing is concluded, and nothing is skipped.
  if (error instanceof Unseen) {
    return blockedBy({ is: "waiting", for: error.message, until: null }, step, direction, journal);
  }
  if (error instanceof Refused) return failed(error.message, step, direction, journal);
  throw error;
}

export async function failed(reason: string, step: Step, direction: Direction, journal: Journal): Promise<Blocked> {
  await journal.write({ kind: "failed", step: step.id, direction, reason });
  return { is: "failed", step, direction, reason };
}
