import { checkProject, googleService } from "../http/google.ts";
import { reads, type Service } from "../http/service.ts";

/** What Firebase's SDK takes for its own where code names nothing: the project's default bucket. */
export const firebase: Service = googleService("firebase.googleapis.com", [
  reads("GET", "/v1beta1/projects/{project+}/adminSdkConfig", (call) => {
    checkProject(call, "firebase.projects.get");
    const { project, buckets } = call.world.state;
    const usual = `${project}.firebasestorage.app`;
    return { projectId: project, ...(usual in buckets ? { storageBucket: usual } : {}) };
  }),
]);
