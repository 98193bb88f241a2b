import { checkProject, googleService } from "../http/google.ts";
import { reads, type Service } from "../http/service.ts";

/** Runtime Configurator, where `functions.config()` once lay: the project has none. */
export const runtimeConfig: Service = googleService("runtimeconfig.googleapis.com", [
  reads("GET", "/v1beta1/projects/{project+}/configs", (call) => {
    checkProject(call, "runtimeconfig.configs.list");
    return {};
  }),
]);
