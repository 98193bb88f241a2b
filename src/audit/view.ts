import type { Manifest } from "../manifest/manifest.ts";
import type { DeclaredFacts, DeclaredFunction } from "../model/declared.ts";
import type { Gap, SourceName } from "../model/gap.ts";
import type { HolderFacts } from "../model/holders.ts";
import type { Snapshot } from "../model/snapshot.ts";
import { type CallerVerdicts, judgeCallers } from "./caller-verdicts.ts";
import { Fleet, isOurs } from "./fleet.ts";
import { type HolderUse, holdersOf } from "./holder-uses.ts";
import { addTo } from "./multimap.ts";
import { Names } from "./names.ts";
import { type Placement, place } from "./placement.ts";
import { Remembered } from "./remembered.ts";
import { type Use, type Uses, usesOf } from "./uses.ts";

/** Everything rules look things up in, built once per audit; each question is a map lookup. */
export class View {
  readonly snapshot: Snapshot;
  readonly manifest: Manifest | null;
  readonly today: string;
  readonly project: string | null;
  readonly fleet: Fleet;
  readonly names: Names;
  /** Null when not asked for or not readable. */
  readonly declared: DeclaredFacts | null;
  readonly exports: ReadonlyMap<string, readonly DeclaredFunction[]>;
  readonly uses: Uses;
  readonly holders: HolderFacts | null;
  /** What deployments remember; null when not asked for or not readable. */
  readonly remembered: Remembered | null;
  readonly holderUses: readonly HolderUse[];
  readonly holdersSetAside: number;
  #ofManifest: readonly Placement[] | null = null;
  #callerVerdicts: CallerVerdicts | null = null;
  readonly #usesByFunction = new Map<string, Use[]>();
  readonly #holdersByFunction = new Map<string, HolderUse[]>();
  readonly #placements = new Map<string, Placement>();

  constructor(snapshot: Snapshot, manifest: Manifest | null, today: string) {
    this.snapshot = snapshot;
    this.manifest = manifest;
    this.today = today;
    this.project = snapshot.project ?? manifest?.environment.project ?? null;
    this.fleet = new Fleet({ ...snapshot, project: this.project });
    this.declared = this.asked("declared") ? snapshot.declared : null;
    this.holders = this.asked("holders") ? snapshot.holders : null;
    const state = this.asked("state") ? snapshot.state : null;
    this.remembered = state === null ? null : new Remembered(state);

    const exports = new Map<string, DeclaredFunction[]>();
    for (const one of this.declared?.functions ?? []) {
      if (isOurs(one.project, this.project)) addTo(exports, one.name, one);
    }
    this.exports = exports;
    this.names = new Names([
      manifest?.functions.keys() ?? [],
      manifest?.excepted.keys() ?? [],
      exports.keys(),
      this.fleet.copies.keys(),
    ]);
    this.uses = usesOf(this.asked("callers") ? snapshot.callers : null, this.project, this.names);
    for (const use of this.uses.all) addTo(this.#usesByFunction, use.function, use);
    const held = holdersOf(this.holders, this.project, this.names, this.fleet);
    this.holderUses = held.uses;
    this.holdersSetAside = held.setAside;
    for (const use of held.uses) addTo(this.#holdersByFunction, use.function, use);
  }

  asked(source: SourceName): boolean {
    return this.snapshot.sources[source] !== "not asked";
  }

  gapsOf(source: SourceName): readonly Gap[] {
    return this.snapshot.gaps.filter((gap) => gap.source === source);
  }

  usesOf(name: string): readonly Use[] {
    return this.#usesByFunction.get(name) ?? [];
  }

  holdersOf(name: string): readonly HolderUse[] {
    return this.#holdersByFunction.get(name) ?? [];
  }

  exportsOf(name: string): readonly DeclaredFunction[] {
    return this.exports.get(name) ?? [];
  }

  placementOf(name: string): Placement {
    let placement = this.#placements.get(name);
    if (placement === undefined) {
      placement = place(name, this.manifest, this.#sourceRegions(name), this.fleet, this.today);
      this.#placements.set(name, placement);
    }
    return placement;
  }

  /** Placements of all functions of the manifest, in its order. */
  placements(): readonly Placement[] {
    this.#ofManifest ??= [...(this.manifest?.functions.keys() ?? [])].map((name) => this.placementOf(name));
    return this.#ofManifest;
  }

  /** How many functions anybody knows, less those this environment leaves out. */
  get functionCount(): number {
    let count = this.names.size;
    for (const name of this.manifest?.excepted.keys() ?? []) {
      if (!this.exports.has(name) && !this.fleet.copies.has(name)) count -= 1;
    }
    return count;
  }

  /** What the regions that callers name amount to; two rules share the answer. */
  get callerVerdicts(): CallerVerdicts {
    this.#callerVerdicts ??= judgeCallers(this);
    return this.#callerVerdicts;
  }

  /** Left out of this environment on purpose. */
  isExcepted(name: string): boolean {
    return this.manifest?.excepted.has(name) ?? false;
  }

  /** The command as it is typed; names the environment where the file has several. */
  command(text: string): string {
    const several = this.manifest !== null && this.manifest.environments.length > 1;
    return `regions ${text}${several ? ` --env ${this.manifest?.environment.name}` : ""}`;
  }

  /** Regions the source surely names; empty when it leaves any of it open. */
  #sourceRegions(name: string): readonly string[] {
    const regions: string[] = [];
    for (const one of this.exportsOf(name)) {
      if (!one.certain || one.regions.length === 0) return [];
      for (const region of one.regions) if (!regions.includes(region)) regions.push(region);
    }
    return regions;
  }
}
