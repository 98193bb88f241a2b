import type { RegionEntry } from "../../manifest/manifest.ts";
import type { Place } from "../../model/place.ts";
import { addTo } from "../multimap.ts";
import { defineRule, type Outcome } from "../rule.ts";
import type { View } from "../view.ts";
import { counted } from "../wording.ts";

interface Service {
  readonly name: string;
  readonly isFunction: boolean;
  readonly cpu: number;
  readonly maxInstances: number;
  readonly place: Place | null;
}

/**
 * Google refuses a service whose cpu × maxInstances is above the region's quota, and refuses new instances once the
 * vCPU in use reach it. The sum of all ceilings is no limit; it is shown as a note.
 */
export const regionQuota = defineRule({
  id: "region-quota",
  area: "isolation",
  severity: "error",
  title: "a service's ceiling, or the vCPU in use, does not fit the region's quota",
  needs: [{ source: "deployed", facets: ["functions", "services", "usage"] }],
  needsManifest: true,
  check(view, out) {
    const regions = [...(view.manifest?.regions.values() ?? [])].filter((region) => region.quota !== null);
    const services = regions.length === 0 ? new Map<string, Service[]>() : servicesByRegion(view, out);
    for (const region of regions) {
      if (region.quota === null) continue;
      checkCeilings(view, out, region, region.quota.vcpu, services.get(region.name) ?? []);
      checkUsage(view, out, region);
    }
  },
});

function checkCeilings(
  view: View,
  out: Outcome,
  region: RegionEntry,
  vcpu: number,
  services: readonly Service[],
): void {
  let sum = 0;
  for (const service of services) {
    const ceiling = service.cpu * service.maxInstances;
    sum += ceiling;
    if (ceiling <= vcpu) {
      out.pass();
      continue;
    }
    const fitting = Math.floor(vcpu / service.cpu);
    out.fail({
      message: `The next deploy of ${service.name} to ${region.name} is refused: ${service.maxInstances} instances of ${service.cpu} vCPU are ${round(ceiling)}, and the quota is ${vcpu}.`,
      mend:
        fitting < 1
          ? "Lower its cpu, or ask Google for more quota."
          : `Set maxInstances to ${fitting} or fewer, lower cpu, or ask Google for more quota.`,
      function: service.isFunction ? service.name : null,
      place: service.place,
      impact: "next",
      region: region.name,
      expected: [String(vcpu)],
      actual: String(round(ceiling)),
      symbol: service.name,
      related: region.quota === null ? [] : [{ place: region.quota.place, message: "the quota is stated here" }],
    });
  }
  if (services.length > 0) {
    out.note(
      `${region.name}: cpu × maxInstances of ${counted(services.length, "service", "services")} add up to ${round(sum)} vCPU, against a quota of ${vcpu}; Google limits what is in use, not this sum.`,
    );
  }
  if (view.fleet.lacks("cpu") || view.fleet.lacks("max-instances")) {
    out.unknown(region.name, "the listing does not show cpu and maxInstances");
  }
}

function checkUsage(view: View, out: Outcome, region: RegionEntry): void {
  const { quota } = region;
  if (quota === null) return;
  const usage = view.fleet.facts?.usage.find((one) => one.region === region.name);
  if (usage === undefined) {
    // A gap speaks for itself.
    if (view.fleet.gapIn("usage", region.name) === null) out.unknown(region.name, "vCPU in use were not read");
    return;
  }
  const warnAt = quota.vcpu * quota.warn;
  if (usage.vcpu < warnAt) {
    out.pass();
    return;
  }
  const share = Math.round((usage.vcpu / quota.vcpu) * 100);
  out.fail({
    message: `${region.name} has ${round(usage.vcpu)} of ${quota.vcpu} vCPU in use (${share}%): at 100% new instances are refused and customers wait or fail.`,
    mend: "Move functions that need not be there, lower their cpu, or ask Google for more quota.",
    function: null,
    place: quota.place,
    impact: "next",
    severity: "warning",
    region: region.name,
    expected: [`below ${round(warnAt)}`],
    actual: String(round(usage.vcpu)),
    related: [],
  });
}

/** Services with a known ceiling. Where the manifest states cpu and maxInstances, that is what the next deploy asks for. */
function servicesByRegion(view: View, out: Outcome): Map<string, Service[]> {
  const services = new Map<string, Service[]>();
  const seen = new Set<string>();
  for (const { entry, wanted, name } of view.placements()) {
    if (entry === null || entry.cpu === null || entry.maxInstances === null) continue;
    for (const region of wanted) {
      seen.add(`${region}/${name}`);
      const { cpu, maxInstances, place } = entry;
      addTo(services, region, { name, isFunction: true, cpu, maxInstances, place });
    }
  }
  for (const copy of view.fleet.functions) {
    if (copy.generation === 1 || seen.has(`${copy.region}/${copy.name}`)) continue;
    const { name, cpu, maxInstances, region } = copy;
    if (cpu === null || maxInstances === null) {
      const quota = view.manifest?.regions.get(region)?.quota ?? null;
      if (quota !== null && !view.fleet.lacks("cpu") && !view.fleet.lacks("max-instances")) {
        out.unknown(name, "the listing shows no cpu or no maxInstances for it");
      }
      continue;
    }
    const place = view.manifest?.functions.get(name)?.place ?? null;
    addTo(services, region, { name, isFunction: true, cpu, maxInstances, place });
  }
  for (const { name, cpu, maxInstances, region } of view.fleet.facts?.services ?? []) {
    if (cpu === null || maxInstances === null) continue;
    addTo(services, region, { name, isFunction: false, cpu, maxInstances, place: null });
  }
  return services;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
