import { type JsonObject, numberAt, textAt } from "./json.ts";
import { Refusal } from "./refusal.ts";
import type { State } from "./state.ts";

/** What a project that is not new is granted per region, in milli-vCPU. */
const usualMilliCpu = 200_000;

/**
 * Refuses a service whose instances could claim more vCPU than the region grants the project, as Cloud Run does before
 * it deploys anything: cpu × maxInstances of this one service, whatever the others use.
 */
export function checkCpuQuota(state: State, region: string, config: JsonObject): void {
  const allowed = state.quotas[region] ?? usualMilliCpu;
  const milliCpu = Math.round(Number(textAt(config, "availableCpu") ?? "1") * 1000);
  const instances = numberAt(config, "maxInstanceCount") ?? 100;
  const requested = milliCpu * instances;
  if (requested <= allowed) return;
  const most = Math.floor(allowed / milliCpu);
  throw new Refusal(
    "INVALID_ARGUMENT",
    `Could not create or update Cloud Run service: spec.template.spec.containers.resources.limits.cpu: Max instances must be set to ${most} or fewer to set the requested total CPU. Quota violated: CpuAllocPerProjectRegion requested: ${requested} allowed: ${allowed}. Project may not have more than ${allowed} milli vCPU in ${region}.`,
  );
}
