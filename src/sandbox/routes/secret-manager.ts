import { jsonBody } from "../http/body.ts";
import { type Call, param } from "../http/call.ts";
import { checkProject, googleService } from "../http/google.ts";
import { page } from "../http/pages.ts";
import { reads, type Service, writes } from "../http/service.ts";
import { type JsonObject, objectAt, textAt } from "../state/json.ts";
import { Refusal } from "../state/refusal.ts";
import { newSecret, secretName, secretValue } from "../state/secrets.ts";
import { policyRoutes } from "./iam.ts";

const collection = "/v1/projects/{project+}/secrets";
const single = `${collection}/{secret}`;

/** Secret Manager v1: secrets, their versions and who may read them. */
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
    delete call.world.state.secretVersions[name];
    return {};
  }),
  writes("POST", `${single}:addVersion`, (call) => {
    const { state, now } = call.world;
    const name = String(found(call).name);
    const data = textAt(objectAt(jsonBody(call), "payload"), "data") ?? "";
    if (data === "" || Buffer.from(data, "base64").length === 0) {
      throw new Refusal("INVALID_ARGUMENT", "Secret Payload cannot be empty.");
    }
    const versions = state.secretVersions[name] ?? [];
    state.secretVersions[name] = [...versions, { createTime: now().toISOString(), state: "ENABLED", data }];
    return versionView(call, name, versions.length + 1);
  }),
  reads("GET", `${single}/versions/{version}`, (call) => versionView(call, String(found(call).name), versionOf(call))),
  reads("GET", `${single}/versions/{version}:access`, (call) => {
    const name = String(found(call).name);
    const number = versionOf(call);
    const value = secretValue(call.world.state, name, String(number));
    if (value === null) {
      throw new Refusal(
        "FAILED_PRECONDITION",
        `Secret Version [${name}/versions/${number}] is not in an enabled state.`,
      );
    }
    const data = Buffer.from(value).toString("base64");
    return { name: String(versionView(call, name, number).name), payload: { data } };
  }),
  ...policyRoutes(single, (call) => String(found(call).name)),
]);

/** Number of the version that a path names; a secret without any counts as one with its first, see secretValue. */
function versionOf(call: Call): number {
  const name = String(found(call).name);
  const count = Math.max(1, call.world.state.secretVersions[name]?.length ?? 0);
  const asked = param(call, "version");
  const number = asked === "latest" ? count : Number(asked);
  if (!Number.isInteger(number) || number < 1 || number > count) {
    throw new Refusal("NOT_FOUND", `Secret Version [${name}/versions/${asked}] not found.`);
  }
  return number;
}

function versionView(call: Call, name: string, number: number): JsonObject {
  const { state } = call.world;
  const version = state.secretVersions[name]?.[number - 1];
  return {
    name: `projects/${state.projectNumber}/secrets/${name.split("/").at(-1)}/versions/${number}`,
    createTime: version?.createTime ?? String(state.secrets[name]?.createTime ?? ""),
    state: version?.state ?? "ENABLED",
  };
}

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
