import type { Node } from "oxc-parser";
import type { Caller, CallerFallback, CallerTarget, CallHow, UnresolvedCaller } from "../../model/callers.ts";
import type { Place } from "../../model/place.ts";
import { type Module, placeOf, type Site } from "../code/module.ts";
import { hasCallableBody } from "./callable-body.ts";
import { type Note, noteAt, notesOf } from "./notes.ts";
import { type Reach, spotPlace } from "./reading.ts";
import type { Traced } from "./trace.ts";

const maxVia = 12;

/** A failure that says where its cause is written. */
const namesPlace = / \(\S+:\d+\)$/;

interface Row {
  readonly site: Site;
  readonly how: CallHow;
  readonly symbol: string | null;
  readonly reaches: Reach[];
  readonly inwards: Site[];
  readonly failures: Set<string>;
  /** What the code names where the env file that was read is not there. */
  readonly fallbacks: Reach[];
}

/** Gathers what tracing found into one row per site and project, and what is left over as unresolved. */
export class Rows {
  readonly #rows = new Map<string, Row>();
  readonly #notes = new Map<Module, ReadonlyMap<number, Note>>();
  readonly #ownerOf: (file: string) => string | null;

  constructor(ownerOf: (file: string) => string | null) {
    this.#ownerOf = ownerOf;
  }

  add(how: CallHow, traced: Traced): void {
    const { row: site } = traced;
    const key = keyOf(site, how);
    let row = this.#rows.get(key);
    if (row === undefined) {
      // Now, while the file's tree is at hand.
      row = { site, how, symbol: symbolOf(site), reaches: [], inwards: [], failures: new Set(), fallbacks: [] };
      this.#rows.set(key, row);
    }
    row.reaches.push(...traced.reaches);
    row.inwards.push(...traced.inwards);
    for (const failure of traced.failures) row.failures.add(failure);
  }

  /** Adds the reading of a site without committed env files; only what hangs on a variable counts. */
  addFallbacks(how: CallHow, traced: Traced): void {
    const row = this.#rows.get(keyOf(traced.row, how));
    row?.fallbacks.push(...traced.reaches.filter(({ source }) => source.startsWith("env-fallback:")));
  }

  finish(): { callers: Caller[]; unresolved: UnresolvedCaller[] } {
    const callers: Caller[] = [];
    const unresolved: UnresolvedCaller[] = [];
    const told = new Set<string>();
    for (const row of this.#rows.values()) {
      const { module } = row.site;
      let notes = this.#notes.get(module);
      if (notes === undefined) {
        notes = notesOf(module);
        this.#notes.set(module, notes);
      }
      const place = placeOf(row.site);
      const base = {
        ...place,
        symbol: row.symbol,
        snippet: module.text.slice(row.site.node.start, row.site.node.end).replace(/\s+/g, " ").slice(0, 200),
        owner: this.#ownerOf(module.file),
      };
      const note = noteAt(notes, place.line, place.endLine);
      if (note !== null) {
        const regionPlace = { file: module.file, line: note.line, column: note.column };
        const targets = note.calls.map((call): CallerTarget => ({ ...call, when: null }));
        callers.push({
          ...base,
          how: row.how,
          targets,
          certain: true,
          regionSource: "literal",
          regionPlace,
          project: null,
          via: [],
        });
        continue;
      }
      callers.push(...this.#resolved(row, base));
      // A place that spoils many calls, each of which is a row as well, is told with the first of them.
      const failures = [...row.failures].filter((failure) => row.reaches.length === 0 || !told.has(failure));
      for (const failure of failures) if (namesPlace.test(failure)) told.add(failure);
      if (failures.length > 0) {
        const { column: _, ...spot } = base;
        unresolved.push({ ...spot, column: base.column, reason: failures.slice(0, 3).join("; ") });
      }
    }
    return { callers, unresolved };
  }

  #resolved(
    row: Row,
    base: Omit<Caller, "how" | "targets" | "certain" | "regionSource" | "regionPlace" | "project" | "via">,
  ): Caller[] {
    const byProject = new Map<string | null, Reach[]>();
    for (const reach of row.reaches) byProject.set(reach.project, [...(byProject.get(reach.project) ?? []), reach]);
    return [...byProject].map(([project, reaches]) => {
      const targets = new Map<string, CallerTarget>();
      for (const { target } of reaches) {
        const key = `${target.function}\0${target.region}`;
        const known = targets.get(key);
        // Reached either way, a target has no condition.
        if (known === undefined) targets.set(key, target);
        else if (known.when !== target.when) targets.set(key, { ...target, when: null });
      }
      const [first] = reaches;
      const leading =
        reaches.find(({ source }) => source.startsWith("env-fallback:")) ??
        reaches.find(({ source }) => source.startsWith("env:")) ??
        first;
      return {
        ...base,
        how: row.how,
        targets: [...targets.values()],
        certain: row.failures.size === 0 && reaches.every(({ certain }) => certain),
        regionSource: leading?.source ?? "literal",
        regionPlace: leading?.regionPlace ?? null,
        project,
        via: viaOf(row, reaches, base),
        ...fallbacksOf(row, project, targets),
        ...(row.how === "url" && hasCallableBody(row.site) ? { callableBody: true } : {}),
      };
    });
  }
}

/** Fallbacks that the committed reading does not name anyway. */
function fallbacksOf(
  row: Row,
  project: string | null,
  targets: ReadonlyMap<string, CallerTarget>,
): { fallbacks?: readonly CallerFallback[] } {
  const found = new Map<string, CallerFallback>();
  for (const reach of row.fallbacks) {
    const { function: name, region } = reach.target;
    const key = `${name}\0${region}`;
    if (reach.project !== project || region === null || targets.has(key) || found.has(key)) continue;
    found.set(key, {
      function: name,
      region,
      variable: reach.source.slice(reach.source.indexOf(":") + 1),
      place: reach.regionPlace,
    });
  }
  return found.size === 0 ? {} : { fallbacks: [...found.values()] };
}

function keyOf(site: Site, how: CallHow): string {
  return `${site.module.file}\0${site.node.start}\0${site.node.end}\0${how}`;
}

function viaOf(row: Row, reaches: readonly Reach[], own: Place): Place[] {
  const places = new Map<string, Place>();
  const add = (place: Place): void => {
    const { file, line, column } = place;
    if (file === own.file && line === own.line) return;
    const key = `${file}:${line}`;
    if (!places.has(key) && places.size < maxVia)
      places.set(key, column === undefined ? { file, line } : { file, line, column });
  };
  for (const site of row.inwards) add(placeOf(site));
  for (const reach of reaches) for (const spot of reach.via) add(spotPlace(spot));
  return [...places.values()];
}

/** The outermost named function, class or variable around a site: what a person calls the component or module part. */
export function symbolOf(site: Site): string | null {
  let symbol: string | null = null;
  for (let node: Node | undefined = site.node; node !== undefined; node = site.module.parents.get(node)) {
    if (node.type === "FunctionDeclaration" || node.type === "ClassDeclaration" || node.type === "FunctionExpression") {
      if (node.id !== null) symbol = node.id.name;
    } else if (node.type === "VariableDeclarator" && node.id.type === "Identifier" && node !== site.node)
      symbol = node.id.name;
    else if ((node.type === "Property" || node.type === "MethodDefinition") && node.key.type === "Identifier")
      symbol = node.key.name;
  }
  return symbol;
}

export function byPlace(one: Place, other: Place): number {
  if (one.file !== other.file) return one.file < other.file ? -1 : 1;
  return one.line - other.line || (one.column ?? 0) - (other.column ?? 0);
}
