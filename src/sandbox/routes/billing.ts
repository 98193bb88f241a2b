import { checkProject, googleService } from "../http/google.ts";
import { reads, type Service } from "../http/service.ts";

/** Cloud Billing: the project has an account, without which nothing could be deployed. */
export const billing: Service = googleService("cloudbilling.googleapis.com", [
  reads("GET", "/v1/projects/{project+}/billingInfo", (call) => {
    checkProject(call, "resourcemanager.projects.get");
    const { project } = call.world.state;
    return {
      name: `projects/${project}/billingInfo`,
      projectId: project,
      billingAccountName: "billingAccounts/000000-000000-000000",
      billingEnabled: true,
    };
  }),
]);
