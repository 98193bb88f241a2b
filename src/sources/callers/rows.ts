import type { Node } from "oxc-parser";
import type { Caller, CallerFallback, CallerTarget, CallHow, UnresolvedCaller } from "../../model/callers.ts";
import type { Place } from "../../model/place.ts";
import { placeOf, type Site } from "../code/module.ts";
import { hasCallableBody } from "./callable-body.ts";
import { type Note, noteAt, notesOf } from "./notes.ts";
import { type Reach, spotPlace } from "./reading.ts";
import type { Traced } from "./trace.ts";

const maxVia = 12;

/** A failure that says where its cause is written. */
const namesPlace = / \(\S+:\d+\)$/;

/** A row has no part of a file's tree, so that trees can be let go of while rows are still gathered. */
interface Row {
  readonly place: Place & { column: number; endLine: number };
  readonly snippet: string;
  readonly how: CallHow;
  readonly symbol: string | null;
  readonly note: Note | null;
  /** Of an address: a request with a body of the callable protocol stands beside it. */
  readonly hasCallableBody: boolean;
  readonly reaches: Reach[];
  readonly inwards: Place[];
  readonly failures: Set<string>;
  /** What the code names where the env file that was read is not there. */
  readonly fallbacks: Reach[];
}

/** Gathers what tracing found into one row per site and project, and what is left over as unresolved. */
export class Rows {
  readonly #rows = new Map<string, Row>();
  readonly #notes = new Map<string, ReadonlyMap<number, Note>>();
  readonly #ownerOf: (file: string) => string | null;

  constructor(ownerOf: (file: string) => string | null) {
    this.#ownerOf = ownerOf;
  }

  add(how: CallHow, traced: Traced): void {
    const { row: site } = traced;
    const key = keyOf(site, how);
    let row = this.#rows.get(key);
    if (row === undefined) {
      row = this.#rowAt(site, how);
      this.#rows.set(key, row);
    }
    row.reaches.push(...traced.reaches.map(withPlaces));
    row.inwards.push(...traced.inwards.map(placeOf));
    for (const failure of traced.failures) row.failures.add(failure);
  }

  #rowAt(site: Site, how: CallHow): Row {
    const { module, node } = site;
    const place = placeOf(site);
    let notes = this.#notes.get(module.file);
    if (notes === undefined) {
      notes = notesOf(module);
      this.#notes.set(module.file, notes);
    }
    return {
      place,
      snippet: module.text.slice(node.start, node.end).replace(/\s+/g, " ").slice(0, 200),
      how,
      symbol: symbolOf(site),
      note: noteAt(notes, place.line, place.endLine),
      hasCallableBody: how === "url" && hasCallableBody(site),
      reaches: [],
      inwards: [],
      failures: new Set(),
      fallbacks: [],
    };
  }

  /** Adds the reading of a site without committed env files; only what hangs on a variable counts. */
  addFallbacks(how: CallHow, traced: Traced): void {
    const row = this.#rows.get(keyOf(traced.row, how));
    const unset = traced.reaches.filter(({ source }) => source.startsWith("env-fallback:"));
    row?.fallbacks.push(...unset.map(withPlaces));
  }

  finish(): { callers: Caller[]; unresolved: UnresolvedCaller[] } {
    const callers: Caller[] = [];
    const unresolved: UnresolvedCaller[] = [];
    const told = new Set<string>();
    for (const row of this.#rows.values()) {
      const { place, snippet, symbol, note } = row;
      const base = { ...place, symbol, snippet, owner: this.#ownerOf(place.file) };
      if (note !== null) {
        const regionPlace = { file: place.file, line: note.line, column: note.column };
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
        ...(row.hasCallableBody ? { callableBody: true } : {}),
      };
    });
  }
}

function withPlaces(reach: Reach): Reach {
  return { ...reach, via: reach.via.map((spot) => ({ place: spotPlace(spot) })) };
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
  for (const place of row.inwards) add(place);
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
