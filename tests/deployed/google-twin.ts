import type { ServerResponse } from "node:http";
import { createGoogle, type Google } from "../../src/clients/google.ts";
import { googleErrorBody, type Received, sendJson, startServer, type TestServer } from "../clients/http-server.ts";

type Json = Readonly<Record<string, unknown>>;

/** What the twin of Google holds; records as the APIs write them. Keys that are left out hold nothing. */
export interface TwinState {
  readonly project?: string;
  /** Regions of Cloud Functions, Scheduler and Tasks. */
  readonly regions: readonly string[];
  readonly functions?: readonly Json[];
  readonly services?: readonly Json[];
  readonly jobs?: readonly Json[];
  readonly queues?: readonly Json[];
  readonly triggers?: readonly Json[];
  readonly runtimes?: readonly Json[];
  readonly series?: readonly Json[];
  readonly databases?: readonly Json[];
  readonly buckets?: readonly Json[];
  /** By "REGION/services/S" or "REGION/functions/ID". A policy that is not here is an empty one. */
  readonly policies?: Readonly<Record<string, Json>>;
  readonly pageSize?: number;
}

/** Answers instead of the twin where it returns true. */
export type Fault = (request: Received, response: ServerResponse) => boolean;

export interface Twin {
  readonly google: Google;
  readonly server: TestServer;
  /** Paths asked for, without the host's folder's scheme: "run.googleapis.com/v2/…". */
  asked(part: string): string[];
}

/** A server that answers in the documented shapes, and a client of it whose waits take no time. */
export async function startTwin(state: TwinState, fault: Fault = () => false): Promise<Twin> {
  const project = state.project ?? "acme";
  const server = await startServer((request, response) => {
    if (fault(request, response)) return;
    const path = decodeURIComponent(request.path).slice(1);
    const policy = /locations\/([^/]+)\/(services|functions)\/([^/:]+):getIamPolicy$/.exec(path);
    if (policy !== null) {
      const key = `${policy[1]}/${policy[2]}/${policy[3]}`;
      return sendJson(response, state.policies?.[key] ?? { etag: "ACAB", version: 1 });
    }
    const listing = new RegExp(
      `^([a-z]+)\\.googleapis\\.com/v\\d/projects/${project}/(?:locations/([^/]+)/)?([a-zA-Z]+)$`,
    );
    const [, api = "", location = "", collection = ""] = listing.exec(path) ?? [];
    if (path === "storage.googleapis.com/storage/v1/b") {
      return page(request, response, "items", state.buckets ?? [], state.pageSize, { kind: "storage#buckets" });
    }
    const name = `${api}/${collection}`;
    if (collection === "locations") {
      const locations = state.regions.map((locationId) => ({
        name: `projects/${project}/locations/${locationId}`,
        locationId,
        metadata: { environments: locationId === "europe-west4" ? ["GEN_2"] : ["GEN_1", "GEN_2"] },
      }));
      return page(request, response, "locations", locations, undefined);
    }
    const collections: Record<string, readonly Json[] | undefined> = {
      "cloudfunctions/functions": state.functions,
      "cloudfunctions/runtimes": state.runtimes,
      "run/services": state.services,
      "cloudscheduler/jobs": state.jobs,
      "cloudtasks/queues": state.queues,
      "eventarc/triggers": state.triggers,
      "monitoring/timeSeries": state.series,
      "firestore/databases": state.databases,
    };
    if (!(name in collections)) {
      return sendJson(response, googleErrorBody(404, "NOT_FOUND", `no such path: ${path}`), 404);
    }
    const records = (collections[name] ?? []).filter(
      (record) =>
        location === "" ||
        location === "-" ||
        !/\/locations\//.test(String(record.name)) ||
        inLocation(record, location),
    );
    page(request, response, collection, records, state.pageSize);
  });
  const google = createGoogle({
    endpoint: { base: server.base },
    token: async () => "t",
    sleep: async () => {},
  });
  return {
    google,
    server,
    asked: (part) => server.received.map((request) => request.path.slice(1)).filter((path) => path.includes(part)),
  };
}

function inLocation(record: Json, location: string): boolean {
  return String(record.name).includes(`/locations/${location}/`);
}

function page(
  request: Received,
  response: ServerResponse,
  key: string,
  records: readonly Json[],
  pageSize = 1000,
  extra: Json = {},
): void {
  const from = Number(request.query.get("pageToken") ?? "0");
  const size = Math.min(pageSize, Number(request.query.get("pageSize") ?? pageSize));
  const items = records.slice(from, from + size);
  // Google leaves an empty list out.
  sendJson(response, {
    ...extra,
    ...(items.length === 0 ? {} : { [key]: items }),
    ...(from + size < records.length ? { nextPageToken: String(from + size) } : {}),
  });
}

/** A function of generation 2 as v2 writes it, with an environment variable that must never be seen again. */
export function gen2(id: string, region: string, more: Json = {}): Json {
  const service = id.toLowerCase().replaceAll("_", "-");
  return {
    name: `projects/acme/locations/${region}/functions/${id}`,
    environment: "GEN_2",
    state: "ACTIVE",
    url: `https://${region}-acme.cloudfunctions.net/${id}`,
    updateTime: "2026-11-02T08:30:00.123Z",
    labels: { "deployment-tool": "cli-firebase", "deployment-callable": "true", "firebase-functions-hash": "abc" },
    buildConfig: { runtime: "nodejs22", entryPoint: id, environmentVariables: { BUILD: "MARKED-SECRET-build" } },
    serviceConfig: {
      service: `projects/acme/locations/${region}/services/${service}`,
      uri: `https://${service}-k3v7q2m9xa-ew.a.run.app`,
      availableMemory: "256Mi",
      availableCpu: "0.1666",
      maxInstanceCount: 10,
      maxInstanceRequestConcurrency: 1,
      timeoutSeconds: 60,
      serviceAccountEmail: "4815162342-compute@developer.gserviceaccount.com",
      environmentVariables: { STRIPE_KEY: "MARKED-SECRET-env" },
      secretEnvironmentVariables: [{ key: "TOKEN", projectId: "acme", secret: "MARKED-SECRET-name", version: "1" }],
    },
    ...more,
  };
}

/** The Cloud Run service of `gen2(id, region)`. */
export function serviceOf(id: string, region: string, more: Json = {}): Json {
  const service = id.toLowerCase().replaceAll("_", "-");
  return {
    name: `projects/acme/locations/${region}/services/${service}`,
    uri: `https://${service}-k3v7q2m9xa-ew.a.run.app`,
    urls: [`https://${service}-4815162342.${region}.run.app`, `https://${service}-k3v7q2m9xa-ew.a.run.app`],
    labels: { "goog-managed-by": "cloudfunctions" },
    annotations: { "cloudfunctions.googleapis.com/function-id": id },
    template: {
      containers: [
        {
          env: [{ name: "STRIPE_KEY", value: "MARKED-SECRET-run" }],
          resources: { limits: { cpu: "0.1666", memory: "256Mi" } },
        },
      ],
      scaling: { maxInstanceCount: 10 },
      maxInstanceRequestConcurrency: 1,
      timeout: "60s",
      serviceAccount: "4815162342-compute@developer.gserviceaccount.com",
    },
    ...more,
  };
}

export const publicPolicy: Json = {
  version: 1,
  etag: "ACAB",
  bindings: [{ role: "roles/run.invoker", members: ["allUsers"] }],
};
