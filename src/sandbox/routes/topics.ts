import { jsonBody } from "../http/body.ts";
import { type Call, param } from "../http/call.ts";
import { checkProject } from "../http/google.ts";
import { page } from "../http/pages.ts";
import { type Route, reads, writes } from "../http/service.ts";
import { type JsonObject, objectAt, textAt } from "../state/json.ts";
import { applyMask, parseMask } from "../state/mask.ts";
import { Refusal } from "../state/refusal.ts";
import { newTopic } from "../state/topics.ts";
import { policyRoutes } from "./iam.ts";

const collection = "/v1/projects/{project+}/topics";
const single = `${collection}/{topic}`;
const writable = [
  "ingestionDataSourceSettings",
  "kmsKeyName",
  "labels",
  "messageRetentionDuration",
  "messageStoragePolicy",
  "messageTransforms",
  "schemaSettings",
];

/** Pub/Sub's topics: what jobs of the first generation publish to. */
export const topicRoutes: readonly Route[] = [
  reads("GET", collection, (call) => {
    checkProject(call, "pubsub.topics.list");
    return page(call, Object.values(call.world.state.topics), { key: "topics", maxPage: 1000, defaultPage: 100 });
  }),
  reads("GET", single, found),
  writes("PUT", single, (call) => {
    const name = nameIn(call, "create");
    const id = param(call, "topic");
    if (!/^[a-zA-Z][a-zA-Z0-9._~+%-]{2,254}$/.test(id) || id.startsWith("goog")) {
      throw new Refusal("INVALID_ARGUMENT", `Invalid [topics] name: (name=${name})`, [
        { field: "name", description: "must start with a letter and have 3 to 255 characters" },
      ]);
    }
    const { state } = call.world;
    if (state.topics[name] !== undefined) {
      throw new Refusal("ALREADY_EXISTS", `Resource already exists in the project (resource=${id}).`);
    }
    const body = jsonBody(call);
    state.topics[name] = newTopic(name, pick(body));
    return state.topics[name];
  }),
  writes("PATCH", single, (call) => {
    const current = found(call);
    const body = jsonBody(call);
    const mask = parseMask(call.query.get("updateMask") ?? textAt(body, "updateMask"));
    if (mask === null) {
      throw new Refusal("INVALID_ARGUMENT", "The update_mask in the UpdateTopicRequest must be set.", [
        { field: "update_mask", description: "must be set" },
      ]);
    }
    const next = newTopic(String(current.name), applyMask(current, objectAt(body, "topic"), mask, writable));
    call.world.state.topics[String(current.name)] = next;
    return next;
  }),
  writes("DELETE", single, (call) => {
    const name = String(found(call).name);
    delete call.world.state.topics[name];
    delete call.world.state.policies[name];
    return {};
  }),
  ...policyRoutes(single, (call) => String(found(call).name)),
];

function found(call: Call): JsonObject {
  const topic = call.world.state.topics[nameIn(call, "get")];
  if (topic === undefined) throw new Refusal("NOT_FOUND", `Resource not found (resource=${param(call, "topic")}).`);
  return topic;
}

function nameIn(call: Call, verb: string): string {
  checkProject(call, `pubsub.topics.${verb}`);
  return `projects/${call.world.state.project}/topics/${param(call, "topic")}`;
}

function pick(body: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([key]) => writable.includes(key)));
}
