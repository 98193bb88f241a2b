import { z } from "zod";
import { partKinds } from "../model/deployment.ts";

/*
 * The published JSON contracts as schemas: what `--format json` prints, and what `facts:` in a manifest may hold.
 * Objects are open: a later version of the same contract may add keys, and readers must let them pass.
 */

export const name = z.string();
export const maybe = z.string().nullable();
const position = z.int().positive();
export const count = z.int().nonnegative();
export const score = z.number().min(0).max(10).nullable();
const severity = z.enum(["error", "warning"]);
export const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
export const source = z.enum(["declared", "callers", "deployed", "holders", "state"]);
export const status = z.enum(["read", "partial", "failed", "not asked"]);
export const trigger = z.enum(["callable", "https", "scheduled", "task", "event", "blocking", "other"]);
const regionSource = z
  .string()
  .regex(/^(literal|constant|default|url|discovered|env:.*|env-fallback:.*)$/)
  .describe("literal, constant, default, url, env:NAME or env-fallback:NAME; of functions also discovered");

const placeShape = {
  file: name.describe('Relative to the manifest\'s folder or --root, with "/".'),
  line: position,
  column: position.optional().describe("In UTF-16 units, from 1."),
  endLine: position.optional(),
};
export const place = z.looseObject(placeShape);
export const gap = z
  .looseObject({
    source,
    facet: z.string().optional().describe("What within the source could not be read."),
    scope: name.describe('A region, a file, an outside system, or "*".'),
    region: maybe.optional(),
    reason: name,
  })
  .describe("Something that was asked for and could not be looked at.");

export const finding = z.looseObject({
  rule: name,
  severity,
  confidence: z.enum(["certain", "likely"]),
  impact: z.enum(["now", "next", "later"]).describe("When customers notice: today, at the next step, or not yet."),
  message: name,
  mend: name.describe("What to do next."),
  function: maybe,
  place: place.nullable(),
  expected: z.array(name).describe("Regions the manifest wants."),
  actual: maybe,
  related: z.array(z.looseObject({ place: place.nullable(), message: name })),
  differences: z
    .array(
      z.looseObject({
        kind: z.enum(partKinds).describe("The function itself, or what hangs on it or on its class."),
        detail: maybe,
        region: maybe,
        field: maybe.describe("In the manifest's words; null: the part is gone."),
        state: maybe.describe("As it was deployed; null = not set, or not to be shown."),
        cloud: maybe.describe("As it is now."),
        manifest: maybe.describe("What the manifest wants; null where it says nothing of it."),
      }),
    )
    .optional()
    .describe("Where the state of deployments and the cloud part; of `drift` alone."),
  fingerprint: name.describe("Stays the same while the finding does, also when lines move."),
  change: z
    .enum(["new", "touched"])
    .optional()
    .describe("With --changed-since: it was not there or not open before, or its lines were changed."),
  fixable: z
    .boolean()
    .describe("`regions fix` would mend it. From a snapshot, which has no source: the facts would allow it."),
  suppressed: z
    .looseObject({
      kind: z.enum(["ignore", "baseline"]).optional().describe("An entry of the manifest, or one of a baseline."),
      reason: name,
      owner: maybe,
      until: day.nullable(),
      place: place.describe("Where the entry stands."),
    })
    .nullable(),
});

export const auditSchema = z.looseObject({
  version: z.literal(1),
  project: maybe,
  environment: maybe,
  today: day,
  changedSince: z
    .looseObject({
      ref: name,
      mergeBase: name.describe("The commit that was compared with."),
      setAside: z
        .looseObject({ errors: count, warnings: count, suppressed: count })
        .describe("Findings that are as they were, and are not listed."),
      oldGaps: count.describe("Of `gaps`: those that were there before."),
    })
    .optional()
    .describe("With --changed-since: `findings` are those that the change brings or touches."),
  findings: z.array(finding),
  gaps: z.array(gap),
  notChecked: z.array(z.looseObject({ rule: name, scope: name, reason: name })),
  sources: z.looseObject({ declared: status, callers: status, deployed: status, holders: status, state: status }),
  checked: z.looseObject({ rules: count, functions: count, callers: count, holders: count }),
  score: z.looseObject({
    overall: score,
    parts: z.record(name, z.looseObject({ score, passed: count, checked: count })),
  }),
  notes: z.array(name),
});

/** A baseline: written by `regions baseline write`, read by `--baseline`; people give owner, reason and date. */
export const baselineSchema = z.looseObject({
  version: z.literal(1),
  findings: z.array(
    z.looseObject({
      fingerprint: name.min(1).describe("What the finding is told by; all else is for people."),
      rule: name,
      project: maybe.default(null),
      function: maybe.default(null),
      file: maybe.default(null),
      message: name.default("").describe("As it read when the entry was written."),
      sources: z.array(source).describe("What the look that found it was asked for."),
      owner: maybe.default(null),
      reason: name.min(1),
      until: day.nullable().default(null).describe("The last day on which the entry holds; null: it has no end."),
    }),
  ),
});

const unresolvedShape = {
  ...placeShape,
  endLine: position,
  reason: name,
};

export const callersSchema = z.looseObject({
  version: z.literal(1),
  callers: z.array(
    z.looseObject({
      ...placeShape,
      column: position,
      endLine: position,
      how: z.enum(["callable", "url", "rewrite", "env", "enqueuer"]),
      targets: z.array(z.looseObject({ function: name, region: maybe, when: maybe })),
      functions: z.array(name).describe("The functions of `targets`, each once."),
      regions: z.array(name).describe("The regions of `targets`, each once."),
      certain: z.boolean().describe("The set of targets is complete and right, given the committed env files."),
      regionSource,
      regionPlace: place.nullable().optional(),
      project: maybe.describe("null = the environment's."),
      via: z.array(place).describe("Places the values came through, from the call inwards."),
      symbol: maybe.optional(),
      snippet: name.optional(),
      owner: maybe.optional(),
      fallbacks: z
        .array(z.looseObject({ function: name, region: name, variable: name, place: place.nullable().optional() }))
        .optional()
        .describe("What the code itself names where a committed variable is not set at build time."),
      callableBody: z.boolean().optional().describe("A request by URL with a body of the callable protocol near it."),
    }),
  ),
  unresolved: z.array(
    z.looseObject({ ...unresolvedShape, symbol: maybe.optional(), snippet: name.optional(), owner: maybe.optional() }),
  ),
  env: z.array(z.looseObject({ place, name, value: name, owner: maybe })).optional(),
  files: count.optional(),
  gaps: z.array(gap),
});

export const declaredSchema = z.looseObject({
  version: z.literal(1),
  functions: z.array(
    z.looseObject({
      name,
      codebase: name,
      project: maybe,
      regions: z.array(name),
      generation: z.union([z.literal(1), z.literal(2)]),
      trigger,
      ...placeShape,
      certain: z.boolean(),
      regionSource: regionSource.nullable(),
      regionPlace: place.nullable(),
      snippet: name,
      globalOptions: z
        .looseObject({ place, regions: z.array(name), reaches: z.boolean() })
        .optional()
        .describe("The setGlobalOptions that a reader would take the region from, and whether it ran in time."),
    }),
  ),
  unresolved: z.array(z.looseObject({ ...unresolvedShape, codebase: name })),
  files: count,
  gaps: z.array(gap),
});

export const fixSchema = z.looseObject({
  version: z.literal(1),
  project: maybe,
  environment: maybe,
  status: z
    .enum(["nothing to do", "shown", "declined", "needs consent", "written", "put back"])
    .describe("What became of `files`; the tree is changed only where it is written."),
  mended: z.array(
    z.looseObject({
      rule: name,
      function: maybe,
      place: place.nullable().describe("Before the edit."),
      from: maybe,
      to: name,
      what: name,
      fingerprint: name.describe("Of the audit's finding."),
    }),
  ),
  refused: z.array(
    z.looseObject({
      rule: maybe.describe("null = the call is part of another finding, which comes first."),
      function: maybe,
      place: place.nullable(),
      reason: name,
      mend: name,
    }),
  ),
  files: z.array(z.looseObject({ file: name, diff: name.describe("Unified, as `git apply` reads it.") })),
  gaps: z.array(gap),
});

/** A zod schema as JSON Schema, draft 2020-12, with a title. */
export function jsonSchemaOf(schema: z.ZodType, title: string): object {
  const { $schema, ...rest } = z.toJSONSchema(schema, { target: "draft-2020-12", io: "input" });
  return { $schema, title, ...rest };
}
