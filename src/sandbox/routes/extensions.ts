import { checkProject, googleService } from "../http/google.ts";
import { reads, type Service } from "../http/service.ts";

/** Firebase Extensions: the project has none installed. */
export const extensions: Service = googleService("firebaseextensions.googleapis.com", [
  reads("GET", "/v1beta/projects/{project+}/instances", (call) => {
    checkProject(call, "firebaseextensions.instances.list");
    return {};
  }),
]);
