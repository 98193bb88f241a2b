import type { PolicyResource as EngineResource, Policies } from "@pulumi/policy";
import type { Manifest } from "../../manifest/manifest.ts";
import type { Place } from "../../model/place.ts";
import { InputError, type Problem } from "../../model/problem.ts";
import type { JsonObject } from "../json.ts";
import type { ManifestOfStack } from "./read-manifest.ts";
import type { PolicyResource, ResourceRule, StackRule, Violation } from "./rule.ts";
import { allowedRuntimes } from "./rules/allowed-runtimes.ts";
import { classIsolation } from "./rules/class-isolation.ts";
import { invokerPerManifest } from "./rules/invoker-per-manifest.ts";
import { invokerPerTrigger } from "./rules/invoker-per-trigger.ts";
import { regionPerManifest } from "./rules/region-per-manifest.ts";
import { serviceCeiling } from "./rules/service-ceiling.ts";

export const resourceRules: readonly ResourceRule[] = [
  regionPerManifest,
  classIsolation,
  allowedRuntimes,
  invokerPerManifest,
  serviceCeiling,
];

export const stackRules: readonly StackRule[] = [invokerPerTrigger];

/** The rules as the engine runs them, every one mandatory: a violation ends preview and up. */
export function policiesFor(manifestOfStack: ManifestOfStack): Policies {
  const manifestFor = (urn: string): Manifest => {
    try {
      return manifestOfStack(stackOf(urn));
    } catch (error) {
      if (error instanceof InputError) throw plainError(problemsText(error.problems));
      throw error;
    }
  };
  return [
    ...resourceRules.map(({ name, description, check }) => ({
      name,
      description,
      enforcementLevel: "mandatory" as const,
      validateResource: (resource: Judged, report: Report) => {
        if (isLeftAlone(resource.opts)) return;
        for (const violation of check(resource, manifestFor(resource.urn))) report(violationText(violation));
      },
    })),
    ...stackRules.map(({ name, description, check }) => ({
      name,
      description,
      enforcementLevel: "mandatory" as const,
      validateStack: ({ resources }: { resources: EngineResource[] }, report: Report) => {
        const [first] = resources;
        if (first === undefined) return;
        const judged = resources.filter(({ opts }) => !isLeftAlone(opts));
        const urns = new Map(judged.map((one) => [knownResource(one), one.urn]));
        for (const violation of check([...urns.keys()], manifestFor(first.urn))) {
          report(violationText(violation), urns.get(violation.resource));
        }
      },
    })),
  ];
}

type Report = (message: string, urn?: string) => void;

interface Judged {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly props: JsonObject;
  readonly opts: EngineResource["opts"];
}

/** Adopted, and not decided on yet: no deployment changes it or deletes it, so none can be stopped for its sake. */
function isLeftAlone({ protect, ignoreChanges }: EngineResource["opts"]): boolean {
  return protect && ignoreChanges.includes("*");
}

/** `urn:pulumi:STACK::PROJECT::TYPE::NAME` */
function stackOf(urn: string): string {
  return urn.split("::")[0]?.replace(/^urn:pulumi:/, "") ?? "";
}

export function violationText({ place, message, mend }: Violation): string {
  return `${where(place)}${message}\n${mend}`;
}

/** All problems of the input: place, what is wrong, the line it stands on, what to do. */
export function problemsText(problems: readonly Problem[]): string {
  return problems
    .flatMap(({ place, message, excerpt, mend }) => [
      `${where(place)}${message}`,
      ...(excerpt === null ? [] : excerpt.split("\n").map((line) => `    ${line}`)),
      ...(mend === null ? [] : [`  ${mend}`]),
    ])
    .join("\n");
}

function where(place: Place | null): string {
  return place === null ? "" : `${place.file}:${place.line}: `;
}

/** The engine prints an error's stack, which is nobody's business where the input is wrong. */
function plainError(text: string): Error {
  const error = new Error(text);
  error.stack = text;
  return error;
}

function knownResource({ type, name, props }: EngineResource): PolicyResource {
  return { type, name, props: known(props) as JsonObject };
}

/** A copy without what the engine does not know yet: reading that throws. */
function known(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    return Array.from({ length: value.length }, (_, index) => known(read(() => value[index])));
  }
  return Object.fromEntries(
    Object.keys(value).flatMap((key) => {
      const one = known(read(() => (value as JsonObject)[key]));
      return one === undefined ? [] : [[key, one]];
    }),
  );
}

function read(get: () => unknown): unknown {
  try {
    return get();
  } catch {
    return undefined;
  }
}
