import { param } from "../http/call.ts";
import { checkProject, googleService } from "../http/google.ts";
import { reads, type Service } from "../http/service.ts";
import { Refusal } from "../state/refusal.ts";

/** Firestore's databases with their locations; documents are not kept. */
export const firestore: Service = googleService("firestore.googleapis.com", [
  reads("GET", "/v1/projects/{project+}/databases", (call) => {
    checkProject(call, "datastore.databases.list");
    const databases = Object.values(call.world.state.databases);
    return databases.length === 0 ? {} : { databases };
  }),
  reads("GET", "/v1/projects/{project+}/databases/{database}", (call) => {
    checkProject(call, "datastore.databases.getMetadata");
    const name = `projects/${call.world.state.project}/databases/${param(call, "database")}`;
    const database = call.world.state.databases[name];
    if (database === undefined)
      throw new Refusal(
        "NOT_FOUND",
        `Project '${call.world.state.project}' or database '${param(call, "database")}' does not exist.`,
      );
    return database;
  }),
]);
