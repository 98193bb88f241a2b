import { z } from "zod";
import { obstacleKinds } from "../model/guard.ts";
import { gap, place } from "./schema.ts";

const name = z.string();
const maybe = z.string().nullable();
const copyShape = { function: name, region: name, codebase: name };

/** What `regions guard --format json` prints. */
export const guardSchema = z.looseObject({
  version: z.literal(1),
  project: name,
  environment: name,
  status: z
    .enum(["passed", "refused", "not known"])
    .describe("Exit codes 0, 1 and 3: only the first lets the deployment go on."),
  run: z
    .looseObject({
      only: maybe,
      onlyFrom: z
        .enum(["option", "command line", "assumed"])
        .describe("assumed: nobody knows, and everything is the most that it can be."),
      force: z.boolean(),
      unattended: z.boolean().describe("Nobody is asked; without force the Firebase CLI ends before it deletes."),
      dryRun: z.boolean(),
      version: maybe.describe("Of firebase-tools; null = not known."),
      codebases: z.array(name).describe("Those of firebase.json that were looked at."),
    })
    .describe("How the deployment was started."),
  regions: z.array(
    z.looseObject({
      region: maybe.describe("null = the Firebase CLI takes it from the trigger."),
      creates: z.array(name),
      updates: z.array(name),
      deletes: z.array(name),
    }),
  ),
  refused: z.array(
    z.looseObject({
      ...copyShape,
      obstacles: z.array(
        z
          .looseObject({ kind: z.enum(obstacleKinds), place: place.nullable(), message: name })
          .describe("What hangs on it."),
      ),
      mend: name,
    }),
  ),
  open: z.array(z.looseObject({ ...copyShape, reason: name })).describe("Copies of which it is not known."),
  stops: z.array(name).describe("Why the Firebase CLI will end by itself before it changes anything."),
  gaps: z.array(gap),
  notes: z.array(name),
});
