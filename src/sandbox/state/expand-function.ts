import { createHash } from "node:crypto";
import { canonicalUrl, serviceNameOf } from "../../model/function-url.ts";
import type { SeedEvent, SeedFunction } from "../seed.ts";
import type { JsonObject } from "./json.ts";
import { defaultAccount, functionName, serviceUri } from "./names.ts";
import { bringService, bringTrigger } from "./operations.ts";
import { newJob, newQueue } from "./schedules.ts";
import type { FunctionResource, State } from "./state.ts";
import { newTopic } from "./topics.ts";

const publicTriggers = new Set<SeedFunction["trigger"]>(["callable", "https", "blocking"]);
const pubsubEvent = "google.cloud.pubsub.topic.v1.messagePublished";

/** Puts one copy into the state with all that firebase and Google make around it. */
export function expandFunction(state: State, row: SeedFunction, deployedAt: string): void {
  const generation = row.generation ?? 2;
  const name = functionName(state, row.region, row.name);
  const time = row.updatedAt ?? deployedAt;
  const resource: FunctionResource = {
    name,
    environment: `GEN_${generation}`,
    state: row.state ?? "ACTIVE",
    ...(row.stateMessage === undefined
      ? {}
      : { stateMessages: [{ severity: "ERROR", type: "DeploymentFailed", message: row.stateMessage }] }),
    buildConfig: buildOf(state, row, generation),
    serviceConfig: configOf(state, row, generation),
    labels: labelsOf(row),
    createTime: time,
    updateTime: time,
    ...(generation === 2 || row.trigger !== "event" ? { url: canonicalUrl(state.project, row.region, row.name) } : {}),
  };
  if (row.event !== undefined) resource.eventTrigger = eventOf(row.event, generation);
  if (generation === 1 && row.schedule !== undefined) {
    const topic = `projects/${state.project}/topics/firebase-schedule-${row.name}-${row.region}`;
    resource.eventTrigger = { eventType: "google.pubsub.topic.publish", pubsubTopic: topic };
  }
  bringService(state, resource);
  bringTrigger(state, resource, time);
  state.functions[name] = resource;
  bindInvoker(state, row, resource, generation);
  addSchedule(state, row, generation, time);
  addQueue(state, row);
}

function buildOf(state: State, row: SeedFunction, generation: 1 | 2): JsonObject {
  const bucket = `gcf-v2-sources-${state.projectNumber}-${row.region}`;
  return {
    runtime: row.runtime,
    entryPoint: row.name.replaceAll("-", "."),
    ...(generation === 1
      ? {}
      : {
          source: {
            storageSource: { bucket, object: `${row.name}/function-source.zip`, generation: "1762072200000000" },
          },
          dockerRegistry: "ARTIFACT_REGISTRY",
        }),
  };
}

function configOf(state: State, row: SeedFunction, generation: 1 | 2): JsonObject {
  const cpu = row.cpu ?? "0.1666";
  const memory = row.memory ?? "256Mi";
  return {
    timeoutSeconds: row.timeoutSeconds ?? 60,
    maxInstanceCount: row.maxInstances ?? 10,
    ...(row.minInstances === undefined || row.minInstances === 0 ? {} : { minInstanceCount: row.minInstances }),
    ingressSettings: "ALLOW_ALL",
    serviceAccountEmail: row.serviceAccount ?? defaultAccount(state, generation),
    // The first generation has no unit of its own: 256M stands for 256 MiB there.
    availableMemory: generation === 1 ? memory.replace(/Mi$/, "M") : memory,
    ...(generation === 1
      ? {}
      : {
          availableCpu: cpu,
          maxInstanceRequestConcurrency: row.concurrency ?? (Number(cpu) >= 1 ? 80 : 1),
          allTrafficOnLatestRevision: true,
        }),
    environmentVariables: {
      FIREBASE_CONFIG: JSON.stringify({ projectId: state.project }),
      FUNCTION_TARGET: row.name.replaceAll("-", "."),
      GCLOUD_PROJECT: state.project,
      LOG_EXECUTION_ID: "true",
    },
  };
}

function labelsOf(row: SeedFunction): Record<string, string> {
  const deployer = row.deployer ?? "firebase";
  const labels: Record<string, string> = { "deployment-tool": deployer === "firebase" ? "cli-firebase" : "regions" };
  if (row.trigger === "callable") labels["deployment-callable"] = "true";
  if (row.trigger === "scheduled") labels["deployment-scheduled"] = "true";
  if (row.trigger === "task") labels["deployment-taskqueue"] = "true";
  if (row.trigger === "blocking") labels["deployment-blocking"] = row.blocking ?? "before-create";
  if (deployer === "firebase") {
    labels["firebase-functions-hash"] = createHash("sha1").update(`${row.name}:${row.runtime}`).digest("hex");
  }
  if (row.codebase !== undefined && row.codebase !== "default") labels["firebase-functions-codebase"] = row.codebase;
  return labels;
}

function eventOf(event: SeedEvent, generation: 1 | 2): JsonObject {
  const { topic, ...filters } = event.filters;
  const path = topic !== undefined && (generation === 1 || event.eventType === pubsubEvent);
  const rest = path ? filters : event.filters;
  return {
    eventType: event.eventType,
    ...(generation === 2 ? { triggerRegion: event.triggerRegion } : {}),
    ...(path ? { pubsubTopic: topic } : {}),
    eventFilters: Object.entries(rest).map(([attribute, value]) => ({
      attribute,
      value,
      ...(/[{*]/.test(value) && generation === 2 ? { operator: "match-path-pattern" } : {}),
    })),
    retryPolicy: "RETRY_POLICY_DO_NOT_RETRY",
  };
}

/** The second generation is called through its service, the first through the function itself. */
function bindInvoker(state: State, row: SeedFunction, resource: FunctionResource, generation: 1 | 2): void {
  const open = row.public ?? publicTriggers.has(row.trigger);
  if (!open) return;
  const on = generation === 1 ? resource.name : String(resource.serviceConfig.service);
  const role = generation === 1 ? "roles/cloudfunctions.invoker" : "roles/run.invoker";
  state.policies[on] = { version: 1, etag: "BwYAAAAAAAE=", bindings: [{ role, members: ["allUsers"] }] };
}

function addSchedule(state: State, row: SeedFunction, generation: 1 | 2, time: string): void {
  if (row.schedule === undefined) return;
  const id = `firebase-schedule-${row.name}-${row.region}`;
  const name = `projects/${state.project}/locations/${row.region}/jobs/${id}`;
  const account = row.serviceAccount ?? defaultAccount(state, generation);
  const uri = serviceUri(state, row.region, serviceNameOf(row.name));
  const target: JsonObject =
    generation === 1
      ? { pubsubTarget: { topicName: `projects/${state.project}/topics/${id}`, attributes: { scheduled: "true" } } }
      : {
          httpTarget: {
            uri,
            httpMethod: "POST",
            headers: { "User-Agent": "Google-Cloud-Scheduler" },
            oidcToken: { serviceAccountEmail: account, audience: uri },
          },
        };
  if (generation === 1) {
    // firebase lets the job publish to a topic that the function listens to.
    const topic = `projects/${state.project}/topics/${id}`;
    state.topics[topic] = newTopic(topic, { labels: { "deployment-scheduled": "true" } });
  }
  const job = newJob(name, { schedule: row.schedule.cron, timeZone: row.schedule.timeZone, ...target }, new Date(time));
  state.jobs[name] = job;
}

/** firebase gives a task function a queue of the same name in the same region. */
function addQueue(state: State, row: SeedFunction): void {
  if (row.trigger !== "task") return;
  const name = `projects/${state.project}/locations/${row.region}/queues/${row.name}`;
  const limits = row.queue ?? { maxConcurrentDispatches: 1000, maxDispatchesPerSecond: 500 };
  state.queues[name] = newQueue(name, {
    rateLimits: { ...limits, maxBurstSize: 100 },
    retryConfig: { maxAttempts: 3, minBackoff: "0.100s", maxBackoff: "3600s", maxDoublings: 16 },
  });
}
