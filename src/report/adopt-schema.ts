import { z } from "zod";
import { count, gap, maybe, name } from "./schema.ts";

const operation = z.enum(["create", "update", "delete", "replace", "adopt", "forget"]);
const partShape = {
  kind: maybe.describe(
    "function, invoker, job, queue, topic, account, role, secret-access, bucket, archive, alert, dashboard, other.",
  ),
  function: maybe.describe("null = a part of a class or of the fleet."),
  region: maybe,
  class: maybe,
  detail: maybe.describe("What tells it from others of its kind: a member, a role, a secret, a topic."),
};
const reasonShape = {
  owner: z
    .enum(["manifest", "code", "tool"])
    .describe("Who says what would be set: regions.yaml and the code, the code alone, or the tool that deploys."),
  why: name,
};
const sizeField = z.enum(["runtime", "memory", "cpu", "minInstances", "maxInstances"]);
const sizeValue = z.union([z.string(), z.number()]).nullable();

/** What `regions adopt --format json` prints. */
export const adoptSchema = z.looseObject({
  version: z.literal(1),
  project: name,
  environment: name,
  adopted: z.array(z.looseObject({ operation, ...partShape })).describe("What has been taken into the state."),
  present: count.describe("Copies that the state knew before."),
  changes: z
    .array(
      z.looseObject({
        operation,
        ...partShape,
        owner: reasonShape.owner.optional(),
        why: name.optional().describe("Of what is made or removed whole; else each field has its own."),
        fields: z.array(
          z.looseObject({
            field: name,
            from: maybe.describe("As it is live; null = not set, or not to be shown."),
            to: maybe.describe("As the next deployment would set it."),
            ...reasonShape,
          }),
        ),
      }),
    )
    .describe("Where manifest and code differ from the cloud: what the next deployment would change."),
  acceptLive: z
    .looseObject({
      status: z.enum(["not asked", "nothing to write", "declined", "written"]),
      accepted: z.array(
        z.looseObject({
          function: maybe.describe("null = into `defaults`."),
          field: sizeField,
          from: sizeValue,
          to: sizeValue.describe("As it is live."),
        }),
      ),
      left: z.array(
        z.looseObject({
          function: name,
          region: name,
          field: sizeField,
          live: sizeValue,
          next: sizeValue,
          reason: name,
        }),
      ),
      files: z.array(z.looseObject({ file: name, diff: name.describe("Unified, as `git apply` reads it.") })),
    })
    .describe("--accept-live: values that are live and go into the manifest, and those that it cannot have."),
  refusals: z.array(name).describe("What that deployment would be refused for."),
  unchanged: count,
  failures: z.array(z.looseObject({ operation: operation.nullable(), ...partShape, message: name })),
  notes: z.array(name),
  gaps: z.array(gap).describe("What was not seen, and so not adopted."),
});
