import { FirestoreError } from "../firestore/error.ts";
import { commit, type Database, runAggregation, runQueryRequest } from "../firestore/requests.ts";
import { fromJson, toJson } from "../firestore/rest.ts";
import { jsonBody } from "../http/body.ts";
import { type Call, param, type Reply, reply } from "../http/call.ts";
import { checkProject, googleService } from "../http/google.ts";
import { reads, type Service, shelves } from "../http/service.ts";
import { Refusal, type RefusalStatus } from "../state/refusal.ts";

const documents = "/v1/projects/{project+}/databases/{database}/documents";

/** Firestore's databases with their locations, and over REST the few calls on documents that need no client. */
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
  reads("POST", `${documents}:runQuery`, (call) => answer(call, "RunQueryRequest", runQueryRequest)),
  reads("POST", `${documents}:runAggregationQuery`, (call) =>
    answer(call, "RunAggregationQueryRequest", runAggregation),
  ),
  shelves("POST", `${documents}:commit`, (call) => answer(call, "CommitRequest", commit)),
]);

async function answer(call: Call, kind: string, handle: (database: Database, ask: never) => object): Promise<Reply> {
  checkProject(call, "datastore.entities.list");
  const parent = `projects/${call.world.state.project}/databases/${param(call, "database")}/documents`;
  const body = jsonBody(call);
  try {
    const { codec } = await import("../firestore/schema.ts");
    // Through the messages of gRPC, so that a request means the same either way.
    const { decode, encode } = codec<object>(kind);
    const ask = decode(encode({ ...(fromJson(body) as object), parent }));
    const made = handle(await call.world.firestore.database(), ask as never);
    // A stream of answers is a list over REST.
    return reply(200, JSON.stringify(Array.isArray(made) ? made.map(toJson) : toJson(made)));
  } catch (error) {
    if (error instanceof FirestoreError) throw new Refusal(statuses[error.code] ?? "INTERNAL", error.message);
    throw error;
  }
}

const statuses: Readonly<Record<number, RefusalStatus>> = {
  3: "INVALID_ARGUMENT",
  5: "NOT_FOUND",
  6: "ALREADY_EXISTS",
  9: "FAILED_PRECONDITION",
  10: "ABORTED",
  12: "UNIMPLEMENTED",
};
