import { jsonBody } from "../../http/body.ts";
import { type Call, param } from "../../http/call.ts";
import { checkProject } from "../../http/google.ts";
import { type Route, reads, shelves, writes } from "../../http/service.ts";
import { isObject, type JsonObject, objectAt, textAt } from "../../state/json.ts";
import { Refusal } from "../../state/refusal.ts";
import { waitingEvents } from "../events/sources.ts";
import { backlogOf, dropPending, publish, wake } from "./messages.ts";

const topic = "/v1/projects/{project+}/topics/{topic}";
const subscription = "/v1/projects/{project+}/subscriptions/{subscription}";

/** Publishing, and the project's own push subscriptions. Nothing is pulled: a subscription without a push URL waits. */
export const messageRoutes: readonly Route[] = [
  shelves("POST", `${topic}:publish`, (call) => {
    checkProject(call, "pubsub.topics.publish");
    const name = `projects/${call.world.state.project}/topics/${param(call, "topic")}`;
    if (call.world.state.topics[name] === undefined) {
      throw new Refusal("NOT_FOUND", `Resource not found (resource=${param(call, "topic")}).`);
    }
    const { messages } = jsonBody(call);
    if (!Array.isArray(messages) || messages.length === 0) {
      throw new Refusal(
        "INVALID_ARGUMENT",
        "The value for message_count is too small. You passed 0 in the request, but the minimum value is 1.",
      );
    }
    return { messageIds: messages.filter(isObject).map((message) => publish(call.world, name, contentOf(message))) };
  }),
  writes("PUT", subscription, (call) => {
    const { state } = call.world;
    const name = nameOf(call, "create");
    if (state.subscriptions[name] !== undefined) {
      throw new Refusal(
        "ALREADY_EXISTS",
        `Resource already exists in the project (resource=${param(call, "subscription")}).`,
      );
    }
    const { name: _, ...body } = jsonBody(call);
    const of = textAt(body, "topic") ?? "";
    if (state.topics[of] === undefined) throw new Refusal("NOT_FOUND", `Resource not found (resource=${of}).`);
    state.subscriptions[name] = {
      pushConfig: {},
      ackDeadlineSeconds: 10,
      messageRetentionDuration: "604800s",
      expirationPolicy: { ttl: "2678400s" },
      state: "ACTIVE",
      ...body,
      name,
    };
    return state.subscriptions[name];
  }),
  writes("DELETE", subscription, (call) => {
    const name = String(own(call, "delete").name);
    for (const pending of backlogOf(call.world, name)) dropPending(call.world, pending);
    delete call.world.state.subscriptions[name];
    return {};
  }),
  // An empty configuration is a pause: messages gather, and go out when there is an address again.
  writes("POST", `${subscription}:modifyPushConfig`, (call) => {
    const row = own(call, "update");
    row.pushConfig = objectAt(jsonBody(call), "pushConfig");
    const now = call.world.now().getTime();
    for (const { subscriber, message } of backlogOf(call.world, String(row.name))) {
      wake(call.world, subscriber, message.messageId, now);
    }
    return {};
  }),
];

/** What each subscriber has not taken yet, functions of both generations among them. */
export const backlogRoute: Route = reads("GET", "/_sandbox/backlog", ({ world }) => {
  const backlog: Record<string, number> = {};
  for (const { subscriber } of world.shelf.all("pubsub-pending").values()) {
    backlog[String(subscriber)] = (backlog[String(subscriber)] ?? 0) + 1;
  }
  // Events of the second generation wait in the subscription of the trigger; nobody sees that of the first.
  const { functions, triggers } = world.state;
  for (const [name, count] of waitingEvents(world)) {
    const trigger = triggers[textAt(functions[name]?.eventTrigger ?? {}, "trigger") ?? ""] ?? {};
    const of = textAt(objectAt(objectAt(trigger, "transport"), "pubsub"), "subscription") ?? name;
    backlog[of] = (backlog[of] ?? 0) + count;
  }
  return { backlog };
});

function contentOf(message: JsonObject) {
  const data = textAt(message, "data");
  const attributes = Object.fromEntries(
    Object.entries(objectAt(message, "attributes")).map(([name, value]) => [name, String(value)]),
  );
  const orderingKey = textAt(message, "orderingKey");
  if (data === null && Object.keys(attributes).length === 0) {
    throw new Refusal(
      "INVALID_ARGUMENT",
      "One or more messages in the publish request is empty. Each message must contain either non-empty data, or at least one attribute.",
    );
  }
  return { ...(data === null ? {} : { data }), attributes, ...(orderingKey === null ? {} : { orderingKey }) };
}

function nameOf(call: Call, verb: string): string {
  checkProject(call, `pubsub.subscriptions.${verb}`);
  return `projects/${call.world.state.project}/subscriptions/${param(call, "subscription")}`;
}

function own(call: Call, verb: string): JsonObject {
  const found = call.world.state.subscriptions[nameOf(call, verb)];
  if (found === undefined)
    throw new Refusal("NOT_FOUND", `Resource not found (resource=${param(call, "subscription")}).`);
  return found;
}
