// One run of one of the two programs that stacks.ts compares, as a process: `stacks-run.ts ORDER`, where ORDER is JSON.
// Prints what it came to. Only what the chosen program needs is loaded.
import type { Engine } from "../src/stacks/engine/judge.ts";

export type Program = "fleet" | "minimal";
export type Verb = "up" | "preview";

export interface Order {
  readonly program: Program;
  readonly verb: Verb;
  readonly functions: number;
  /** Resources of the minimal program. */
  readonly resources: number;
  readonly engine: Engine;
  readonly project: string;
  readonly archive: { readonly sha256: string; readonly file: string };
  /** Of this program alone: state, settings. */
  readonly folder: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly parallel: number;
}

/** How many resources were created or changed, how many stayed as they are, and what went wrong. */
export interface Came {
  readonly changed: number;
  readonly unchanged: number;
  readonly failures: readonly string[];
}

const order = JSON.parse(process.argv[2] ?? "") as Order;
const came = await (order.program === "fleet" ? fleet(order) : minimal(order));
process.stdout.write(JSON.stringify(came));

/** Our program: from the manifest and what the code declares to the end of the engine's run. */
async function fleet(order: Order): Promise<Came> {
  const [{ fleetInput }, { planFleet }, { openStack }] = await Promise.all([
    import("./stacks-fleet.ts"),
    import("../src/stacks/plan/plan.ts"),
    import("../src/stacks/run.ts"),
  ]);
  const { functions, project, archive, engine, folder, variables, parallel } = order;
  const input = fleetInput(functions, project, archive);
  // As the command does it: the engine starts while the fleet is planned.
  const opening = openStack({
    engine,
    environment: "sandbox",
    projectName: "regions",
    folder,
    backend: null,
    variables,
    keepsEveryStep: false,
    policyPack: null,
    parallel: () => parallel,
  });
  const plan = planFleet(input);
  const stack = await opening;
  const { changes, unchanged, failures } = await stack[order.verb](plan, { signal: new AbortController().signal });
  return { changed: changes.length, unchanged, failures: failures.map(({ message }) => message) };
}

/** The plainest program with as many resources of the provider's smallest type, run with the same settings. */
async function minimal(order: Order): Promise<Came> {
  const [{ LocalWorkspace, PulumiCommand }, { Provider }, { Topic }, { mkdirSync }, { pathToFileURL }] =
    await Promise.all([
      import("@pulumi/pulumi/automation/index.js"),
      import("@pulumi/gcp/provider.js"),
      import("@pulumi/gcp/pubsub/topic.js"),
      import("node:fs"),
      import("node:url"),
    ]);
  const { engine, folder, project, resources, variables, parallel } = order;
  const work = `${folder}/engine`;
  const state = `${folder}/state`;
  for (const one of [work, state]) mkdirSync(one, { recursive: true });
  const stack = await LocalWorkspace.createOrSelectStack(
    {
      stackName: "sandbox",
      projectName: "regions",
      program: async () => {
        const provider = new Provider("google", { project, addPulumiAttributionLabel: false });
        for (let index = 0; index < resources; index++) {
          new Topic(`topic${index}`, { project, name: `topic${index}` }, { provider });
        }
      },
    },
    {
      workDir: work,
      pulumiCommand: await PulumiCommand.get(engine.root === null ? {} : { root: engine.root }),
      envVars: {
        PULUMI_BACKEND_URL: pathToFileURL(state).href,
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_SKIP_CHECKPOINTS: "true",
        ...variables,
      },
    },
  );
  let changed = 0;
  let unchanged = 0;
  await stack[order.verb]({
    color: "never",
    parallel,
    suppressOutputs: true,
    onEvent: ({ resourcePreEvent }) => {
      const metadata = resourcePreEvent?.metadata;
      if (metadata?.type !== "gcp:pubsub/topic:Topic") return;
      if (metadata.op === "same") unchanged++;
      else changed++;
    },
  });
  return { changed, unchanged, failures: [] };
}
