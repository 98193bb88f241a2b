import type { World } from "../http/call.ts";
import type { JsonObject } from "../state/json.ts";
import type { Due } from "./agenda.ts";
import { carryDuplicate, duplicateKind } from "./carry.ts";
import type { SandboxClock } from "./clock.ts";
import { startAllEvents } from "./events/sources.ts";
import { pushKind } from "./pubsub/messages.ts";
import { push } from "./pubsub/push.ts";
import { attemptJob, jobKind, jobRetryKind, planJobs, runJob } from "./scheduler/jobs.ts";
import type { Shelf } from "./shelf.ts";
import { startStripe } from "./stripe/start.ts";
import { runTask } from "./tasks/dispatch.ts";
import { queueKind, runQueue, taskKind } from "./tasks/queue.ts";
import { runUpdate, updateKind } from "./telegram/updates.ts";
import { startTwilio } from "./twilio/start.ts";

/** Where the shelf keeps how far the clock was put forward. */
export const clockKey = ["clock", "offset"] as const;

export function restoreClock(shelf: Shelf, clock: SandboxClock): void {
  const kept = shelf.get(...clockKey);
  if (kept !== undefined) clock.restore(kept as { offset: number; stoppedAt: number | null });
}

/** Tells the agenda who does what, and puts in what is due from the start. Safe to call again after a reset. */
export function startSenders(world: World): void {
  world.agenda.on(duplicateKind, (due) => carryDuplicate(world, due));
  startAllEvents(world);
  startStripe(world);
  world.agenda.on(jobKind, (due) => runJob(world, due));
  world.agenda.on(jobRetryKind, (due) => attemptJob(world, due));
  world.agenda.on(updateKind, (due) => runUpdate(world, due));
  world.agenda.on(pushKind, (due) => push(world, due));
  startTwilio(world);
  world.agenda.on(queueKind, (due) => runQueue(world, due));
  world.agenda.on(taskKind, (due) => runTask(world, due));
  if (world.delivery !== null) planJobs(world);
  world.agenda.poke();
}

/** A sender that failed has a mistake; it is shown with the clock, so that a test sees it. */
export function noteFailure(shelf: Shelf, now: Date, due: Due, error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error);
  shelf.put("failures", String(shelf.nextNumber()), { at: now.toISOString(), kind: due.kind, id: due.id, reason });
}

export function failuresOf(shelf: Shelf): JsonObject[] {
  return [...shelf.all("failures").values()];
}
