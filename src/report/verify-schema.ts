import { z } from "zod";

const name = z.string();

/** What `regions verify --format json` prints. */
export const verifySchema = z.looseObject({
  version: z.literal(1),
  project: name,
  environment: name,
  today: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
  commit: z
    .looseObject({ id: name, clean: z.boolean().nullable().describe("null = it could not be looked at.") })
    .nullable()
    .describe("The code that was verified; null = it lies in no repository."),
  status: z.enum(["passed", "failed", "not known"]).describe("Exit codes 0, 1 and 3."),
  lines: z.array(
    z.looseObject({
      id: name.describe('An area of the audit, "quotas", "drift", "operations", "commit", or "check:NAME".'),
      outcome: z
        .enum(["passed", "failed", "not checked", "not asked"])
        .describe("not checked: it was asked for and could not be looked at in full. Only the first is a pass."),
      evidence: name,
      details: z.array(name),
    }),
  ),
});
