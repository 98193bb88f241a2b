import type { DeployedAspect } from "../model/deployed.ts";
import { daysBetween } from "./dates.ts";
import type { View } from "./view.ts";
import { counted, listed } from "./wording.ts";

/** What a listing may not show, in words. */
export const aspectWords: Readonly<Record<DeployedAspect, string>> = {
  generation: "generations",
  state: "states",
  runtime: "runtimes",
  cpu: "cpu",
  "max-instances": "maxInstances",
  urls: "URLs",
  invokers: "invokers",
  "event-triggers": "event triggers",
  "unreachable-regions": "unreachable regions",
  services: "Cloud Run services",
  jobs: "Scheduler jobs",
  queues: "task queues",
  triggers: "Eventarc triggers",
  locations: "locations",
  runtimes: "runtime dates",
  usage: "vCPU in use",
  databases: "databases",
  buckets: "buckets",
};

/** Sentences on what the look covers: what a file cannot show, its age, rows of other projects. */
export function notesOf(view: View): string[] {
  const notes: string[] = [];
  const deployed = view.asked("deployed") ? view.snapshot.deployed : null;
  const file = deployed?.origin.file ?? null;
  if (deployed !== null && file !== null) {
    const age = deployed.origin.takenAt === null ? null : daysBetween(deployed.origin.takenAt, view.snapshot.takenAt);
    const old =
      age === null ? "of unknown age" : age < 1 ? "less than a day old" : `${counted(age, "day", "days")} old`;
    notes.push(`Deployed functions come from ${file}, ${old}.`);
    if (deployed.lacks.length > 0) {
      notes.push(
        `Such a list cannot show ${listed(deployed.lacks.map((aspect) => aspectWords[aspect]))}; what hangs on them is not checked.`,
      );
    }
  }
  aside(view.fleet.setAside, "deployed copy", "deployed copies");
  aside(view.uses.setAside, "caller", "callers");
  aside(view.holdersSetAside, "holder", "holders");
  const foreign =
    (view.declared?.functions.length ?? 0) - [...view.exports.values()].reduce((sum, list) => sum + list.length, 0);
  aside(foreign, "declared function", "declared functions");
  if (view.manifest === null) noteCopies();
  return notes;

  function aside(count: number, one: string, many: string): void {
    if (count === 0) return;
    notes.push(
      `${counted(count, `${one} of another project or site was`, `${many} of other projects or sites were`)} set aside.`,
    );
  }

  /** Without a manifest nobody can say which copy is the right one. */
  function noteCopies(): void {
    const several = [...view.fleet.copies].filter(([, copies]) => copies.length > 1).map(([name]) => name);
    if (several.length > 0) {
      notes.push(
        `${counted(several.length, "function is", "functions are")} live in more than one region, and without a manifest nobody can say whether on purpose: ${some(several)}.`,
      );
    }
    const apart: string[] = [];
    for (const name of view.fleet.copies.keys()) if (view.placementOf(name).standing === "misplaced") apart.push(name);
    if (apart.length > 0) {
      notes.push(
        `${counted(apart.length, "function is", "functions are")} live elsewhere than the source says: ${some(apart)}.`,
      );
    }
  }
}

function some(names: readonly string[]): string {
  const shown = [...names].sort().slice(0, 5);
  return names.length > shown.length ? `${shown.join(", ")} and ${names.length - shown.length} more` : listed(shown);
}
