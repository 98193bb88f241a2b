import { posix } from "node:path";
import type { GlobalOptionsFact } from "../../model/declared.ts";
import type { Evaluator } from "../code/evaluate.ts";
import { placeOf, type Site } from "../code/module.ts";
import { type Alternative, type Argument, absent, one } from "../code/value.ts";
import type { Found } from "./exports.ts";
import { type GlobalOptions, globalFor, type LoadOrder } from "./global-options.ts";
import { type NamedRegions, noRegions, readRegions } from "./regions.ts";
import { chainOf } from "./trigger.ts";

/** A `setGlobalOptions` with the regions it names. */
export interface RegionalOptions {
  readonly call: GlobalOptions;
  readonly regions: NamedRegions;
}

export function regionalOptions(evaluator: Evaluator, calls: readonly GlobalOptions[]): RegionalOptions[] {
  return calls.map((call) => {
    const { options, site } = call;
    const regions =
      options === null ? noRegions : evaluator.ask(call.openings, () => optionRegions(evaluator, options, true, site));
    return { call, regions };
  });
}

export interface FunctionRegions extends NamedRegions {
  /** It names no region of its own: whatever it has, it has from the global options. */
  readonly byGlobals: boolean;
}

/** Regions of a function: its own, else those of the global options that hold when it is made. */
export function regionsOf(
  evaluator: Evaluator,
  found: Found,
  globals: readonly RegionalOptions[],
  order: LoadOrder,
): FunctionRegions {
  const { trigger } = found;
  if (trigger.generation === 1) {
    if (trigger.regionArgs.length === 0) return { ...noRegions, byGlobals: false };
    const list = one({ kind: "list", items: trigger.regionArgs, changed: false }, null);
    return { ...readRegions(evaluator, list, trigger.site), byGlobals: false };
  }
  const own =
    trigger.options === null
      ? noRegions
      : optionRegions(evaluator, trigger.options, trigger.handlerFollows, trigger.site);
  if (!own.silent) return { ...own, byGlobals: false };
  const { options, certain } = globalFor(globals, order, found.made, trigger.late);
  const global = options?.regions ?? noRegions;
  const named = { ...global, certain: own.certain && global.certain && certain };
  if (own.regions.length === 0 && own.problem === null) return { ...named, byGlobals: true };
  // Its own on one path, the global ones on another.
  return {
    ...own,
    regions: [...new Set([...own.regions, ...named.regions])],
    certain: false,
    problem: own.problem ?? named.problem,
    byGlobals: false,
  };
}

/**
 * The global options that somebody reading a function would take its region from: those set in its own file, else in
 * the folders around it, the nearest first, else anywhere if all agree. Null where no region is expected.
 */
export function expectedGlobal(
  found: Found,
  globals: readonly RegionalOptions[],
  order: LoadOrder,
): GlobalOptionsFact | null {
  const named = globals.filter(({ call, regions }) => regions.regions.length > 0 && order.timeOf(call.at) !== null);
  const { options: effective } = globalFor(globals, order, found.made, found.trigger.late);
  const expected = nearestTo(found.made, named, effective, order);
  if (expected === null) return null;
  const { call, regions } = expected;
  const key = (one: RegionalOptions | null): string => [...(one?.regions.regions ?? [])].sort().join();
  const { file, line, column } = placeOf(call.site);
  return { place: { file, line, column }, regions: regions.regions, reaches: key(effective) === key(expected) };
}

function nearestTo(
  made: Site,
  named: readonly RegionalOptions[],
  effective: RegionalOptions | null,
  order: LoadOrder,
): RegionalOptions | null {
  const { file } = made.module;
  const own = named.filter(({ call }) => call.at.module.file === file);
  const before = own.filter(({ call }) => call.at.node.start < made.node.start);
  const inFile = before.at(-1) ?? own[0];
  if (inFile !== undefined) return inFile;
  const depthOf = ({ call }: RegionalOptions): number => {
    const folder = posix.dirname(call.at.module.file);
    return folder === "." ? 0 : file.startsWith(`${folder}/`) ? folder.split("/").length : -1;
  };
  const deepest = Math.max(-1, ...named.map(depthOf));
  const near = named.filter((one) => depthOf(one) === deepest);
  if (effective !== null && near.includes(effective)) return effective;
  const agree = new Set(near.map(({ regions }) => [...regions.regions].sort().join())).size === 1;
  if (!agree && deepest < 0) return effective !== null && named.includes(effective) ? effective : null;
  const [entry] = order.modules;
  return near.find(({ call }) => call.at.module === entry) ?? near[0] ?? null;
}

/**
 * Regions an options argument names. A handler, a schedule or a document path may stand in its place, and names none.
 * @param isOptions another argument follows, so that it is no handler
 */
function optionRegions(evaluator: Evaluator, options: Argument, isOptions: boolean, site: Site): NamedRegions {
  if (options.spread)
    return { ...noRegions, silent: false, certain: false, problem: "its arguments are spread from a list" };
  const values = options.values().flatMap((alternative): readonly Alternative[] => {
    const { value } = alternative;
    switch (value.kind) {
      case "function":
      case "text":
      case "plain":
        return one(absent, null);
      case "member":
      case "external":
      case "call":
      case "global": {
        // `onRequest(app)` and `onCall(wrap(handler))` hand over a handler; a parameter of the deployment stands for
        // a schedule or a path.
        if ((value.kind !== "member" && !isOptions) || isParameter(value)) return one(absent, null);
        const source = chainOf(value)?.source;
        const reason =
          value.kind === "global"
            ? `"${value.name}" is defined nowhere here`
            : source?.startsWith(".")
              ? `"${source}" was not found, which makes its options`
              : "its options are made outside the tree";
        return one({ kind: "unknown", reason, site, env: null }, null);
      }
      default:
        return evaluator.member(value, "region", site).map((region) => ({
          ...region,
          sure: region.sure && alternative.sure,
          via: alternative.via.length > 0 || region.via.length > 0 ? [...alternative.via, ...region.via] : region.via,
        }));
    }
  });
  return readRegions(evaluator, values, site);
}

function isParameter(value: Alternative["value"]): boolean {
  const chain = chainOf(value);
  return (
    chain !== null &&
    /^firebase-functions(?:\/params)?$/.test(chain.source) &&
    (chain.steps[0]?.name ?? "").startsWith("define")
  );
}

/** Whether a function is left out of the deployment by its options; null when a parameter or a condition decides. */
export function isOmitted(
  evaluator: Evaluator,
  found: Found,
  globals: readonly RegionalOptions[],
  order: LoadOrder,
): boolean | null {
  const { trigger } = found;
  const own = trigger.generation === 1 ? trigger.runWith : trigger.options === null ? [] : [trigger.options];
  const asked = own.map((argument) => omission(evaluator, argument, trigger.site)).filter((one) => one !== "silent");
  const last = asked.at(-1);
  if (last !== undefined) return last;
  if (trigger.generation === 1) return false;
  const { options } = globalFor(globals, order, found.made, trigger.late);
  const argument = options?.call.options ?? null;
  if (options === null || argument === null) return false;
  const global = omission(evaluator, argument, options.call.site);
  return global === "silent" ? false : global;
}

function omission(evaluator: Evaluator, argument: Argument, site: Site): boolean | null | "silent" {
  if (argument.spread) return "silent";
  const values = argument
    .values()
    .flatMap(({ value }) =>
      value.kind === "object" || value.kind === "record" ? evaluator.member(value, "omit", site) : one(absent, null),
    );
  if (values.every(({ value }) => value === absent)) return "silent";
  const truths = new Set(values.map(({ value }) => (value.kind === "plain" ? value.value === true : null)));
  const [only] = truths;
  return truths.size === 1 && only !== undefined ? only : null;
}
