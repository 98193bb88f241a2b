import { jsonBody } from "../http/body.ts";
import { type Call, param } from "../http/call.ts";
import { checkLocation, checkProject, checkReachable, googleService } from "../http/google.ts";
import { reads, type Service, writes } from "../http/service.ts";
import type { JsonObject } from "../state/json.ts";
import { applyMask, parseMask } from "../state/mask.ts";
import { Refusal } from "../state/refusal.ts";

const single = "/v1/projects/{project+}/locations/{location}/repositories/{repository}";

/**
 * Artifact Registry, as far as deployers of functions look into it: the repository that Cloud Functions makes in each
 * region where it has built something, without a policy that cleans it up until somebody sets one.
 */
export const artifactRegistry: Service = googleService("artifactregistry.googleapis.com", [
  reads("GET", single, found),
  writes("PATCH", single, (call) => {
    const current = found(call);
    // The Firebase CLI names the repository's own name, too, which changes nothing.
    const mask = parseMask(call.query.get("updateMask"))?.filter((path) => path.join(".") !== "name") ?? null;
    const next = applyMask(current, jsonBody(call), mask, ["cleanupPolicies", "cleanupPolicyDryRun", "labels"]);
    next.updateTime = call.world.now().toISOString();
    call.world.state.repositories[String(next.name)] = next;
    return next;
  }),
]);

function found(call: Call): JsonObject {
  checkProject(call, "artifactregistry.repositories.get");
  const location = param(call, "location");
  checkLocation(location);
  checkReachable(call, location);
  const { state, startedAt } = call.world;
  const id = param(call, "repository");
  const name = `projects/${state.project}/locations/${location}/repositories/${id}`;
  const kept = state.repositories[name];
  if (kept !== undefined) return kept;
  const hasBuilt = Object.keys(state.functions).some((one) => one.split("/")[3] === location);
  if (id !== "gcf-artifacts" || !hasBuilt) throw new Refusal("NOT_FOUND", "Requested entity was not found.");
  return {
    name,
    format: "DOCKER",
    description: "This repository is created and used by Cloud Functions for storing function docker images.",
    labels: { "goog-managed-by": "cloudfunctions" },
    createTime: startedAt,
    updateTime: startedAt,
    mode: "STANDARD_REPOSITORY",
  };
}
