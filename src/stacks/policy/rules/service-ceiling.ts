import { numberOf, objectOf, textOf } from "../../json.ts";
import { ceilingClause } from "../../quota.ts";
import { cpuOf } from "../../size.ts";
import { generationOf } from "../function-resource.ts";
import type { PolicyResource, ResourceRule } from "../rule.ts";

/** Google refuses a service whose ceiling exceeds the region's vCPU, in the middle of a deployment. */
export const serviceCeiling: ResourceRule = {
  name: "service-ceiling",
  description: "A function's cpu times its maxInstances fits the region's quota.",
  *check(resource, manifest) {
    const { props } = resource;
    const region = textOf(props.location);
    if (generationOf(resource) !== 2 || region === null) return;
    const quota = manifest.regions.get(region)?.quota ?? null;
    if (quota === null) return;
    // 0 means "no ceiling", as nothing does.
    const maxInstances = numberOf(objectOf(props.serviceConfig)?.maxInstanceCount) || null;
    const clause = ceilingClause({ region, generation: 2, cpu: cpuOfService(resource), maxInstances }, quota.vcpu);
    if (clause === null) return;
    const name = textOf(props.name) ?? resource.name;
    const place = manifest.functions.get(name)?.place ?? quota.place;
    yield { place, message: `${name} ${clause.what}.`, mend: clause.mend };
  },
};

const usualMemoryMiB = 256;

/** Where nobody names a number, the API takes it from the memory, by the table of generation 1. */
function cpuOfService({ props }: PolicyResource): number {
  const service = objectOf(props.serviceConfig);
  const stated = quantityOf(textOf(service?.availableCpu) ?? "");
  return stated ?? cpuOf((quantityOf(textOf(service?.availableMemory) ?? "") ?? usualMemoryMiB * mebi) / mebi, 1);
}

const mebi = 2 ** 20;
const units: Readonly<Record<string, number>> = {
  "": 1,
  m: 1e-3,
  k: 2 ** 10,
  Ki: 2 ** 10,
  // The functions API takes "256M" for "256Mi".
  M: mebi,
  Mi: mebi,
  G: 2 ** 30,
  Gi: 2 ** 30,
};

/** "0.1666", "1000m", "256Mi", "256M", "1Gi"; null for what is no quantity. */
function quantityOf(text: string): number | null {
  const [, digits, unit = ""] = /^(\d+(?:\.\d+)?)([A-Za-z]*)$/.exec(text) ?? [];
  const factor = Object.hasOwn(units, unit) ? units[unit] : undefined;
  return digits === undefined || factor === undefined ? null : Number(digits) * factor;
}
