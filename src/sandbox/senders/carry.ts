import type { World } from "../http/call.ts";
import { deliverCounted } from "../run/deliver-counted.ts";
import type { JsonObject } from "../state/json.ts";
import { type Addressee, addresseeOf } from "./addressee.ts";
import type { Due } from "./agenda.ts";
import type { SenderName } from "./disturbances.ts";
import { type DeliveryRecord, recordDelivery } from "./record.ts";

/** One request of a sender to whoever holds a URL. */
export interface Outgoing {
  readonly sender: SenderName;
  /** Id of what is delivered. */
  readonly event: string;
  readonly type: string;
  readonly url: string;
  readonly method: string;
  /** In lower case; `host` is added. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** 1 for the first. */
  readonly attempt: number;
  /** How long the sender waits, in real milliseconds. */
  readonly deadlineMs: number;
  /** What the sender counts as taken. Default: 2xx. */
  readonly isTaken?: (status: number) => boolean;
}

export interface Arrival {
  /** Null where no answer came. */
  readonly status: number | null;
  readonly taken: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Why no answer came, in words; null where one did. */
  readonly problem: string | null;
}

interface Answer {
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly problem: string | null;
}

export const duplicateKind = "duplicate";

/**
 * Carries a request to the deployed copy that its URL names, or to an address on this machine, and writes it down.
 * Never rejects: what goes wrong is an arrival without a status.
 */
export async function carry(world: World, outgoing: Outgoing): Promise<Arrival> {
  const subject = { sender: outgoing.sender, type: outgoing.type, url: outgoing.url };
  const effect = world.disturbances.take(subject, ["refuse", "lose-answer"]);
  const duplicate = world.disturbances.take(subject, ["duplicate"]);
  const addressee = addresseeOf(world.state, world.base, outgoing.url);
  const at = world.now().toISOString();
  if (duplicate !== null) putDuplicates(world, outgoing, duplicate.copies ?? 1, duplicate.afterMs ?? 0);
  const answer: Answer =
    effect?.kind === "refuse"
      ? { status: effect.status, headers: {}, body: Buffer.alloc(0), problem: null }
      : await reach(world, addressee, outgoing);
  const seen: Answer =
    effect?.kind === "lose-answer"
      ? { ...nothing, problem: `the answer ${answer.status} was lost on the way` }
      : answer;
  const isTaken = outgoing.isTaken ?? ((status: number) => status >= 200 && status < 300);
  const taken = seen.status !== null && isTaken(seen.status);
  const note = effect?.kind === "refuse" ? "refused before it was delivered" : seen.problem;
  record(world, outgoing, addressee, { at, status: seen.status, taken, note });
  return { ...seen, taken };
}

const nothing: Answer = { status: null, headers: {}, body: Buffer.alloc(0), problem: "no answer" };

async function reach(world: World, addressee: Addressee, outgoing: Outgoing): Promise<Answer> {
  if (addressee.kind === "nobody") {
    return { ...nothing, status: addressee.status, problem: addressee.reason };
  }
  const answer = addressee.kind === "copy" ? toCopy(world, addressee, outgoing) : toLocal(addressee.url, outgoing);
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<Answer>((resolve) => {
    timer = setTimeout(
      () => resolve({ ...nothing, problem: `no answer within ${outgoing.deadlineMs} ms` }),
      outgoing.deadlineMs,
    );
  });
  try {
    return await Promise.race([answer, deadline]);
  } catch (error) {
    return { ...nothing, problem: error instanceof Error ? reasonOf(error) : String(error) };
  } finally {
    clearTimeout(timer);
  }
}

async function toCopy(
  world: World,
  { copy, path, host }: Extract<Addressee, { kind: "copy" }>,
  outgoing: Outgoing,
): Promise<Answer> {
  if (world.delivery === null) {
    return { ...nothing, status: 404, problem: "this sandbox runs no deployed code" };
  }
  const { method, body } = outgoing;
  const headers = { ...outgoing.headers, host, "content-length": String(body.length) };
  const answer = await deliverCounted(world, world.delivery, copy, { method, path, headers, body });
  return { status: answer.status, headers: answer.headers, body: Buffer.from(answer.body), problem: null };
}

async function toLocal(url: string, outgoing: Outgoing): Promise<Answer> {
  const response = await fetch(url, {
    method: outgoing.method,
    headers: outgoing.headers,
    // A redirect is an answer: whether it is followed is the sender's business.
    redirect: "manual",
    signal: AbortSignal.timeout(outgoing.deadlineMs),
    ...(outgoing.method === "GET" ? {} : { body: Buffer.from(outgoing.body) }),
  });
  const body = Buffer.from(await response.arrayBuffer());
  return { status: response.status, headers: Object.fromEntries(response.headers), body, problem: null };
}

function reasonOf(error: Error): string {
  const { cause } = error;
  return cause instanceof Error && "code" in cause ? `${error.message}: ${String(cause.code)}` : error.message;
}

function putDuplicates(world: World, outgoing: Outgoing, copies: number, afterMs: number): void {
  const { isTaken: _, body, ...rest } = outgoing;
  const data = { ...rest, headers: { ...rest.headers }, body: Buffer.from(body).toString("base64") } as JsonObject;
  for (let copy = 0; copy < copies; copy += 1) {
    const id = `duplicate:${world.shelf.nextNumber()}`;
    world.agenda.put(id, world.now().getTime() + afterMs, duplicateKind, data);
  }
  // They do not wait for the answer to the first.
  setImmediate(() => world.agenda.poke());
}

/** Sends a request again as it was; nobody waits for the answer. */
export async function carryDuplicate(world: World, { data }: Due): Promise<void> {
  const outgoing = { ...data, body: Buffer.from(String(data.body), "base64") } as unknown as Outgoing;
  const addressee = addresseeOf(world.state, world.base, outgoing.url);
  const at = world.now().toISOString();
  const answer = await reach(world, addressee, outgoing);
  const note = answer.problem === null ? "a duplicate" : `a duplicate: ${answer.problem}`;
  record(world, outgoing, addressee, { at, status: answer.status, taken: false, note });
}

function record(
  world: World,
  { sender, event, type, url, attempt }: Outgoing,
  addressee: Addressee,
  outcome: Pick<DeliveryRecord, "at" | "status" | "taken" | "note">,
): void {
  const copy = addressee.kind === "copy" ? `${addressee.copy.region}/${addressee.copy.id}` : null;
  recordDelivery(world.shelf, { sender, event, type, url, copy, attempt, ...outcome });
}

/** Puts an entry off where a disturbance says so; returns whether it did. */
export function postponed(world: World, due: Due, subject: Parameters<World["disturbances"]["take"]>[0]): boolean {
  if (due.data.postponed === true) return false;
  const effect = world.disturbances.take(subject, ["delay"]);
  if (effect === null) return false;
  world.agenda.put(due.id, world.now().getTime() + effect.ms, due.kind, { ...due.data, postponed: true });
  return true;
}
