import { type Call, param } from "../http/call.ts";
import { checkProject, googleService } from "../http/google.ts";
import { reads, type Service } from "../http/service.ts";
import type { JsonObject } from "../state/json.ts";
import { Refusal } from "../state/refusal.ts";

/** Service Usage: which APIs a project has enabled. In the sandbox every one is, so that enabling changes nothing. */
export const serviceUsage: Service = googleService("serviceusage.googleapis.com", [
  reads("GET", "/v1/projects/{project+}/services/{service}", view),
  reads("POST", "/v1/projects/{project+}/services/{service}:enable", (call) => {
    return { name: "operations/noop.DONE_OPERATION", done: true, response: { service: view(call) } };
  }),
  reads("POST", "/v1beta1/projects/{project+}/services/{service}:generateServiceIdentity", (call) => {
    const { name } = view(call);
    const { projectNumber } = call.world.state;
    const agent = agents[param(call, "service")] ?? "gcp-sa-firebase";
    const email = `service-${projectNumber}@${agent}.iam.gserviceaccount.com`;
    return { name: `operations/finished.${String(name)}`, done: true, response: { email, uniqueId: projectNumber } };
  }),
]);

const agents: Readonly<Record<string, string>> = {
  "pubsub.googleapis.com": "gcp-sa-pubsub",
  "eventarc.googleapis.com": "gcp-sa-eventarc",
};

/** Clients that take an API's name from its address ask for the sandbox's own, where that is what they are given. */
function view(call: Call): JsonObject {
  checkProject(call, "serviceusage.services.get");
  const service = param(call, "service");
  if (!/^[a-z0-9-]+\.googleapis\.com$|^127\.0\.0\.1$/.test(service)) {
    throw new Refusal("PERMISSION_DENIED", `Not found or permission denied for service(s): ${service}.`);
  }
  const { projectNumber } = call.world.state;
  return {
    name: `projects/${projectNumber}/services/${service}`,
    config: { name: service },
    state: "ENABLED",
    parent: `projects/${projectNumber}`,
  };
}
