import type { JsonObject } from "./json.ts";
import { hasRole } from "./policies.ts";
import type { State } from "./state.ts";

/** A secret with what the server adds to it. */
export function newSecret(state: State, id: string, fields: JsonObject, time: string): JsonObject {
  return {
    replication: { automatic: {} },
    ...fields,
    name: secretName(state, id),
    createTime: time,
    etag: `"${Buffer.from(`${id}${time}`).toString("hex").slice(0, 14)}"`,
  };
}

export function secretName(state: State, id: string): string {
  return `projects/${state.project}/secrets/${id}`;
}

/**
 * Why a function that reads these secrets cannot be brought up, in Cloud Run's words; null when it can. Google finds
 * out while it deploys, so the operation ends in this.
 */
export function secretProblem(state: State, config: JsonObject): string | null {
  const variables = Array.isArray(config.secretEnvironmentVariables) ? config.secretEnvironmentVariables : [];
  const account = String(config.serviceAccountEmail ?? "");
  for (const item of variables as JsonObject[]) {
    const id = String(item.secret ?? "");
    const name = secretName(state, id);
    const shown = `projects/${state.projectNumber}/secrets/${id}/versions/${String(item.version ?? "latest")}`;
    if (state.secrets[name] === undefined) return `Secret ${shown} was not found`;
    const member = `serviceAccount:${account}`;
    const role = "roles/secretmanager.secretAccessor";
    if (!hasRole(state, name, role, member) && !hasRole(state, `projects/${state.project}`, role, member)) {
      return `Permission denied on secret: ${shown} for Revision service account ${account}. The service account used must be granted the 'Secret Manager Secret Accessor' role (roles/secretmanager.secretAccessor) at the secret, project or higher level.`;
    }
  }
  return null;
}

/**
 * Content of a secret's version ("latest" or its number), as text. A secret to which nobody has added a version has a
 * content all the same, "sandbox:ID": the seed's secrets have no versions, and nothing of theirs is secret. Null where
 * the version is not there or not enabled.
 */
export function secretValue(state: State, name: string, version: string): string | null {
  const versions = state.secretVersions[name] ?? [];
  if (versions.length === 0) return state.secrets[name] === undefined ? null : `sandbox:${name.split("/").at(-1)}`;
  const found = version === "latest" ? versions.at(-1) : versions[Number(version) - 1];
  return found?.state === "ENABLED" ? Buffer.from(found.data, "base64").toString("utf8") : null;
}
