import { type JsonObject, textAt } from "./json.ts";
import { Refusal } from "./refusal.ts";
import { mebibytes } from "./service-config.ts";

/**
 * Refuses a service whose memory does not go with its vCPU, as Cloud Run does before it deploys anything: less than half
 * a vCPU has 512 MiB at most, less than a whole one 1 GiB, and four, six and eight have 2, 3 and 4 GiB at least.
 */
export function checkMemory(config: JsonObject): void {
  const cpu = Number(textAt(config, "availableCpu") ?? "1");
  const size = mebibytes(textAt(config, "availableMemory") ?? "256M");
  const least = cpu >= 8 ? 4096 : cpu >= 6 ? 3072 : cpu >= 4 ? 2048 : 128;
  const most = cpu < 0.5 ? 512 : cpu < 1 ? 1024 : Number.POSITIVE_INFINITY;
  if (size >= least && size <= most) return;
  const bounds = size < least ? `at least ${least}Mi` : `between ${least}Mi and ${most}Mi inclusive`;
  throw new Refusal(
    "INVALID_ARGUMENT",
    `Could not create or update Cloud Run service: spec.template.spec.containers.resources.limits.memory: Invalid value specified for container memory. For ${cpu} CPU, memory must be ${bounds}. For more troubleshooting guidance, see https://cloud.google.com/run/docs/configuring/memory-limits`,
  );
}
