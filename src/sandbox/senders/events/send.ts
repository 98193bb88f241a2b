import { canonicalUrl } from "../../../model/function-url.ts";
import type { World } from "../../http/call.ts";
import type { JsonObject } from "../../state/json.ts";
import { defaultAccount, partsOf } from "../../state/names.ts";
import type { FunctionResource } from "../../state/state.ts";
import type { Due } from "../agenda.ts";
import { carry, postponed } from "../carry.ts";
import type { SenderName } from "../disturbances.ts";
import { oidcToken } from "../oidc.ts";
import { type Listener, retries } from "./listeners.ts";

/** An event on its way to one copy, as the agenda keeps it; `content` is JSON that the source of events knows to read. */
export interface Sending<Content> {
  /** The same at every try. */
  readonly id: string;
  /** Full name of the function. */
  readonly to: string;
  readonly eventType: string;
  readonly content: Content;
  readonly attempts: number;
  /** When it was put in, in milliseconds since the epoch. */
  readonly since: number;
}

export interface EventRequest {
  /** In lower case, without `authorization`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** One kind of events: who sends them, and what they look like for each generation. */
export interface EventSource<Content> {
  readonly sender: SenderName;
  /** Of the agenda: "storage-event". */
  readonly kind: string;
  request(world: World, sending: Sending<Content>, resource: FunctionResource): EventRequest | Promise<EventRequest>;
}

const deadlineMs = 600_000;
/** Between tries, as the subscriptions that Eventarc makes are set: 10 s at first, 10 min at most. */
const firstPauseMs = 10_000;
const longestPauseMs = 600_000;
const day = 24 * 60 * 60 * 1000;

/** Has the agenda send events of this kind. */
export function startEvents<Content>(world: World, source: EventSource<Content>): void {
  world.agenda.on(source.kind, (due) => send(world, source, due));
}

/** Puts in an event for one copy. Whoever caused it is answered first. */
export function putEvent<Content>(
  world: World,
  source: EventSource<Content>,
  { resource, eventType }: Listener,
  id: string,
  content: Content,
): void {
  const since = world.now().getTime();
  const sending: Sending<Content> = { id, to: resource.name, eventType, content, attempts: 0, since };
  world.agenda.put(`${source.sender}:${id}:${resource.name}`, since, source.kind, sending as unknown as JsonObject);
  setImmediate(() => world.agenda.poke());
}

async function send<Content>(world: World, source: EventSource<Content>, due: Due): Promise<void> {
  const sending = due.data as unknown as Sending<Content>;
  const resource = world.state.functions[sending.to];
  if (resource === undefined) return;
  const { region, id } = partsOf(sending.to);
  const url = canonicalUrl(world.state.project, region, id);
  const { sender } = source;
  if (postponed(world, due, { sender, type: sending.eventType, url })) return;
  const attempts = sending.attempts + 1;
  const { headers, body } = await source.request(world, sending, resource);
  const { taken } = await carry(world, {
    sender,
    event: sending.id,
    type: sending.eventType,
    url,
    method: "POST",
    headers: { ...headers, authorization: authorization(world, resource, url) },
    body,
    attempt: attempts,
    deadlineMs,
  });
  const now = world.now().getTime();
  const next = now + Math.min(firstPauseMs * 2 ** (attempts - 1), longestPauseMs);
  const patienceMs = resource.environment === "GEN_1" ? 7 * day : day;
  if (taken || !retries(resource) || next - sending.since > patienceMs) return;
  world.agenda.put(due.id, next, due.kind, { ...due.data, attempts });
}

/** The account that a trigger calls its copy as. */
export function triggerAccount(world: World, resource: FunctionResource): string {
  return String(
    resource.eventTrigger?.serviceAccountEmail ??
      resource.serviceConfig.serviceAccountEmail ??
      defaultAccount(world.state, 2),
  );
}

/** IAM stands before the second generation's services alone; events of the first pass as the sandbox itself does. */
function authorization(world: World, resource: FunctionResource, audience: string): string {
  if (resource.environment === "GEN_1") return `Bearer ${world.token}`;
  const seconds = Math.floor(world.now().getTime() / 1000);
  return `Bearer ${oidcToken(triggerAccount(world, resource), audience, seconds)}`;
}

/** What every event of the second generation has: CloudEvents' binary mode, one header for each attribute. */
export function cloudEvent(
  attributes: Readonly<Record<string, string>>,
  contentType: string,
  body: Uint8Array,
): EventRequest {
  const headers: Record<string, string> = {
    "content-type": contentType,
    "ce-specversion": "1.0",
    "user-agent": "APIs-Google; (+https://developers.google.com/webmasters/APIs-Google)",
  };
  for (const [name, value] of Object.entries(attributes)) headers[`ce-${name}`] = headerBytes(value);
  return { headers, body };
}

/**
 * As Eventarc puts a text into a header: its UTF-8 bytes, one character each as Node writes headers. Whoever reads them as
 * Latin-1, as Node does, sees "Ã©" for "é" (firebase-functions, issue 1459). What no header can carry goes in percent.
 */
function headerBytes(text: string): string {
  const printable = [...text].map((one) => (one < " " || one === "\x7f" ? encodeURIComponent(one) : one)).join("");
  return Buffer.from(printable, "utf8").toString("latin1");
}

/** An event as functions of the first generation get it. `resource` is a text for some services, an object for others. */
export function backgroundEvent(
  context: { readonly eventId: string; readonly timestamp: string; readonly eventType: string; resource: unknown },
  data: object,
): EventRequest {
  return { headers: { "content-type": "application/json" }, body: Buffer.from(JSON.stringify({ context, data })) };
}
