import { z } from "zod";
import { mendedBy } from "../model/replay.ts";
import { place } from "./schema.ts";

const name = z.string();
const maybe = z.string().nullable();
const count = z.int().nonnegative();
const severity = z.enum(["error", "warning"]);
const commitShape = {
  id: name,
  date: name.describe("When it was committed; RFC 3339, in UTC."),
  subject: name,
};
const commit = z.looseObject(commitShape);

/** What `regions replay --format json` prints. */
export const replaySchema = z.looseObject({
  version: z.literal(1),
  project: maybe,
  since: name.describe("As typed."),
  until: maybe.describe("As typed; null = HEAD."),
  failOn: severity.describe("Findings below it stop nothing, and are left out."),
  first: commit,
  last: commit,
  commits: z.looseObject({
    all: count,
    passed: count.describe("Read in full, and not stopped."),
    blocked: count,
    unread: count.describe("Not stopped, and not read in full: not clean."),
  }),
  findings: z.looseObject({
    brought: count,
    mended: count,
    vanished: count,
    suppressed: count,
    open: count,
    touched: count,
    medianDaysToMend: count.nullable(),
  }),
  blocked: z
    .array(
      z.looseObject({
        ...commitShape,
        since: maybe.describe("The commit that it was compared with; null = with nothing."),
        findings: z.array(
          z.looseObject({
            rule: name,
            severity,
            message: name,
            function: maybe,
            place: place.nullable().describe("As it was in that commit."),
            fingerprint: name.describe("In that commit; a renamed file has another one later."),
            change: z.enum(["new", "touched"]),
            fate: z
              .looseObject({
                kind: z
                  .enum(["open", "mended", "vanished", "suppressed"])
                  .describe("vanished: gone, though nothing of it was touched; this and suppressed look like noise."),
                how: z.enum(mendedBy).optional().describe("Of what was mended: by what."),
                by: commit.optional().describe("Left out where it is open."),
              })
              .nullable()
              .describe("What became of it; null: it was there before."),
          }),
        ),
      }),
    )
    .describe("Oldest first."),
  unread: z
    .array(z.looseObject({ ...commitShape, reasons: z.array(name) }))
    .describe("Commits that could not be read, or not in full; some may be among `blocked`, too."),
  cut: maybe.describe("Why the history does not reach as far back as was asked; null where it does."),
});
