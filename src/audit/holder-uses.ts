import type { Holder, HolderFacts } from "../model/holders.ts";
import { type Fleet, isOurs } from "./fleet.ts";
import type { Names } from "./names.ts";

/** A holder that sends to a function of this project. */
export interface HolderUse {
  readonly holder: Holder;
  /** The function; for run.app URLs that no known function has, the service's name. */
  readonly function: string;
  /** Null for a run.app code that stands for no known region. */
  readonly region: string | null;
  /** Created with the copy and removed with it (its own job, queue or trigger subscription). */
  readonly own: boolean;
}

/**
 * Holders of function URLs, bound to functions: those that send, or all. Holders of other projects and sites are counted
 * or left out.
 */
export function holdersOf(
  facts: HolderFacts | null,
  project: string | null,
  names: Names,
  fleet: Fleet,
  which: "active" | "all" = "active",
): { uses: readonly HolderUse[]; setAside: number } {
  const uses: HolderUse[] = [];
  let setAside = 0;
  let plainServices: Set<string> | null = null;
  for (const holder of facts?.holders ?? []) {
    const { target } = holder;
    if (target === null || (which === "active" && !holder.active) || target.form === "emulator") continue;
    if (target.project !== null && !isOurs(target.project, project)) {
      setAside += 1;
      continue;
    }
    let name: string | null = target.name;
    if (target.nameIs === "service") {
      name = fleet.copyAtHost(holder.url)?.name ?? null;
      plainServices ??= new Set(fleet.facts?.services.map((service) => `${service.region}/${service.name}`));
      // Another project's service, or one of ours that is no function: not for the audit to judge.
      if (name === null && (fleet.isForeignHost(holder.url) || plainServices.has(`${target.region}/${target.name}`))) {
        setAside += 1;
        continue;
      }
      name ??= nameOfService(target.name, target.region, names, fleet) ?? target.name;
    }
    uses.push({ holder, function: name, region: target.region, own: isOwn(holder, name, target.region, fleet) });
  }
  return { uses, setAside };
}

/** Job "firebase-schedule-ID-REGION", queue "ID" of a task function in its region, subscription "eventarc-…". */
function isOwn(holder: Holder, name: string, region: string | null, fleet: Fleet): boolean {
  const id = holder.id.slice(holder.id.lastIndexOf("/") + 1);
  if (holder.kind === "scheduler") return id === `firebase-schedule-${name}-${region}`;
  if (holder.kind === "task-queue") {
    const trigger = (region === null ? null : fleet.copyIn(name, region))?.trigger ?? "task";
    return id === name && trigger === "task" && (holder.region === null || holder.region === region);
  }
  if (holder.kind === "push") return id.startsWith("eventarc-");
  return false;
}

/** Of functions whose names fold to one service, the one that has a copy in the region. */
function nameOfService(service: string, region: string | null, names: Names, fleet: Fleet): string | null {
  const candidates = names.ofService(service);
  const there = candidates.find((one) => region !== null && fleet.copyIn(one, region) !== null);
  return there ?? candidates[0] ?? null;
}
