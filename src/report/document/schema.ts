import { z } from "zod";
import { count, day, finding, gap, maybe, name, place, score, source, status, trigger } from "../schema.ts";

/* `regions report --format json` and the lines of `--history`, as schemas. Objects are open, as in ../schema.ts. */

const instant = name.refine((text) => !Number.isNaN(Date.parse(text)), "this is no time").describe("RFC 3339.");
const names = z.array(name);
const reach = z.enum(["right", "astray", "follows", "open"]);
const copyChanges = z.array(z.looseObject({ function: name, from: maybe, to: maybe }));
const findingChanges = z.array(z.looseObject({ fingerprint: name, rule: name, function: maybe, message: name }));

/** One line of a history of scores. */
export const scoreEntrySchema = z.looseObject({
  takenAt: instant,
  project: maybe,
  environment: maybe,
  overall: score,
  parts: z.record(name, score),
  errors: count,
  warnings: count,
  gaps: count,
  notAsked: z.array(source),
});

export const documentSchema = z.looseObject({
  version: z.literal(1),
  kind: z.literal("report"),
  project: maybe,
  environment: maybe,
  today: day,
  takenAt: instant,
  deployedFrom: z
    .enum(["live", "listing"])
    .nullable()
    .describe("null = nobody looked; a listing cannot tell an empty region from one that it did not reach."),
  verdict: z.looseObject({
    tone: z
      .enum(["wrong", "unseen", "partial", "clean"])
      .describe("Open findings; none, but gaps; none, but something not asked or not judged; nothing left open."),
    errors: count,
    warnings: count,
    now: count.describe("Open findings that customers feel today."),
    suppressed: count,
    gaps: count,
    notAsked: z.array(source),
  }),
  checked: z.looseObject({ rules: count, functions: count, callers: count, holders: count }),
  sources: z.array(z.looseObject({ source, status, gaps: z.array(gap) })),
  openQuestions: z.array(z.looseObject({ reason: name, rules: names, scopes: names })),
  findings: z.array(finding),
  regions: z.array(
    z.looseObject({
      name,
      role: maybe,
      protected: z.boolean(),
      declared: z.boolean(),
      classes: z.array(
        z.looseObject({ name, region: name, why: maybe, isolatedFrom: names, allow: names, functions: count }),
      ),
      wanted: count,
      inPlace: count.nullable().describe("null = it was not looked at, or not in full."),
      astray: count,
    }),
  ),
  traffic: z.array(
    z.looseObject({
      from: name,
      kind: z.enum(["callers", "holders"]),
      cells: z.array(z.looseObject({ region: name, count, astray: count })),
      elsewhere: count,
    }),
  ),
  functions: z.array(
    z.looseObject({
      name,
      class: maybe,
      trigger: trigger.nullable(),
      wanted: names,
      copies: z.array(z.looseObject({ region: name, accepted: z.boolean(), runtime: maybe, state: maybe })),
      standing: z.enum([
        "in place",
        "extra copy",
        "moving",
        "overdue",
        "misplaced",
        "missing",
        "not looked at",
        "undeclared",
        "left out",
      ]),
      moving: z.looseObject({ from: name, until: day }).nullable(),
      flows: names,
      rules: names.describe("Rules with open findings on it."),
    }),
  ),
  calls: z.array(
    z.looseObject({
      function: maybe.describe("null = it cannot be told from the source."),
      owner: maybe,
      symbol: maybe,
      place,
      how: z.enum(["callable", "url", "rewrite", "env", "enqueuer", "unresolved"]),
      regions: names,
      wanted: names,
      variable: maybe,
      verdict: reach,
      why: maybe,
    }),
  ),
  holders: z.array(
    z.looseObject({
      kind: name,
      label: name,
      field: name,
      function: name,
      region: maybe,
      wanted: names,
      verdict: reach,
      why: maybe,
    }),
  ),
  flows: z.array(
    z.looseObject({
      name,
      hops: z.array(
        z.looseObject({
          from: name,
          to: name,
          via: z.enum(["callable", "task", "holder", "trigger", "note"]),
          fromRegions: names,
          toRegions: names,
          toFound: names.nullable(),
          verdict: z.enum(["whole", "broken", "follows", "open", "note"]),
          why: maybe,
        }),
      ),
    }),
  ),
  capacity: z.array(
    z.looseObject({
      region: name,
      vcpu: z.number().nullable(),
      window: z.looseObject({ from: name, to: name }).nullable(),
      quota: z.number().nullable(),
      warnAt: z.number().nullable(),
      standing: z.enum(["below", "over the warn line", "no quota stated", "not known"]),
      why: maybe,
    }),
  ),
  runtimes: z.array(
    z.looseObject({
      runtime: name,
      copies: count,
      regions: z.array(z.looseObject({ region: name, copies: count })),
      deprecated: day.nullable(),
      decommissioned: day.nullable(),
      confirmed: z.boolean(),
      standing: z.enum(["supported", "soon deprecated", "deprecated", "dead", "no date known"]),
    }),
  ),
  score: z.looseObject({
    overall: score,
    parts: z.array(z.looseObject({ area: name, weight: z.number(), score, passed: count, checked: count })),
  }),
  history: z.array(scoreEntrySchema).nullable(),
  changes: z
    .looseObject({
      since: z.looseObject({ file: name, at: name }),
      copies: z
        .looseObject({ moved: copyChanges, removed: copyChanges, added: copyChanges, open: copyChanges })
        .nullable(),
      findings: z.looseObject({
        added: findingChanges,
        mended: findingChanges,
        open: findingChanges,
        standing: count,
      }),
      scoreBefore: score,
      why: maybe,
    })
    .nullable(),
  moves: z
    .array(
      z.looseObject({
        id: name,
        function: name,
        from: name,
        to: maybe.describe("null = the copy in `from` is taken away, and none made."),
        state: z.enum(["done", "rolled back", "under way"]),
        at: name,
      }),
    )
    .nullable(),
  advice: z.array(
    z.looseObject({ kind: z.enum(["merge", "services", "distance", "uncalled"]), text: name, functions: names }),
  ),
  unread: names.describe("What else was not looked at: a sentence each."),
  notes: names,
});
