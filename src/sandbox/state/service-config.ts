import { type JsonObject, numberAt, objectAt, textAt } from "./json.ts";
import { defaultAccount } from "./names.ts";
import { Refusal } from "./refusal.ts";
import type { State } from "./state.ts";

/** vCPU that Google gives an instance by its memory when the caller names none. */
function cpuForMemory(memory: string): string {
  const steps: readonly (readonly [number, string])[] = [
    [128, "0.0833"],
    [256, "0.1666"],
    [512, "0.3333"],
    [1024, "0.5833"],
    [2048, "1"],
    [8192, "2"],
    [16384, "4"],
  ];
  const size = mebibytes(memory);
  return steps.find(([limit]) => size <= limit)?.[1] ?? "8";
}

/** "256Mi", "256M", "1Gi" → MiB, rounded up to a whole one. */
export function mebibytes(quantity: string): number {
  const match = /^(\d+(?:\.\d+)?)(k|M|G|Ki|Mi|Gi)?$/.exec(quantity);
  const factors = { k: 1e3, M: 1e6, G: 1e9, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30 };
  const unit = match?.[2] as keyof typeof factors | undefined;
  if (match === null) throw new Refusal("INVALID_ARGUMENT", `Invalid memory quantity "${quantity}".`);
  // "256M" stands for 256 MiB wherever Google shows a first-generation size, hence the rounding to whole MiB sizes.
  return Math.ceil((Number(match[1]) * (unit === undefined ? 1 : factors[unit])) / 2 ** 20);
}

/** What the caller leaves open of a service is filled in. */
export function withDefaults(state: State, config: JsonObject): JsonObject {
  const memory = textAt(config, "availableMemory") ?? "256M";
  return {
    ...config,
    availableMemory: memory,
    availableCpu: textAt(config, "availableCpu") ?? cpuForMemory(memory),
    timeoutSeconds: numberAt(config, "timeoutSeconds") ?? 60,
    maxInstanceCount: numberAt(config, "maxInstanceCount") ?? 100,
    maxInstanceRequestConcurrency: numberAt(config, "maxInstanceRequestConcurrency") ?? 1,
    ingressSettings: textAt(config, "ingressSettings") ?? "ALLOW_ALL",
    serviceAccountEmail: textAt(config, "serviceAccountEmail") ?? defaultAccount(state, 2),
    allTrafficOnLatestRevision: true,
  };
}

/** A new function gets a variable that no caller has written. */
export function withExecutionId(config: JsonObject): JsonObject {
  return { ...config, environmentVariables: { LOG_EXECUTION_ID: "true", ...objectAt(config, "environmentVariables") } };
}
