import { jsonBody } from "../http/body.ts";
import { type Call, param } from "../http/call.ts";
import { checkProject, googleService } from "../http/google.ts";
import { page } from "../http/pages.ts";
import { reads, type Service, writes } from "../http/service.ts";
import type { JsonObject } from "../state/json.ts";
import { Refusal } from "../state/refusal.ts";
import { newSecret, secretName } from "../state/secrets.ts";
import { policyRoutes } from "./iam.ts";

const collection = "/v1/projects/{project+}/secrets";
const single = `${collection}/{secret}`;

/** Secret Manager v1: secrets and who may read them. Their values are not kept. */
export const secretManager: Service = googleService("secretmanager.googleapis.com", [
  reads("GET", collection, (call) => {
    checkProject(call, "secretmanager.secrets.list");
    return page(call, Object.values(call.world.state.secrets), { key: "secrets", maxPage: 25_000 });
  }),
  reads("GET", single, found),
  writes("POST", collection, (call) => {
    checkProject(call, "secretmanager.secrets.create");
    const { state, now } = call.world;
    const id = call.query.get("secretId") ?? "";
    if (!/^[a-zA-Z0-9_-]{1,255}$/.test(id)) {
      throw new Refusal("INVALID_ARGUMENT", `The provided Secret ID [${id}] does not match the expected format.`);
    }
    if (state.secrets[secretName(state, id)] !== undefined) {
      throw new Refusal("ALREADY_EXISTS", `Secret [projects/${state.projectNumber}/secrets/${id}] already exists.`);
    }
    const { labels, replication } = jsonBody(call);
    const fields = {
      ...(labels === undefined ? {} : { labels }),
      ...(replication === undefined ? {} : { replication }),
    };
    const secret = newSecret(state, id, fields, now().toISOString());
    state.secrets[String(secret.name)] = secret;
    return secret;
  }),
  writes("DELETE", single, (call) => {
    const name = String(found(call).name);
    delete call.world.state.secrets[name];
    delete call.world.state.policies[name];
    return {};
  }),
  ...policyRoutes(single, (call) => String(found(call).name)),
]);

function found(call: Call): JsonObject {
  checkProject(call, "secretmanager.secrets.get");
  const { state } = call.world;
  const id = param(call, "secret");
  const secret = state.secrets[secretName(state, id)];
  if (secret === undefined) {
    throw new Refusal("NOT_FOUND", `Secret [projects/${state.projectNumber}/secrets/${id}] not found.`);
  }
  return secret;
}
