import { z } from "zod";
import { isKnownKindOfRegion } from "./region-name.ts";
import { callerSchema } from "./schema-callers.ts";
import {
  cpu,
  day,
  flowVia,
  folder,
  functionName,
  holderKind,
  instances,
  memory,
  name,
  projectId,
  region,
  role,
  runtime,
  secret,
  text,
  triggerKind,
} from "./schema-fields.ts";

/**
 * The shape of regions.yaml: one schema for the check, the types and the JSON Schema that editors read. It has no
 * transforms, so that what an editor accepts and what the tool accepts are the same thing.
 */

const environmentSchema = z
  .strictObject({
    project: z
      .string()
      .regex(projectId, { error: "is no Google Cloud project id" })
      .describe("Google Cloud project id."),
    endpoint: z
      .string()
      .regex(/^(?:google|sandbox|https?:\/\/[^\s]+)$/, { error: "must be google, sandbox, or the URL of a stand-in" })
      .describe("Which control plane answers: google (the default), sandbox, or the URL of a stand-in.")
      .optional(),
    except: z.array(z.string()).describe("Functions that this environment leaves out.").optional(),
    classes: z
      .record(
        z.string(),
        z.strictObject({
          region: region("Home region of the class in this environment.").optional(),
          allow: z.array(region("A region.")).describe("Further regions in this environment.").optional(),
        }),
      )
      .describe("Home regions that differ in this environment, by class.")
      .optional(),
    stripe: z
      .strictObject({ key: secret("Where the API key is found.") })
      .describe("How Stripe is asked.")
      .optional(),
    twilio: z
      .strictObject({
        account: z
          .string()
          .regex(/^(?:env:[A-Za-z_][A-Za-z0-9_]*|AC[A-Za-z0-9]+)$/, { error: 'must be "env:NAME" or an account SID' })
          .describe("Account SID, or the environment variable that holds it."),
        token: secret("Where the auth token is found."),
      })
      .describe("How Twilio is asked.")
      .optional(),
    telegram: z
      .strictObject({
        token: secret("Where the bot token is found."),
        secret: z
          .string()
          .regex(/^(?:none|env:[A-Za-z_][A-Za-z0-9_]*)$/, {
            error: 'must name an environment variable ("env:NAME"), or be none where the webhook has no secret token',
          })
          .describe("Where the secret token of the bot's webhook is found, or none; a move of the webhook needs it.")
          .optional(),
      })
      .describe("How Telegram is asked.")
      .optional(),
    rehearsals: z
      .boolean()
      .describe("Test events may be sent here: no customer depends on it, and its Stripe key is one of test mode.")
      .optional(),
    backend: text("Where the state of deployments lives: a URL such as gs://acme-state.").optional(),
    notify: z
      .array(text("A notification channel of Cloud Monitoring: projects/P/notificationChannels/N."))
      .describe("Notification channels that alerts go to.")
      .optional(),
    journal: text("Bucket for the journals of moves: gs://BUCKET/PATH; beside the state where left out.").optional(),
  })
  .describe("One deployed copy of the fleet.");

const regionSchema = z
  .strictObject({
    role: text("What the region is for, in words.").optional(),
    protected: z.boolean().describe("Extra care: alerts, and no further function without a decision.").optional(),
    quota: z
      .strictObject({
        vcpu: z.number().positive().describe("vCPU that Google grants the project in this region."),
        warn: z
          .union([
            z
              .string()
              .regex(/^(?:100|[1-9]?\d)(?:\.\d+)?%$/, { error: "must be a share such as 80%" })
              .describe("A share such as 80%."),
            z.number().min(0).max(1),
          ])
          .describe("Share of the quota from which on usage is a warning: 80% or 0.8.")
          .optional(),
      })
      .describe("What the region can take.")
      .optional(),
  })
  .describe("A region that this fleet uses.");

const classSchema = z
  .strictObject({
    region: region("Home region."),
    allow: z.array(region("A region.")).describe("Further regions its functions may name.").optional(),
    isolatedFrom: z.array(z.string()).describe("Classes that must not share a region with this one.").optional(),
    roles: z
      .array(role)
      .describe("Roles that its functions need for Google's services, besides what their triggers need.")
      .optional(),
    serviceAccount: z
      .string()
      .regex(/^[a-z0-9-]+@(?:[a-z0-9.-]+[.][a-z]+)?$/, {
        error: 'must be the email of a service account, or its first part with the "@"',
      })
      .describe("Account its functions run as, where another one than the class's own is to stay.")
      .optional(),
    why: text("Why the class is apart, in words.").optional(),
  })
  .describe("An isolation class: functions that live and fail together.");

const codebaseSchema = z
  .strictObject({
    source: folder("Folder of the codebase, relative to the folder of regions.yaml."),
    deployer: z.enum(["pulumi", "firebase"]).describe("What deploys it; pulumi is the default.").optional(),
    build: text("Command line that compiles it, run in its folder before it is deployed.").optional(),
    ledger: z
      .strictObject({ firestore: text("Firestore collection of processed events.") })
      .describe("The application's own record of processed events.")
      .optional(),
    options: folder("Module of region options that is written for it, relative to its folder.").optional(),
  })
  .describe("A folder of source that is deployed as one.");

const defaultsSchema = z
  .strictObject({
    runtime: runtime.optional(),
    memory: memory.optional(),
    cpu: cpu.optional(),
    minInstances: instances("Instances kept warm.").optional(),
    maxInstances: instances("Ceiling of instances.").optional(),
  })
  .describe("What functions of codebases with deployer pulumi have where they say nothing else.");

const functionSchema = z
  .strictObject({
    class: z.string().describe("Isolation class."),
    region: region("Region, where it is not the class's home.").optional(),
    regions: z
      .array(region("A region."))
      .min(1, { error: "must name at least one region" })
      .describe("Regions, where the function is meant to be in several.")
      .optional(),
    codebase: z.string().describe("Codebase that exports it.").optional(),
    trigger: triggerKind.describe("How the function is reached.").optional(),
    holders: z.array(holderKind).describe("Outside systems that hold its URL.").optional(),
    runtime: runtime.optional(),
    memory: memory.optional(),
    cpu: cpu.optional(),
    minInstances: instances("Instances kept warm.").optional(),
    maxInstances: instances("Ceiling of instances.").optional(),
    moving: z
      .strictObject({ from: region("Region it is moving away from."), until: day("Day by which the move is over.") })
      .describe("A move in progress: both copies are expected until that day.")
      .optional(),
    undecided: text("The decision that is still to be taken, in words.").optional(),
  })
  .describe("A function with more to say than its class.");

const flowEdgeSchema = z
  .strictObject({
    from: text('"web:CallCheckout" (front end and symbol), a function, or an outside party such as "twilio".'),
    to: text("The function that is reached."),
    via: flowVia.describe("How; a note is shown and not checked."),
  })
  .describe("One hop.");

const ignoreSchema = z
  .strictObject({
    rule: z
      .string()
      .regex(/^[a-z]+(?:-[a-z0-9]+)*$/, { error: "is no rule id (one looks like obsolete-runtime)" })
      .describe("Rule id."),
    function: text("Only findings of this function.").optional(),
    region: region("Only findings about this region.").optional(),
    file: text("Only findings in files that this glob matches.").optional(),
    reason: text("Why the finding is accepted."),
    owner: text("Who answers for it.").optional(),
    until: day("Last day on which it holds.").optional(),
  })
  .describe("A finding that is accepted for a reason.");

const checkSchema = z.union([
  text("A command line."),
  z.strictObject({ run: text("A command line."), cwd: folder("Folder it runs in.").optional() }),
]);

const classNames = "Class names are";
const shared = {
  regions: z
    .record(
      z.string().refine(isKnownKindOfRegion, { error: "is no region id (one looks like europe-west3)" }),
      regionSchema.nullable(),
    )
    .describe("Regions of the fleet; a function can live in no other."),
  classes: z.record(name(classNames, "Class."), classSchema).describe("Isolation classes."),
  codebases: z.record(name("A codebase's name", "Codebase."), codebaseSchema).describe("Where the source lies."),
  functions: z
    .record(
      z.string().regex(functionName, { error: "is no function ID" }),
      z.union([z.string().describe("Isolation class."), functionSchema]),
    )
    .describe("Every function of the fleet: its class, or a map where there is more to say."),
  callers: z.record(name("A front end's name", "Front end."), callerSchema).describe("Front ends."),
  flows: z
    .record(name("A flow's name", "Flow."), z.array(flowEdgeSchema))
    .describe("Journeys of customers, hop by hop."),
  ignore: z.array(ignoreSchema).describe("Findings that are accepted for a reason."),
  checks: z.record(name("A check's name", "Check."), checkSchema).describe("Commands of the release checklist."),
};

export const manifestSchema = z
  .strictObject({
    $schema: z.string().optional(),
    version: z.literal(1).describe("1, the version of this format."),
    include: z.array(folder("A file.")).describe("Files of teams, joined with this one.").optional(),
    defaultEnvironment: z.string().describe("Environment that is meant where none is named.").optional(),
    environments: z
      .record(name("An environment's name", "Environment."), environmentSchema)
      .describe("Deployed copies of the fleet, by name."),
    regions: shared.regions,
    classes: shared.classes.optional(),
    runtimes: z
      .strictObject({ allowed: z.array(runtime).describe("Runtimes that functions may use.").optional() })
      .describe("What the fleet runs on.")
      .optional(),
    codebases: shared.codebases.optional(),
    defaults: defaultsSchema.optional(),
    functions: shared.functions.optional(),
    callers: shared.callers.optional(),
    flows: shared.flows.optional(),
    ignore: shared.ignore.optional(),
    checks: shared.checks.optional(),
  })
  .describe("regions.yaml: where every function of a fleet belongs.");

/** A file named under `include`: the parts that teams own. */
export const includedSchema = z
  .strictObject({
    $schema: z.string().optional(),
    version: z.literal(1).optional(),
    regions: shared.regions.optional(),
    classes: shared.classes.optional(),
    codebases: shared.codebases.optional(),
    functions: shared.functions.optional(),
    callers: shared.callers.optional(),
    flows: shared.flows.optional(),
    ignore: shared.ignore.optional(),
    checks: shared.checks.optional(),
  })
  .describe("A part of regions.yaml, joined to it by `include`.");

export type ManifestData = z.output<typeof manifestSchema>;
export type EnvironmentData = z.output<typeof environmentSchema>;
export type RegionData = z.output<typeof regionSchema>;
export type ClassData = z.output<typeof classSchema>;
export type CodebaseData = z.output<typeof codebaseSchema>;
export type DefaultsData = z.output<typeof defaultsSchema>;
export type FunctionData = z.output<typeof functionSchema>;
export type FlowEdgeData = z.output<typeof flowEdgeSchema>;
export type IgnoreData = z.output<typeof ignoreSchema>;
export type CheckData = z.output<typeof checkSchema>;
