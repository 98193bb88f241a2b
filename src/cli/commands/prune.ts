import { defineCommand, flag, type Invocation, value } from "../command.ts";
import type { ExitCode } from "../exit.ts";
import { inputError } from "../input-error.ts";
import type { Io } from "../io.ts";
import { durationOf } from "../migrate/options.ts";
import { graceOfWrites } from "../under-way.ts";

const options = {
  region: value("--region <region>", "copy that goes (default: the one that nobody wants)"),
  replaceBy: value("--replace-by <function>", "lead what points at the copy to this function's wanted copy first"),
  output: value("-o, --output <file>", "write the plan to this file, and change nothing"),
  dryRun: flag("--dry-run", "show the plan, and change nothing"),
  until: value("--until <step>", "stop once this step is done, by its id or by what it does (await-silence)"),
  quietFor: value("--quiet-for <time>", "how long the copy has to be silent before it goes, as 90m, 36h or 3d"),
  acceptUnproven: value(
    "--accept-unproven <reason>",
    "without a ledger: lead holders although effects are not checked",
  ),
  takeOver: flag("--take-over", "take the prune from somebody who has not been heard of"),
  yes: flag("-y, --yes", "begin without asking"),
} as const;

export const prune = defineCommand({
  name: "prune",
  summary: "removes copies that nobody wants, once nothing reaches them",
  description:
    "Without a function it lists the copies that nobody wants, and for each that cannot be pruned, why not. `regions prune FUNCTION` plans, shows each step and asks. What leads to the copy is led away first: to the wanted copy of the same function, or with `--replace-by` to another one. Then the copy has to be silent for as long as anybody may still have its address, and is deleted. It is a journal and a wait like those of a move: `regions migrate status`, `resume` and `rollback` know it too. A copy that regions.yaml wants is never pruned.",
  graceMilliseconds: graceOfWrites,
  arguments: [
    { name: "function", description: "function with a copy that nobody wants", required: false, choices: null },
  ],
  options,
  examples: [
    { command: "regions prune", does: "lists what could be pruned, and what stands against it" },
    { command: "regions prune registerChatter --region europe-west1", does: "plans, asks, and begins" },
    { command: "regions prune twilioWebhook --replace-by twilioCallWebhook", does: "leads its holders over first" },
    {
      command: "regions prune twilioWebhook -o prune.json",
      does: "a plan to approve; `regions migrate apply` begins it",
    },
    { command: "regions migrate resume --if-due", does: "in cron: goes on with whatever is due" },
  ],
  run: async (invocation, io) => {
    const { told } = await import("../migrate/refusal.ts");
    return told(() => act(invocation, io), io);
  },
});

type Given = Invocation<typeof options>;

async function act({ args: [name = null], options, global }: Given, io: Io): Promise<ExitCode> {
  if (name === null) {
    const given = options.region ?? options.replaceBy ?? options.output;
    if (given !== null) throw inputError("Which function is to be pruned is not given.", "`regions prune FUNCTION`.");
    const { listPrunables } = await import("../migrate/list-prunables.ts");
    return listPrunables(global, io);
  }
  const ask = {
    function: name,
    region: options.region,
    replaceBy: options.replaceBy,
    unproven: options.acceptUnproven,
    quietForMs: options.quietFor === null ? null : durationOf(options.quietFor, "--quiet-for"),
  };
  if (options.output !== null) {
    const { prunePlanOnly } = await import("../migrate/plan-only.ts");
    return prunePlanOnly(ask, options.output, global, io);
  }
  const { until, takeOver, yes, dryRun } = options;
  const { applyNewPrune } = await import("../migrate/apply.ts");
  return applyNewPrune(ask, { until, takeOver, yes, dryRun }, global, io);
}
