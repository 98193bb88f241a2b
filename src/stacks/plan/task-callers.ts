import type { Manifest } from "../../manifest/manifest.ts";
import type { FleetFunction } from "./fleet.ts";

export interface TaskCallers {
  /** Emails of the accounts that enqueue tasks for a function, by the function's name. */
  readonly of: ReadonlyMap<string, readonly string[]>;
  /** Emails of all that enqueue any. */
  readonly all: ReadonlySet<string>;
  readonly notes: readonly string[];
}

/**
 * Who enqueues the tasks of each task function: the functions that a flow of the manifest names (`via: task`), and the
 * function itself. Where no flow says who does, every function of its codebase may.
 */
export function taskCallers(manifest: Manifest, functions: readonly FleetFunction[]): TaskCallers {
  const byName = new Map(functions.map((one) => [one.entry.name, one]));
  const edges = [...manifest.flows.values()].flatMap(({ edges }) => edges).filter(({ via }) => via === "task");
  const notes: string[] = [];
  const of = new Map<string, readonly string[]>();
  for (const one of functions) {
    const { entry, endpoint } = one;
    if (endpoint.trigger.kind !== "task") continue;
    const named = edges.filter(({ to }) => to === entry.name).flatMap(({ from }) => byName.get(from) ?? []);
    const same = functions.filter((other) => other.entry.codebase === entry.codebase);
    const emails = new Set([one, ...(named.length > 0 ? named : same)].map(({ account }) => account.email));
    if (named.length === 0 && emails.size > 1) {
      notes.push(
        `no flow says who enqueues ${entry.name}, so every class of codebase ${entry.codebase} may; { from: NAME, to: ${entry.name}, via: task } under flows narrows it`,
      );
    }
    of.set(entry.name, [...emails].sort());
  }
  return { of, all: new Set([...of.values()].flat()), notes };
}
