import { isObject, textAt } from "../state/json.ts";
import { hasRole } from "../state/policies.ts";
import type { FunctionResource, State } from "../state/state.ts";

/**
 * Whether IAM lets a caller in: everybody where allUsers may call, else whoever brings an identity token of a member.
 * A token's signature is not looked at, as everywhere in the sandbox.
 */
export function mayInvoke(state: State, resource: FunctionResource, authorization: string | undefined): boolean {
  const first = resource.environment === "GEN_1";
  const on = first ? resource.name : textAt(resource.serviceConfig, "service");
  const role = first ? "roles/cloudfunctions.invoker" : "roles/run.invoker";
  const places = [...(on === null ? [] : [on]), `projects/${state.project}`];
  const email = emailOf(authorization);
  const members = [
    "allUsers",
    ...(email === null ? [] : ["allAuthenticatedUsers", `serviceAccount:${email}`, `user:${email}`]),
  ];
  return places.some((place) => members.some((member) => hasRole(state, place, role, member)));
}

function emailOf(authorization: string | undefined): string | null {
  const claims = /^Bearer [\w-]+\.([\w-]+)\.[\w-]*$/i.exec(authorization ?? "")?.[1];
  if (claims === undefined) return null;
  try {
    const value: unknown = JSON.parse(Buffer.from(claims, "base64url").toString("utf8"));
    return isObject(value) ? textAt(value, "email") : null;
  } catch {
    return null;
  }
}
