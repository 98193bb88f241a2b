import { canonicalUrl } from "../../../model/function-url.ts";
import type { World } from "../../http/call.ts";
import { type JsonObject, objectAt, textAt } from "../../state/json.ts";
import { partsOf } from "../../state/names.ts";
import type { FunctionResource } from "../../state/state.ts";
import { durationMs } from "../duration.ts";

export const pushKind = "pubsub-push";

const day = 86_400_000;

/** A message as Pub/Sub keeps it: data in base64. */
export interface Message {
  readonly messageId: string;
  readonly publishTime: string;
  readonly data?: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly orderingKey?: string;
}

/** One message that one subscriber has not taken yet. */
export interface Pending {
  readonly topic: string;
  readonly message: Message;
  /** Full name of the subscription, or of a function of the first generation, which has one that nobody sees. */
  readonly subscriber: string;
  attempts: number;
}

/** Who listens to a topic, and how it wants its messages. */
export interface Subscriber {
  readonly name: string;
  readonly topic: string;
  readonly form: "push" | "event" | "background";
  /** Null = nobody fetches: messages wait. */
  readonly url: string | null;
  readonly token: { readonly email: string; readonly audience: string } | null;
  readonly retries: boolean;
  readonly minPauseMs: number;
  readonly maxPauseMs: number;
  readonly keptMs: number;
}

/** Publishes a message; every subscriber that is there now gets it. Returns its id. */
export function publish(world: World, topic: string, content: Omit<Message, "messageId" | "publishTime">): string {
  const now = world.now();
  const messageId = String(10_000_000_000_000 + world.shelf.nextNumber());
  const message: Message = { ...content, messageId, publishTime: now.toISOString() };
  for (const subscriber of subscribersOf(world)) {
    if (subscriber.topic !== topic) continue;
    keepPending(world, { topic, message, subscriber: subscriber.name, attempts: 0 });
    wake(world, subscriber.name, messageId, now.getTime());
  }
  return messageId;
}

function pendingId(subscriber: string, messageId: string): string {
  return `${subscriber}/messages/${messageId}`;
}

export function pendingOf(world: World, id: string): Pending | undefined {
  return world.shelf.get("pubsub-pending", id) as unknown as Pending | undefined;
}

/** What a subscriber has not taken yet, the oldest first. */
export function backlogOf(world: World, subscriber: string): Pending[] {
  const all = [...world.shelf.all("pubsub-pending").values()] as unknown as Pending[];
  return all.filter((pending) => pending.subscriber === subscriber);
}

export function keepPending(world: World, pending: Pending): void {
  const id = pendingId(pending.subscriber, pending.message.messageId);
  world.shelf.put("pubsub-pending", id, pending as unknown as JsonObject);
}

export function dropPending(world: World, pending: Pending): void {
  const id = pendingId(pending.subscriber, pending.message.messageId);
  world.shelf.remove("pubsub-pending", id);
  world.agenda.cancel(`pubsub:${id}`);
}

/** Has a message delivered at a time. */
export function wake(world: World, subscriber: string, messageId: string, at: number): void {
  const id = pendingId(subscriber, messageId);
  world.agenda.put(`pubsub:${id}`, at, pushKind, { pending: id });
}

export function subscriber(world: World, name: string): Subscriber | undefined {
  return subscribersOf(world).find((one) => one.name === name);
}

/** The project's own subscriptions, those of event triggers, and functions of the first generation. */
export function subscribersOf(world: World): Subscriber[] {
  const { subscriptions, triggers, functions } = world.state;
  const found = Object.values(subscriptions).map(ownSubscription);
  for (const trigger of Object.values(triggers)) {
    const resource = functions[textAt(objectAt(trigger, "destination"), "cloudFunction") ?? ""];
    if (resource === undefined || !isOfTopic(resource)) continue;
    const transport = objectAt(objectAt(trigger, "transport"), "pubsub");
    const url = textAt(resource.serviceConfig, "uri");
    const email =
      textAt(resource.eventTrigger ?? {}, "serviceAccountEmail") ??
      textAt(resource.serviceConfig, "serviceAccountEmail") ??
      "";
    found.push({
      name: textAt(transport, "subscription") ?? "",
      topic: textAt(transport, "topic") ?? "",
      form: "event",
      url,
      token: { email, audience: url ?? "" },
      retries: resource.eventTrigger?.retryPolicy === "RETRY_POLICY_RETRY",
      minPauseMs: 10_000,
      maxPauseMs: 600_000,
      keptMs: day,
    });
  }
  for (const resource of Object.values(functions)) {
    const topic = textAt(resource.eventTrigger ?? {}, "pubsubTopic");
    if (resource.environment !== "GEN_1" || topic === null) continue;
    const { project, region, id } = partsOf(resource.name);
    found.push({
      name: resource.name,
      topic,
      form: "background",
      url: canonicalUrl(project, region, id),
      token: { email: textAt(resource.serviceConfig, "serviceAccountEmail") ?? "", audience: "" },
      retries: resource.eventTrigger?.retryPolicy === "RETRY_POLICY_RETRY",
      minPauseMs: 10_000,
      maxPauseMs: 600_000,
      keptMs: 7 * day,
    });
  }
  return found;
}

function isOfTopic(resource: FunctionResource): boolean {
  return resource.eventTrigger?.eventType === "google.cloud.pubsub.topic.v1.messagePublished";
}

function ownSubscription(row: JsonObject): Subscriber {
  const push = objectAt(row, "pushConfig");
  const token = objectAt(push, "oidcToken");
  const policy = objectAt(row, "retryPolicy");
  const url = textAt(push, "pushEndpoint");
  const email = textAt(token, "serviceAccountEmail");
  return {
    name: String(row.name),
    topic: textAt(row, "topic") ?? "",
    form: "push",
    url: url === "" ? null : url,
    token: email === null ? null : { email, audience: textAt(token, "audience") ?? url ?? "" },
    retries: true,
    minPauseMs: durationMs(policy.minimumBackoff) ?? 100,
    maxPauseMs: durationMs(policy.maximumBackoff) ?? 60_000,
    keptMs: durationMs(row.messageRetentionDuration) ?? 7 * day,
  };
}
