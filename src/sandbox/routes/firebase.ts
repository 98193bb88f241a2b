import { checkProject, googleService } from "../http/google.ts";
import { reads, type Service } from "../http/service.ts";
import { defaultBucket } from "../state/buckets.ts";
import { textAt } from "../state/json.ts";

/** What Firebase's SDK takes for its own where code names nothing: the project's default bucket. */
export const firebase: Service = googleService("firebase.googleapis.com", [
  reads("GET", "/v1beta1/projects/{project+}/adminSdkConfig", (call) => {
    checkProject(call, "firebase.projects.get");
    const { project, databases } = call.world.state;
    const storageBucket = defaultBucket(call.world.state);
    const locationId = appEngineOf(textAt(databases[`projects/${project}/databases/(default)`] ?? {}, "locationId"));
    return {
      projectId: project,
      ...(storageBucket === null ? {} : { storageBucket }),
      ...(locationId === null ? {} : { locationId }),
    };
  }),
]);

/** App Engine lies where the default database does, and writes two of its locations in its own way. */
function appEngineOf(database: string | null): string | null {
  if (database === "eur3" || database === "europe-west1") return "europe-west";
  return database === "nam5" || database === "us-central1" ? "us-central" : database;
}
