import { jsonBody } from "../http/body.ts";
import { type Call, param, reply } from "../http/call.ts";
import { page } from "../http/pages.ts";
import { type Route, reads, writes } from "../http/service.ts";
import { storageAgent } from "../state/accounts.ts";
import { checkBucketName, newBucket, patchBucket } from "../state/buckets.ts";
import { type JsonObject, textAt } from "../state/json.ts";
import { Refusal } from "../state/refusal.ts";

export const bucketRoutes: readonly Route[] = [
  reads("GET", "/storage/v1/b", (call) => {
    checkOwner(call, "list");
    const buckets = Object.values(call.world.state.buckets);
    const rules = { key: "items", maxPage: 1000, sizeParameter: "maxResults" };
    return { kind: "storage#buckets", ...page(call, buckets, rules) };
  }),
  reads("GET", "/storage/v1/projects/{project}/serviceAccount", (call) => {
    const { state } = call.world;
    const asked = param(call, "project");
    if (asked !== state.project && asked !== state.projectNumber) {
      throw new Refusal("PERMISSION_DENIED", `Caller does not have resourcemanager.projects.get access to ${asked}.`);
    }
    return { kind: "storage#serviceAccount", email_address: storageAgent(state) };
  }),
  reads("GET", "/storage/v1/b/{bucket+}", findBucket),
  reads("GET", "/storage/v1/b/{bucket+}/iam/testPermissions", (call) => {
    findBucket(call);
    // Whoever has a token may do everything here.
    const permissions = call.query.getAll("permissions");
    const kind = "storage#testIamPermissionsResponse";
    return permissions.length === 0 ? { kind } : { kind, permissions };
  }),
  writes("POST", "/storage/v1/b", (call) => {
    checkOwner(call, "create");
    const { state, now } = call.world;
    const body = jsonBody(call);
    const name = textAt(body, "name") ?? "";
    checkBucketName(name);
    if (state.buckets[name] !== undefined) {
      throw new Refusal(
        "ALREADY_EXISTS",
        "Your previous request to create the named bucket succeeded and you already own it.",
      );
    }
    state.buckets[name] = newBucket(state, body, now().toISOString());
    return state.buckets[name];
  }),
  writes("PATCH", "/storage/v1/b/{bucket+}", (call) => {
    const { state, now } = call.world;
    const next = patchBucket(findBucket(call), jsonBody(call), now().toISOString());
    state.buckets[String(next.name)] = next;
    return next;
  }),
  writes("DELETE", "/storage/v1/b/{bucket+}", (call) => {
    const { state } = call.world;
    const name = String(findBucket(call).name);
    if (Object.keys(state.objects).some((key) => key.startsWith(`${name}/`))) {
      throw new Refusal("ALREADY_EXISTS", "The bucket you tried to delete is not empty.");
    }
    delete state.buckets[name];
    return reply(204, "");
  }),
];

export function findBucket(call: Call): JsonObject {
  const bucket = call.world.state.buckets[param(call, "bucket")];
  if (bucket === undefined) throw new Refusal("NOT_FOUND", "The specified bucket does not exist.");
  return bucket;
}

function checkOwner(call: Call, verb: string): void {
  const { state } = call.world;
  const asked = call.query.get("project");
  if (asked === null) throw new Refusal("INVALID_ARGUMENT", "Required parameter: project");
  if (asked !== state.project && asked !== state.projectNumber) {
    throw new Refusal("PERMISSION_DENIED", `Caller does not have storage.buckets.${verb} access to project ${asked}.`);
  }
}
