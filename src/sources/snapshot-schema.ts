// Longer than 300 lines: the schema of one file, read top to bottom, and the proof that it is the model's.
import { z } from "zod";
import type { CallerFacts } from "../model/callers.ts";
import type { DeclaredFacts } from "../model/declared.ts";
import { type DeployedFacts, deployedAspects } from "../model/deployed.ts";
import { partKinds } from "../model/deployment.ts";
import { facets, type Gap, sourceNames } from "../model/gap.ts";
import type { HolderFacts } from "../model/holders.ts";
import type { Snapshot } from "../model/snapshot.ts";
import type { StateFacts } from "../model/state.ts";

/*
 * The snapshot file, field by field. Files written by hand may be short: a field that may be null defaults to null,
 * a list defaults to empty. Everything else must be there, and nothing unknown may be.
 */

const text = z.string();
const maybeText = z.string().nullable().default(null);
const maybeNumber = z.number().nullable().default(null);
const count = z.int().nonnegative();
const position = z.int().positive();

function list<T extends z.ZodType>(item: T) {
  return z.array(item).default([]);
}

function maybe<T extends z.ZodType>(type: T) {
  return type.nullable().default(null);
}

const generation = z.union([z.literal(1), z.literal(2)]);
const trigger = z.enum(["callable", "https", "scheduled", "task", "event", "blocking", "other"]);
const sourceName = z.enum(sourceNames);
const sourceStatus = z.enum(["read", "partial", "failed", "not asked"]);
const regionSource = z.union([
  z.enum(["literal", "constant", "default", "url", "discovered"]),
  z.templateLiteral(["env:", z.string()]),
  z.templateLiteral(["env-fallback:", z.string()]),
]);

const placeShape = {
  file: text,
  line: position,
  column: position.exactOptional(),
  endLine: position.exactOptional(),
};
const place = z.strictObject(placeShape);

const gap = z.strictObject({
  source: sourceName,
  facet: z.enum(facets),
  scope: text,
  region: maybeText,
  reason: text,
});

const declared = z.strictObject({
  functions: list(
    z.strictObject({
      ...placeShape,
      name: text,
      codebase: text,
      project: maybeText,
      regions: list(text),
      generation,
      trigger,
      certain: z.boolean(),
      regionPlace: maybe(place),
      regionSource: maybe(regionSource),
      snippet: text,
      globalOptions: z.strictObject({ place, regions: list(text), reaches: z.boolean() }).exactOptional(),
    }),
  ),
  unexported: z.array(z.strictObject({ ...placeShape, name: text, codebase: text })).exactOptional(),
  unresolved: list(z.strictObject({ ...placeShape, endLine: position, codebase: text, reason: text })),
  files: count,
  discovery: z
    .strictObject({
      codebases: list(text),
      compared: count,
      differences: list(
        z.strictObject({
          ...placeShape,
          function: text,
          codebase: text,
          about: z.enum(["existence", "regions", "generation", "trigger"]),
          source: maybeText,
          discovered: maybeText,
        }),
      ),
    })
    .exactOptional(),
});

const callers = z.strictObject({
  callers: list(
    z.strictObject({
      ...placeShape,
      column: position,
      endLine: position,
      how: z.enum(["callable", "url", "rewrite", "env", "enqueuer"]),
      targets: list(z.strictObject({ function: text, region: maybeText, when: maybeText })),
      certain: z.boolean(),
      regionSource,
      regionPlace: maybe(place),
      project: maybeText,
      via: list(place),
      symbol: maybeText,
      snippet: text,
      owner: maybeText,
      fallbacks: z
        .array(z.strictObject({ function: text, region: text, variable: text, place: maybe(place) }))
        .exactOptional(),
      callableBody: z.boolean().exactOptional(),
    }),
  ),
  unresolved: list(
    z.strictObject({
      ...placeShape,
      endLine: position,
      reason: text,
      symbol: maybeText,
      snippet: text,
      owner: maybeText,
    }),
  ),
  env: list(z.strictObject({ place, name: text, value: text, owner: maybeText })),
  files: count,
});

const deployedFunction = z.strictObject({
  name: text,
  project: text,
  region: text,
  generation: maybe(generation),
  trigger,
  state: maybe(
    z.enum(["ACTIVE", "FAILED", "DEPLOYING", "DELETING", "OFFLINE", "DETACHING", "DETACH_FAILED", "UNKNOWN"]),
  ),
  stateMessage: maybeText,
  runtime: maybeText,
  memoryMiB: maybeNumber,
  cpu: maybeNumber,
  minInstances: maybeNumber,
  maxInstances: maybeNumber,
  concurrency: maybeNumber,
  timeoutSeconds: maybeNumber,
  urls: list(text),
  invoker: maybe(z.enum(["public", "restricted"])),
  serviceAccount: maybeText,
  codebase: maybeText,
  deployer: maybeText,
  eventTrigger: maybe(
    z.strictObject({
      eventType: text,
      triggerRegion: maybeText,
      resource: maybeText,
      database: maybeText,
      bucket: maybeText,
    }),
  ),
  updateTime: maybeText,
});

const resource = z.strictObject({ name: text, location: text });

const deployed = z.strictObject({
  origin: z
    .strictObject({
      kind: z.enum(["live", "snapshot", "firebase-json", "firebase-table", "gcloud-json"]),
      file: maybeText,
      takenAt: maybeText,
    })
    .default({ kind: "snapshot", file: null, takenAt: null }),
  lacks: list(z.enum(deployedAspects)),
  functions: list(deployedFunction),
  services: list(
    z.strictObject({ name: text, project: text, region: text, cpu: maybeNumber, maxInstances: maybeNumber }),
  ),
  jobs: list(
    z.strictObject({
      name: text,
      project: text,
      region: text,
      state: z.enum(["ENABLED", "PAUSED", "DISABLED", "UPDATE_FAILED", "UNKNOWN"]),
      schedule: maybeText,
      timeZone: maybeText,
      uri: maybeText,
      topic: maybeText,
    }),
  ),
  queues: list(
    z.strictObject({
      name: text,
      project: text,
      region: text,
      state: z.enum(["RUNNING", "PAUSED", "DISABLED", "UNKNOWN"]),
      uriOverride: maybeText,
    }),
  ),
  triggers: list(
    z.strictObject({
      name: text,
      project: text,
      region: text,
      eventType: maybeText,
      destination: maybe(z.strictObject({ name: text, region: maybeText })),
    }),
  ),
  locations: list(z.strictObject({ region: text, generations: list(generation) })),
  runtimes: list(
    z.strictObject({
      runtime: text,
      region: text,
      generation: maybe(generation),
      deprecated: maybeText,
      decommissioned: maybeText,
    }),
  ),
  usage: list(z.strictObject({ region: text, vcpu: z.number(), from: text, to: text })),
  databases: list(resource),
  buckets: list(resource),
});

const holderKind = z.enum(["stripe", "twilio", "telegram", "scheduler", "task-queue", "push"]);

const holders = z.strictObject({
  holders: list(
    z.strictObject({
      kind: holderKind,
      id: text,
      label: text,
      field: text,
      url: text,
      target: maybe(
        z.strictObject({
          form: z.enum(["cloudfunctions", "run-hash", "run-number", "emulator"]),
          name: text,
          nameIs: z.enum(["function", "service"]),
          region: maybeText,
          project: maybeText,
        }),
      ),
      active: z.boolean(),
      region: maybeText,
    }),
  ),
  asked: list(holderKind),
});

const part = z.strictObject({
  kind: z.enum(partKinds),
  function: maybeText,
  region: maybeText,
  class: maybeText,
  detail: maybeText,
});

const state = z.strictObject({
  copies: list(
    z.strictObject({
      function: text,
      region: text,
      generation,
      adopted: z.boolean().default(false),
      compared: z.boolean().default(true),
    }),
  ),
  drifts: list(
    z.strictObject({
      part,
      kind: z.enum(["gone", "changed"]),
      fields: list(z.strictObject({ field: text, state: maybeText, cloud: maybeText })),
    }),
  ),
  compared: count,
  interrupted: count.default(0),
});

export const snapshotSchema = z.strictObject({
  version: z.literal(1),
  project: maybeText,
  takenAt: text,
  sources: z.strictObject({
    declared: sourceStatus,
    callers: sourceStatus,
    deployed: sourceStatus,
    holders: sourceStatus,
    // Files of releases that knew no state have none.
    state: sourceStatus.default("not asked"),
  }),
  gaps: list(gap),
  declared: maybe(declared),
  callers: maybe(callers),
  deployed: maybe(deployed),
  holders: maybe(holders),
  state: maybe(state),
});

/** Proof, at compile time, that what the schema lets through and the model's types are the same, both ways. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Plain<T> = T extends readonly (infer Item)[]
  ? readonly Plain<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Plain<T[Key]> }
    : T;
type Equal<Schema extends z.ZodType, Model> = Same<Plain<z.output<Schema>>, Plain<Model>>;
true satisfies Equal<typeof gap, Gap>;
true satisfies Equal<typeof declared, DeclaredFacts>;
true satisfies Equal<typeof callers, CallerFacts>;
true satisfies Equal<typeof deployed, DeployedFacts>;
true satisfies Equal<typeof holders, HolderFacts>;
true satisfies Equal<typeof state, StateFacts>;
true satisfies Equal<typeof snapshotSchema, Snapshot>;
