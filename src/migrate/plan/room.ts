import type { FunctionEntry, RegionEntry } from "../../manifest/manifest.ts";
import type { DeployedFunction } from "../../model/deployed.ts";
import type { Precondition } from "../../model/move.ts";

/** What the region that functions move to can take, as far as anybody says. */
export interface Room {
  readonly region: string;
  /** Functions and services that are live there, those of this project. */
  readonly live: number;
  /** vCPU that the project may use there, and the share from which on that is a warning; null: the manifest does not say. */
  readonly quota: RegionEntry["quota"];
  /** vCPU in use there; null: nobody has seen that. */
  readonly used: number | null;
}

/** Functions and services that a project may have in one region. */
const mostServices = 1000;

/** What one copy will take. Generation 1 has no share in the quota of Cloud Run: its `cpu` is 0. */
export interface CopySize {
  /** vCPU of one instance; null: nobody says. */
  readonly cpu: number | null;
  readonly maxInstances: number | null;
}

/** What the next deployment asks for: the manifest's word, else what the old copy has. */
export function sizeOf(entry: FunctionEntry, old: DeployedFunction): CopySize {
  if (old.generation === 1) return { cpu: 0, maxInstances: null };
  return { cpu: entry.cpu ?? old.cpu, maxInstances: entry.maxInstances ?? old.maxInstances };
}

/**
 * Whether a further copy fits. `before`: copies of the same plan that come there before it. Google refuses a service whose
 * instances together may ask for more than the quota, and instances beyond what is granted.
 */
export function roomFor({ cpu, maxInstances }: CopySize, room: Room, before: number): Precondition {
  const { region, quota, used } = room;
  const no = (found: string, mend: string): Precondition => ({ id: "room", holds: false, found, mend });
  const count = room.live + before + 1;
  if (count > mostServices) {
    const found = `it would be number ${count} of the functions and services in ${region}, and Google allows ${mostServices}`;
    return no(found, "Choose another region, or remove what is no longer needed there.");
  }
  const yes = (found: string): Precondition => ({ id: "room", holds: true, found, mend: null });
  if (quota === null || cpu === null) {
    const who = quota === null ? `regions.yaml names no quota for ${region}` : "nobody says what vCPU it has";
    return yes(`${who}: Google refuses what does not fit`);
  }
  if (maxInstances !== null && cpu * maxInstances > quota.vcpu) {
    const found = `${maxInstances} instances of ${cpu} vCPU are ${rounded(cpu * maxInstances)}, and ${region} has a quota of ${quota.vcpu}`;
    return no(found, "Lower its maxInstances or cpu, or ask Google for more quota there.");
  }
  if (used !== null && used + cpu > quota.vcpu) {
    const found = `${rounded(used)} of ${quota.vcpu} vCPU are in use in ${region}, and an instance needs ${cpu}`;
    return no(found, "Move it at a calmer hour, or ask Google for more quota there.");
  }
  const inUse = used === null ? "nobody has seen how much is in use" : `${rounded(used)} vCPU are in use`;
  return yes(`${region} has room: ${inUse}, of a quota of ${quota.vcpu}`);
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
