import { parseManifest } from "../src/manifest/parse.ts";
import { resolveManifest } from "../src/manifest/resolve.ts";
import type { FleetInput } from "../src/stacks/plan/fleet.ts";
import { readEndpoints } from "../src/stacks/read-endpoints.ts";

const regions = ["europe-west1", "europe-west2", "europe-west3", "europe-west4"] as const;
const classes = ["core", "affiliate", "payments", "support"] as const;

/** Of twenty functions: sixteen callables, and one of each other kind. */
function triggerOf(index: number): { readonly [key: string]: object } {
  switch (index % 20) {
    case 4:
      return { httpsTrigger: {} };
    case 9:
      return { scheduleTrigger: { schedule: "every 5 minutes", timeZone: "Europe/Paris" } };
    case 14:
      return { taskQueueTrigger: { rateLimits: { maxConcurrentDispatches: 4 }, retryConfig: { maxAttempts: 3 } } };
    case 19:
      return {
        eventTrigger: {
          eventType: "google.cloud.firestore.document.v1.created",
          eventFilters: { database: "(default)", namespace: "(default)" },
          eventFilterPathPatterns: { document: `orders${index}/{id}` },
          retry: true,
        },
      };
    default:
      return { callableTrigger: {} };
  }
}

const nameOf = (index: number): string => `${["capture", "register", "notify", "export"][index % 4]}${index}`;

function manifestText(functions: number, project: string): string {
  const lines = [
    "version: 1",
    "environments:",
    `  sandbox: { project: ${project} }`,
    "regions:",
    ...regions.map((region) => `  ${region}: { role: ${region} }`),
    "classes:",
    ...classes.map((name, index) => `  ${name}: { region: ${regions[index]} }`),
    "codebases:",
    "  default: { source: functions }",
    "defaults: { runtime: nodejs22, maxInstances: 10 }",
    "functions:",
  ];
  for (let index = 0; index < functions; index++) lines.push(`  ${nameOf(index)}: { class: ${classes[index % 4]} }`);
  // Who enqueues a task: the function before it in its class.
  lines.push("flows:");
  for (let index = 14; index < functions; index += 20) {
    lines.push(`  tasks${index}:`, `    - { from: ${nameOf(index - 4)}, to: ${nameOf(index)}, via: task }`);
  }
  return `${lines.join("\n")}\n`;
}

/** As the SDK's discovery writes it. */
function discovered(functions: number): object {
  const endpoints: Record<string, object> = {};
  for (let index = 0; index < functions; index++) {
    const name = nameOf(index);
    endpoints[name] = { ...triggerOf(index), platform: "gcfv2", entryPoint: name, region: [regions[index % 4]] };
  }
  return { specVersion: "v1alpha1", requiredAPIs: [], endpoints };
}

/** What a fleet of so many functions is planned from: read and parsed here, as a deployment does. */
export function fleetInput(
  functions: number,
  project: string,
  archive: { readonly sha256: string; readonly file: string },
): FleetInput {
  const manifest = resolveManifest(parseManifest(manifestText(functions, project), "regions.yaml"), "sandbox");
  const facts = { projectId: project, storageBucket: `${project}.firebasestorage.app`, databaseURL: null };
  const endpoints = readEndpoints(discovered(functions), { SENDER: "shop@example.com", LOG_LEVEL: "info" }, facts);
  return {
    manifest,
    codebases: new Map([["default", { endpoints, archive, runtime: null }]]),
    project: facts,
    places: {
      databases: new Map([["(default)", "eur3"]]),
      buckets: new Map(),
      appEngine: { region: null },
      storageAgent: { unread: "no function listens to a bucket" },
    },
  };
}
