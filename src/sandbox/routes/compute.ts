import { checkProject, googleService } from "../http/google.ts";
import { reads, type Service } from "../http/service.ts";

/** Compute Engine, as far as deployers ask it for the account that functions run as where they name none. */
export const compute: Service = googleService("compute.googleapis.com", [
  reads("GET", "/compute/v1/projects/{project}", (call) => {
    checkProject(call, "compute.projects.get");
    const { project, projectNumber } = call.world.state;
    return {
      kind: "compute#project",
      id: projectNumber,
      name: project,
      defaultServiceAccount: `${projectNumber}-compute@developer.gserviceaccount.com`,
    };
  }),
]);
