import { parseFunctionUrl } from "../../model/function-url.ts";
import type { Evaluator } from "../code/evaluate.ts";
import type { Site } from "../code/module.ts";
import { type Alternative, hole, isMissing, isNever, join, parameterIn, text, type Value } from "../code/value.ts";
import type { Apps } from "./apps.ts";
import { isRegionId, pair, type Reach, type Reading, sourceOf, spotPlace, whenText } from "./reading.ts";
import { makerOf, readInstance } from "./sdk.ts";
import { readUrls } from "./url.ts";

type Parameter = Extract<Value, { kind: "parameter" }>;

interface Named {
  readonly name: string;
  readonly alternative: Alternative;
}

/** Reads one call of an SDK: every function and region it can reach, and what is still open. Null: it is no such call. */
export function readCall(
  evaluator: Evaluator,
  apps: Apps,
  site: Site,
): { how: "callable" | "enqueuer" | "url"; reading: Reading } | null {
  const { node, module } = site;
  if (node.type !== "CallExpression") return null;
  const scene = { module, frame: null };
  const callees =
    node.callee.type === "MemberExpression" && !node.callee.computed && node.callee.property.type === "Identifier"
      ? memberCallees(evaluator, site, node.callee.object, node.callee.property.name)
      : evaluator.evaluate(node.callee, scene);
  const args = node.arguments.map((arg) =>
    evaluator.evaluate(arg.type === "SpreadElement" ? arg.argument : arg, scene),
  );
  if (
    node.arguments.slice(0, 2).some((arg) => arg.type === "SpreadElement") &&
    callees.some((callee) => makerOf(evaluator, callee, args, site).kind !== "other")
  ) {
    return { how: "callable", reading: failed("its arguments are spread from a list") };
  }
  const merged = { reaches: [] as Reach[], open: [] as Parameter[], nameOpen: false, failures: [] as string[] };
  let how: "callable" | "enqueuer" | "url" | null = null;
  for (const callee of callees) {
    const maker = makerOf(evaluator, callee, args, site);
    if (maker.kind === "other") continue;
    let reading: Reading;
    if (maker.kind === "unclear") {
      const open = maker.open === null ? null : parameterIn(maker.open);
      reading = open === null ? failed(maker.reason) : { reaches: [], open: [open], nameOpen: false, failures: [] };
      how ??= "callable";
    } else if (maker.kind === "callable") {
      reading = readCallable(apps, maker.instance, maker.name);
      how = "callable";
    } else if (maker.kind === "enqueuer") {
      reading = readEnqueuer(maker.name);
      how = "enqueuer";
    } else {
      reading = readUrls(maker.url, "address");
      how = "url";
    }
    merged.reaches.push(...reading.reaches);
    merged.open.push(...reading.open);
    merged.nameOpen ||= reading.nameOpen;
    merged.failures.push(...reading.failures);
  }
  return how === null ? null : { how, reading: merged };
}

function memberCallees(
  evaluator: Evaluator,
  site: Site,
  object: import("oxc-parser").Node,
  name: string,
): readonly Alternative[] {
  const objects = evaluator.evaluate(object, { module: site.module, frame: null });
  return objects.flatMap((alternative) =>
    // An unknown object stays one, so that its reason is told instead of the member's.
    alternative.value.kind === "unknown"
      ? [{ ...alternative, value: { kind: "member" as const, object: alternative.value, name } }]
      : evaluator.member(alternative.value, name, site).flatMap((member) => {
          const both = join(alternative, member);
          return both === null ? [] : [{ ...both, written: member.written ?? alternative.written }];
        }),
  );
}

function failed(reason: string): Reading {
  return { reaches: [], open: [], nameOpen: false, failures: [reason] };
}

/** Texts a set of names can be; parameters and failures apart. */
function readNames(alternatives: readonly Alternative[]): { names: Named[]; open: Parameter[]; failures: string[] } {
  const names: Named[] = [];
  const open: Parameter[] = [];
  const failures: string[] = [];
  // Nothing is reached under no name: such a value is of no concern beside others.
  const filled = alternatives.filter(({ value }) => !isNever(value) && !isMissing(value) && !isEmpty(value));
  const dropped = filled.length === 0 ? [] : alternatives.filter((alternative) => !filled.includes(alternative));
  const sure = dropped.every((alternative) => alternative.sure && alternative.env?.use !== "fallback");
  for (const alternative of filled.length === 0 ? alternatives : filled) {
    const { value } = alternative;
    const parameter =
      value.kind === "text" ? value.holes.map(parameterIn).find((found) => found !== null) : parameterIn(value);
    if (parameter !== null && parameter !== undefined) open.push(parameter);
    else if (value.kind === "text" && value.holes.length === 0) {
      names.push({ name: value.text, alternative: sure ? alternative : { ...alternative, sure } });
    } else failures.push(`the function's name cannot be told: ${reasonOf(value)}`);
  }
  return { names, open, failures };
}

function isEmpty(value: Value): boolean {
  return value.kind === "text" && value.text === "";
}

export function reasonOf(value: Value): string {
  switch (value.kind) {
    case "unknown":
      return value.reason;
    case "text": {
      const inner = value.holes[0];
      return inner === undefined ? "it is a text of another kind" : reasonOf(inner);
    }
    case "plain":
      return value.value === undefined ? "it has no value" : `it is ${String(value.value)}`;
    case "external":
      return `it comes from "${value.source}"`;
    case "global":
      return `"${value.name}" is set when the program runs`;
    case "member":
      return value.object.kind === "global" || value.object.kind === "external"
        ? reasonOf(value.object)
        : `".${value.name}" is only known when the program runs`;
    case "call":
      return "it is what a call returns when the program runs";
    default:
      return "it is no text";
  }
}

const functionName = /^[A-Za-z][\w-]{0,127}$/;

function readCallable(apps: Apps, instances: readonly Alternative[], nameValues: readonly Alternative[]): Reading {
  const { names, open: openNames, failures } = readNames(nameValues);
  const open: Parameter[] = [...openNames];
  const reaches: (Reach & { readonly linked: boolean })[] = [];
  // Nothing is called by a client that is not there.
  const present = instances.filter(({ value }) => !isNever(value) && !isMissing(value));
  for (const instance of present.length > 0 ? present : instances) {
    for (const reading of readInstance(instance.value)) {
      if (reading.kind === "open") {
        const parameter = parameterIn(reading.value);
        if (parameter !== null) open.push(parameter);
        continue;
      }
      if (reading.kind === "not-an-instance") {
        failures.push(`the region cannot be told: ${reading.reason}`);
        continue;
      }
      const project = apps.projectOf(reading.app);
      for (const given of reading.region) {
        const address = addressOf(given.value);
        const region = address === null ? given : { ...given, value: text(address.region) };
        const problem = regionProblem(region.value, open);
        if (problem === "open") continue;
        if (problem !== null) {
          const written = region.value.kind === "text" && region.value.text === "" ? region.written : null;
          const place = written === null ? null : spotPlace(written);
          failures.push(place === null ? problem : `${problem} (${place.file}:${place.line})`);
          continue;
        }
        const regionText = region.value.kind === "text" ? region.value.text : "";
        const isDefault = reading.isDefault || region.written === null;
        for (const { name, alternative } of names) {
          if (!functionName.test(name)) {
            failures.push(
              name === "" ? "the function's name is an empty text" : `"${name.slice(0, 60)}" is no function name`,
            );
            continue;
          }
          const both = pair(alternative, region);
          if (both === null) continue;
          const joined = pair({ ...alternative, when: both.when, sure: both.sure }, instance);
          if (joined === null) continue;
          reaches.push({
            target: { function: name, region: regionText, when: whenText(joined.when) },
            source: address !== null && region.env === null ? "url" : sourceOf(region, isDefault),
            regionPlace: isDefault ? null : region.written === null ? null : spotPlace(region.written),
            project: address?.project ?? project,
            via: [...alternative.via, ...instance.via, reading.site, ...region.via],
            certain: joined.sure && alternative.env?.use !== "fallback",
            linked: isLinked(alternative, [region, instance]),
          });
        }
      }
    }
  }
  return { reaches: withoutMixtures(reaches), open, nameOpen: openNames.length > 0, failures };
}

/** Whether some condition says which of these go together. */
function isLinked(name: Alternative, regions: readonly Alternative[]): boolean {
  return regions.some(({ when }) => when.some(({ key }) => name.when.some((condition) => condition.key === key)));
}

/** Several names and several regions: where nothing says which go together, some of the pairs may never be called. */
function withoutMixtures(reaches: readonly (Reach & { readonly linked: boolean })[]): readonly Reach[] {
  const names = new Set(reaches.map(({ target }) => target.function));
  const regions = new Set(reaches.map(({ target }) => target.region));
  const mixed = names.size > 1 && regions.size > 1;
  return reaches.map(({ linked, ...reach }) => (mixed && !linked ? { ...reach, certain: false } : reach));
}

/** A client that is given the address of a region's functions in place of the region calls exactly those. */
function addressOf(value: Value): { region: string; project: string | null } | null {
  if (value.kind !== "text" || value.holes.length > 0) return null;
  const target = parseFunctionUrl(`${value.text.replace(/\/$/, "")}/x`);
  return target?.form === "cloudfunctions" && target.region !== null && target.name === "x"
    ? { region: target.region, project: target.project }
    : null;
}

/** Why a region value names no region; "open" when a parameter decides, null when it is one. */
function regionProblem(value: Value, open: Parameter[]): string | null {
  if (value.kind === "text") {
    const parameter = value.holes.map(parameterIn).find((found) => found !== null);
    if (parameter !== null && parameter !== undefined) {
      open.push(parameter);
      return "open";
    }
    if (value.holes.length > 0) return `the region cannot be told: ${reasonOf(value)}`;
    if (isRegionId(value.text)) return null;
    if (value.text.includes("://") && !value.text.includes(hole)) {
      return parseFunctionUrl(`${value.text.replace(/\/$/, "")}/x`) === null
        ? `the region cannot be told: the client calls the custom domain ${new RegExp(/^\w+:\/\/[^/?#]*/).exec(value.text)?.[0] ?? ""}`
        : `the client is given the address ${value.text.slice(0, 80)} instead of a region`;
    }
    return value.text === "" ? "the region is an empty text" : `"${value.text.slice(0, 60)}" is no region`;
  }
  const parameter = parameterIn(value);
  if (parameter !== null) {
    open.push(parameter);
    return "open";
  }
  return `the region cannot be told: ${reasonOf(value)}`;
}

const queueName = /^(?:projects\/([^/]+)\/)?locations\/([^/]+)\/functions\/([^/]+)$/;

/** `taskQueue("x")` means us-central1; longer forms carry the region, and may carry the project. */
function readEnqueuer(nameValues: readonly Alternative[]): Reading {
  const { names, open, failures } = readNames(nameValues);
  const reaches: Reach[] = [];
  for (const { name, alternative } of names) {
    const long = queueName.exec(name.replaceAll(hole, "-"));
    if (long === null && !functionName.test(name)) {
      failures.push(`"${name.slice(0, 60)}" is no queue name`);
      continue;
    }
    const region = long?.[2] ?? "us-central1";
    if (!isRegionId(region)) {
      failures.push(`"${region.slice(0, 60)}" is no region`);
      continue;
    }
    reaches.push({
      target: { function: long?.[3] ?? name, region, when: whenText(alternative.when) },
      source: long === null ? "default" : sourceOf(alternative, false),
      regionPlace: long === null || alternative.written === null ? null : spotPlace(alternative.written),
      project: long?.[1] ?? null,
      via: alternative.via,
      certain: alternative.sure,
    });
  }
  return { reaches, open, nameOpen: open.length > 0, failures };
}
