import type { Node } from "oxc-parser";
import type { Evaluator } from "../code/evaluate.ts";
import { type Module, placeOf, type Site } from "../code/module.ts";
import { isPassedBy } from "../code/passed-by.ts";
import type { References, Uses } from "../code/references.ts";
import type { Opening } from "../code/value.ts";
import type { Reach, Reading } from "./reading.ts";

/** A row in the making: where the name is bound, what is reached, and the calls that lead inwards from there. */
export interface Traced {
  readonly row: Site;
  readonly reaches: readonly Reach[];
  readonly inwards: readonly Site[];
  readonly failures: readonly string[];
}

const maxOpenings = 10;
const maxReadings = 4_000;

/**
 * Follows a site outwards: while a parameter decides what it reaches, the calls of that parameter's function are
 * taken one by one and the site is read again. The row moves outwards only while the name is not bound.
 */
export function* trace(
  evaluator: Evaluator,
  references: References,
  site: Site,
  read: () => Reading | null,
): Generator<Traced> {
  let readings = 0;
  // A function that calls itself is not always called the way it was called first.
  let repeats = false;
  function* visit(
    openings: ReadonlyMap<Node, Opening>,
    row: Site,
    inwards: readonly Site[],
    isDoubted: boolean,
  ): Generator<Traced> {
    if (++readings > maxReadings) {
      if (readings === maxReadings + 1)
        yield {
          row: site,
          reaches: [],
          inwards: [],
          failures: ["it is called in too many ways to follow them all"],
        };
      return;
    }
    const ways = [site, ...[...openings.values()].map((call) => call.site)];
    const reading = evaluator.ask(openings, () =>
      openings.size > 0 && !repeats && ways.some((way) => isPassedBy(evaluator, way)) ? null : read(),
    );
    if (reading === null) return;
    const parameter = reading.open.find(({ fn }) => !openings.has(fn));
    if (parameter === undefined) {
      const stuck =
        reading.open.length > 0 && reading.concerns !== false
          ? [`"${reading.open[0]?.name}" hangs on a call of itself`]
          : [];
      const reaches = isDoubted ? reading.reaches.map((reach) => ({ ...reach, certain: false })) : reading.reaches;
      yield { row, reaches, inwards, failures: [...reading.failures, ...stuck] };
      return;
    }
    const { fn, module, name } = parameter;
    const lost = (failure: string): readonly Traced[] =>
      reading.concerns === false ? [] : [{ row, reaches: [], inwards, failures: [failure] }];
    if (openings.size >= maxOpenings) {
      yield* lost(`"${name}" comes through more than ${maxOpenings} calls`);
      return;
    }
    const outerOf = ({ calls }: Uses): readonly Opening[] =>
      calls.filter((call) => !isInside(call.site, fn, module.file));
    let uses = references.of(fn, module);
    let isAside = isDoubted;
    if (!ways.some((way) => leadsTo(fn, module, way))) {
      uses = [...uses];
      // What is set aside for later by several calls (`setRegion("…")`) is not what each use of it finds.
      isAside ||= [...uses].flatMap(outerOf).length > 1;
    }
    let isCalled = false;
    let first: Site | null = null;
    for (const use of uses) {
      const outer = outerOf(use);
      if (outer.length < use.calls.length) repeats = true;
      if (outer.length > 0) isCalled = true;
      first ??= use.handed[0] ?? null;
      for (const call of outer) {
        const moves = reading.nameOpen;
        const further = moves ? [row, ...inwards] : [...inwards, call.site];
        yield* visit(withCall(openings, fn, call), moves ? call.site : row, further, isAside);
      }
    }
    if (first !== null) {
      const at = ` at ${first.module.file}:${placeOf(first).line}`;
      yield* lost(`"${name}" is a parameter of a function that is handed on${at}, so its calls cannot be seen`);
    } else if (!isCalled) {
      yield* lost(`"${name}" is a parameter, and no call that gives it a value was found`);
    }
  }
  yield* visit(new Map(), site, [], false);
}

/** Calling the function comes to a place, or makes the object whose method the place stands in. */
function leadsTo(fn: Node, module: Module, way: Site): boolean {
  if (isInside(way, fn, module.file)) return true;
  const maker = module.parents.get(fn);
  if (maker?.type !== "MethodDefinition" || maker.kind !== "constructor") return false;
  const body = module.parents.get(maker);
  return body !== undefined && isInside(way, body, module.file);
}

/** Binds a function's parameters, and those of the calls that the function was made in. */
function withCall(openings: ReadonlyMap<Node, Opening>, fn: Node, call: Opening): ReadonlyMap<Node, Opening> {
  const bound = new Map([...openings, [fn, call]]);
  for (let frame = call.captured; frame !== null; frame = frame.next) {
    if (!bound.has(frame.fn))
      bound.set(frame.fn, { site: call.site, args: frame.args, self: frame.self, captured: null });
  }
  return bound;
}

function isInside(site: Site, fn: Node, file: string): boolean {
  return site.module.file === file && site.node.start >= fn.start && site.node.end <= fn.end;
}
