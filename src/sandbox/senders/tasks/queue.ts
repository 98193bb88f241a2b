import type { World } from "../../http/call.ts";
import { type JsonObject, numberAt, objectAt, textAt } from "../../state/json.ts";
import type { Due } from "../agenda.ts";

export const queueKind = "queue";
export const taskKind = "task";

/** A task lives this long, whatever becomes of it. */
const lifeMs = 31 * 86_400_000;
/** A name is taken this long after its task is gone. */
const nameTakenMs = 24 * 3_600_000;

/** Tokens of a queue's rate, by the name of the queue: `at` is when they were counted. */
const buckets = new WeakMap<World, Map<string, { tokens: number; at: number }>>();

function collectionOf(queue: string): string {
  return `tasks:${queue}`;
}

/** The tasks of a queue in the order of their schedule times. */
export function tasksOf(world: World, queue: string): JsonObject[] {
  return [...world.shelf.all(collectionOf(queue)).values()].sort(
    (a, b) => scheduleMs(a) - scheduleMs(b) || Number(a.number) - Number(b.number),
  );
}

export function task(world: World, name: string): JsonObject | undefined {
  return world.shelf.get(collectionOf(queueOf(name)), name);
}

export function keepTask(world: World, value: JsonObject): void {
  const name = String(value.name);
  world.shelf.put(collectionOf(queueOf(name)), name, value);
}

/** Takes a task away: done, given up, deleted or purged. Its name stays taken for a day. */
export function dropTask(world: World, name: string): void {
  world.shelf.remove(collectionOf(queueOf(name)), name);
  world.agenda.cancel(dispatchId(name));
  world.shelf.put("task-names", name, { until: world.now().getTime() + nameTakenMs });
}

export function isNameTaken(world: World, name: string): boolean {
  const until = numberAt(world.shelf.get("task-names", name) ?? {}, "until");
  if (until !== null && until <= world.now().getTime()) world.shelf.remove("task-names", name);
  return task(world, name) !== undefined || (until !== null && until > world.now().getTime());
}

export function queueOf(taskName: string): string {
  return taskName.split("/").slice(0, 6).join("/");
}

function dispatchId(name: string): string {
  return `task:${name}`;
}

function scheduleMs(value: JsonObject): number {
  return Date.parse(textAt(value, "scheduleTime") ?? "");
}

/** Something about a queue has changed: looks at it at once. */
export function wakeQueue(world: World, queue: string): void {
  world.agenda.put(`queue:${queue}`, world.now().getTime(), queueKind, { queue });
}

/** Starts what the queue's limits allow, and comes back when the next task or token is due. */
export async function runQueue(world: World, { data }: Due): Promise<void> {
  const name = String(data.queue);
  const queue = world.state.queues[name];
  if (queue === undefined || queue.state !== "RUNNING") return;
  const now = world.now().getTime();
  const limits = objectAt(queue, "rateLimits");
  const most = numberAt(limits, "maxConcurrentDispatches") ?? 1000;
  const bucket = bucketOf(world, name, limits, now);
  let next: number | null = null;
  let running = 0;
  const waiting: JsonObject[] = [];
  for (const value of tasksOf(world, name)) {
    if (now - Date.parse(textAt(value, "createTime") ?? "") >= lifeMs) dropTask(world, String(value.name));
    else if (world.agenda.has(dispatchId(String(value.name)))) running += 1;
    else waiting.push(value);
  }
  for (const value of waiting) {
    if (scheduleMs(value) > now) {
      next = scheduleMs(value);
      break;
    }
    // The end of a task that runs wakes the queue.
    if (running >= most) break;
    if (bucket.tokens < 1) {
      next = now + Math.max(1, Math.ceil(((1 - bucket.tokens) * 1000) / rateOf(limits)));
      break;
    }
    bucket.tokens -= 1;
    running += 1;
    dispatch(world, String(value.name));
  }
  if (next !== null) world.agenda.put(`queue:${name}`, next, queueKind, { queue: name });
}

/** Puts a task in hand at once, whatever the queue's limits and state. */
export function dispatch(world: World, name: string): void {
  world.agenda.put(dispatchId(name), world.now().getTime(), taskKind, { task: name });
}

function rateOf(limits: JsonObject): number {
  return Math.max(numberAt(limits, "maxDispatchesPerSecond") ?? 500, 0.001);
}

/** Google sets the burst from the rate where a queue names none; its default queue has 100 at 500 a second. */
function burstOf(limits: JsonObject): number {
  return numberAt(limits, "maxBurstSize") ?? Math.max(1, Math.min(100, Math.ceil(rateOf(limits) / 5)));
}

function bucketOf(world: World, queue: string, limits: JsonObject, now: number): { tokens: number; at: number } {
  const all = buckets.get(world) ?? new Map<string, { tokens: number; at: number }>();
  buckets.set(world, all);
  const burst = burstOf(limits);
  const bucket = all.get(queue) ?? { tokens: burst, at: now };
  all.set(queue, bucket);
  bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1000) * rateOf(limits));
  bucket.at = now;
  return bucket;
}
