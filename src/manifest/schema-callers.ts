import { z } from "zod";
import { folder, text } from "./schema-fields.ts";

const clientSchema = z
  .strictObject({
    file: folder("File of the typed client, relative to the front end's root."),
    app: folder("Module that exports the Firebase app as `app`, relative to the root.").optional(),
    types: z.string().describe("Codebase whose exports give the types of requests and answers.").optional(),
    functions: z
      .array(text("A function's name; * stands for any letters."))
      .min(1, { error: "must name at least one function" })
      .describe("Functions that the client has.")
      .optional(),
  })
  .describe("The typed client that `regions generate client` writes.");

export const callerSchema = z
  .strictObject({
    root: folder("Folder of the front end, relative to the folder of regions.yaml.").optional(),
    mode: text("Mode of the framework's env files; its production mode where nothing is said.").optional(),
    facts: folder("Output of `regions list callers --format json`, written where the code lives.").optional(),
    client: z.union([folder("File of the typed client, relative to the front end's root."), clientSchema]).optional(),
    env: z
      .strictObject({
        file: folder("Committed env file, relative to the front end's root."),
        prefix: z
          .string()
          .regex(/^[A-Z_][A-Z0-9_]*$/, { error: "must be capitals, digits and underscores, such as VITE_FUNCTIONS_" })
          .describe("What the variables' names begin with, before the class: VITE_FUNCTIONS_."),
      })
      .describe("Env file that `regions generate options` keeps a region for each class in.")
      .optional(),
  })
  .describe("A front end that calls functions.");

export type ClientData = z.output<typeof clientSchema>;
export type CallerData = z.output<typeof callerSchema>;
