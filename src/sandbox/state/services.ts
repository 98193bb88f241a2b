import { type JsonObject, numberAt, objectAt, textAt } from "./json.ts";
import { functionUrls, partsOf, scramble } from "./names.ts";
import type { FunctionResource, State } from "./state.ts";

/** All Cloud Run services by full name: one of each second-generation function, and those that stand alone. */
export function allServices(state: State): Map<string, JsonObject> {
  const services = new Map(Object.entries(state.services));
  for (const resource of Object.values(state.functions)) {
    const service = serviceOfFunction(state, resource);
    if (service !== null) services.set(String(service.name), service);
  }
  return services;
}

export function findService(state: State, name: string): JsonObject | null {
  const alone = state.services[name];
  if (alone !== undefined) return alone;
  // Of hundreds of functions each is looked at for each that is created, so by a comparison of texts alone.
  const resource = Object.values(state.functions).find(({ serviceConfig }) => serviceConfig.service === name);
  return resource === undefined ? null : serviceOfFunction(state, resource);
}

/** Null for the first generation, and for a function whose creation has not come as far as a service. */
export function serviceOfFunction(state: State, resource: FunctionResource): JsonObject | null {
  const config = resource.serviceConfig;
  const name = textAt(config, "service");
  if (resource.environment !== "GEN_2" || name === null) return null;
  const { region, id } = partsOf(resource.name);
  const account = textAt(config, "serviceAccountEmail");
  const urls = functionUrls(state, region, id);
  const labels = { ...(resource.labels ?? {}) };
  return {
    name,
    uid: uuidOf(name),
    generation: "1",
    labels: {
      ...labels,
      "goog-cloudfunctions-runtime": textAt(resource.buildConfig, "runtime") ?? "",
      "goog-drz-cloudfunctions-id": id.toLowerCase(),
      "goog-drz-cloudfunctions-location": region,
      "goog-managed-by": "cloudfunctions",
    },
    annotations: { "cloudfunctions.googleapis.com/function-id": id },
    createTime: resource.createTime,
    updateTime: resource.updateTime,
    creator: `service-${state.projectNumber}@gcf-admin-robot.iam.gserviceaccount.com`,
    client: "cloudfunctions",
    ingress: "INGRESS_TRAFFIC_ALL",
    launchStage: "GA",
    template: templateOf(config, account),
    traffic: [{ type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", percent: 100 }],
    observedGeneration: "1",
    terminalCondition: { type: "Ready", state: "CONDITION_SUCCEEDED", lastTransitionTime: resource.updateTime },
    latestReadyRevision: `${name}/revisions/${textAt(config, "revision") ?? ""}`,
    latestCreatedRevision: `${name}/revisions/${textAt(config, "revision") ?? ""}`,
    trafficStatuses: [{ type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", percent: 100 }],
    uri: textAt(config, "uri") ?? "",
    customAudiences: urls.filter((url) => url.includes(".cloudfunctions.net/")),
    urls,
    etag: `"${scramble(`${name}${resource.updateTime}`, 20)}"`,
  };
}

export function templateOf(config: JsonObject, account: string | null): JsonObject {
  const minimum = numberAt(config, "minInstanceCount");
  return {
    scaling: {
      ...(minimum === null || minimum === 0 ? {} : { minInstanceCount: minimum }),
      maxInstanceCount: numberAt(config, "maxInstanceCount") ?? 100,
    },
    timeout: `${numberAt(config, "timeoutSeconds") ?? 60}s`,
    ...(account === null ? {} : { serviceAccount: account }),
    containers: [
      {
        name: "worker",
        resources: {
          limits: {
            cpu: textAt(config, "availableCpu") ?? "1",
            memory: textAt(config, "availableMemory") ?? "512Mi",
          },
          cpuIdle: true,
          startupCpuBoost: true,
        },
        env: Object.entries(objectAt(config, "environmentVariables")).map(([name, value]) => ({ name, value })),
        ports: [{ name: "http1", containerPort: 8080 }],
      },
    ],
    maxInstanceRequestConcurrency: numberAt(config, "maxInstanceRequestConcurrency") ?? 80,
  };
}

export function uuidOf(text: string): string {
  const hex = Buffer.from(scramble(text, 16), "latin1").toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
}
