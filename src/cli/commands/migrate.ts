import { defineCommand, flag, type Invocation, value } from "../command.ts";
import type { ExitCode } from "../exit.ts";
import { inputError } from "../input-error.ts";
import type { Io } from "../io.ts";
import { abortRuleOf, durationOf } from "../migrate/options.ts";
import { graceOfWrites } from "../under-way.ts";

const actions = ["plan", "apply", "status", "resume", "rollback", "list"] as const;

const options = {
  to: value("--to <region>", "region to move to"),
  from: value("--from <region>", "copy that moves (default: the one that is live)"),
  output: value("-o, --output <file>", "plan: write the plan to this file"),
  dryRun: flag("--dry-run", "show the plan, and change nothing"),
  until: value("--until <step>", "stop once this step is done, by its id or by what it does (deploy-copy)"),
  ifDue: flag("--if-due", "resume: do nothing, with exit code 5, before the time that the move waits for"),
  quietFor: value("--quiet-for <time>", "how long the old copy has to be silent before it goes, as 90m, 36h or 3d"),
  abortOn: value("--abort-on <rule>", "put everything back by itself: newCopy5xx=1%,within=15m"),
  acceptUnproven: value("--accept-unproven <reason>", "without a ledger: move although effects are not checked"),
  accept: value("--accept <reason>", "resume: answer for the proof that the move waits for; the journal keeps it"),
  takeOver: flag("--take-over", "take the move from somebody who has not been heard of"),
  yes: flag("-y, --yes", "begin without asking"),
} as const;

export const migrate = defineCommand({
  name: "migrate",
  summary: "moves a function to another region without losing or doubling an event",
  description:
    "`regions migrate FUNCTION --to REGION` plans the move, shows each step with what it changes, how that is verified and undone, and asks. It then goes from step to step, and writes a journal before and after each effect: it can be killed at any moment, and `resume` goes on from there. Where a move has to wait it ends with exit code 5 and says until when and for what; `resume` goes on, from CI or cron too. Until the old copy is taken away `rollback` puts everything back. No event is ever sent that the provider did not send itself.",
  graceMilliseconds: graceOfWrites,
  arguments: [
    {
      name: "action",
      description: `a function to move, or one of ${actions.join(", ")}`,
      required: true,
      choices: null,
    },
    {
      name: "subject",
      description: "plan: the function; apply: the plan's file; else: the move",
      required: false,
      choices: null,
    },
  ],
  options,
  examples: [
    { command: "regions migrate stripeWebhook --to europe-west3", does: "plans, asks, and begins" },
    {
      command: "regions migrate plan stripeWebhook --to europe-west3 -o move.json",
      does: "a plan to approve in a pull request",
    },
    { command: "regions migrate apply move.json --yes", does: "refuses if the world has changed since" },
    { command: "regions migrate resume --if-due", does: "in cron: goes on with whatever is due" },
    { command: "regions migrate rollback stripeWebhook", does: "puts everything back, while that is possible" },
  ],
  run: async (invocation, io) => {
    const { told } = await import("../migrate/refusal.ts");
    return told(() => act(invocation, io), io);
  },
});

type Given = Invocation<typeof options>;

async function act({ args: [action = null, subject = null], options, global }: Given, io: Io): Promise<ExitCode> {
  const request = (name: string) => {
    if (options.to === null) throw inputError(`Where ${name} is to move is not given.`, "Name the region with --to.");
    return {
      function: name,
      to: options.to,
      from: options.from,
      abortOn: abortRuleOf(options.abortOn),
      unproven: options.acceptUnproven,
      quietForMs: options.quietFor === null ? null : durationOf(options.quietFor, "--quiet-for"),
    };
  };
  const running = { until: options.until, takeOver: options.takeOver };
  switch (action) {
    case "plan": {
      if (subject === null)
        throw inputError("Which function is to move is not given.", "`regions migrate plan FUNCTION --to REGION`.");
      const { planOnly } = await import("../migrate/plan-only.ts");
      return planOnly(request(subject), options.output, global, io);
    }
    case "apply": {
      if (subject === null)
        throw inputError("Which plan is to be applied is not given.", "`regions migrate apply move.json`.");
      const { applyFile } = await import("../migrate/apply.ts");
      return applyFile(subject, { ...running, yes: options.yes, dryRun: options.dryRun }, global, io);
    }
    case "list":
    case "status": {
      const { showMoves } = await import("../migrate/show.ts");
      return showMoves(action === "list" ? null : subject, action === "status", global, io);
    }
    case "resume":
    case "rollback": {
      const { goOn } = await import("../migrate/go-on.ts");
      return goOn(action, subject, { ...running, ifDue: options.ifDue, accept: options.accept }, global, io);
    }
    default: {
      if (action === null || subject !== null) {
        const mend = `Name a function and --to, or one of ${actions.join(", ")}.`;
        throw inputError(`\`regions migrate ${action ?? ""} ${subject ?? ""}\` is nothing that can be done.`, mend);
      }
      const { applyNew } = await import("../migrate/apply.ts");
      return applyNew(request(action), { ...running, yes: options.yes, dryRun: options.dryRun }, global, io);
    }
  }
}
