import type { CapacityRow } from "../../model/document.ts";
import type { View } from "../view.ts";

/** vCPU in use against the quota that regions.yaml states, for every region that has either. */
export function capacityRows(view: View): readonly CapacityRow[] {
  const usage = view.fleet.facts?.usage ?? [];
  const named = [...(view.manifest?.regions.keys() ?? [])];
  const others = usage.map(({ region }) => region).filter((region) => !named.includes(region));
  return [...named, ...others].map((region) => {
    const quota = view.manifest?.regions.get(region)?.quota ?? null;
    const used = usage.find((one) => one.region === region);
    const warnAt = quota === null ? null : quota.vcpu * quota.warn;
    const standing = () => {
      if (used === undefined) return "not known";
      if (warnAt === null) return "no quota stated";
      return used.vcpu < warnAt ? "below" : "over the warn line";
    };
    return {
      region,
      vcpu: used?.vcpu ?? null,
      window: used === undefined ? null : { from: used.from, to: used.to },
      quota: quota?.vcpu ?? null,
      warnAt,
      standing: standing(),
      why: used === undefined ? whyNot(view, region) : null,
    };
  });
}

function whyNot(view: View, region: string): string {
  if (!view.asked("deployed")) return "deployed functions were not asked for";
  if (view.fleet.facts === null) return "deployed functions could not be read";
  const gap = view.fleet.gapIn("usage", region);
  if (gap !== null) return gap.reason;
  if (view.fleet.lacks("usage")) return "a listing does not show it";
  return "Google told of no use there";
}
