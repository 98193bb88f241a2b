import { didYouMean } from "../../manifest/nearest.ts";
import { choice, defineCommand, flag, type Invocation, value } from "../command.ts";
import type { ExitCode } from "../exit.ts";
import { inputError } from "../input-error.ts";
import type { Io } from "../io.ts";
import { abortRuleOf, durationOf } from "../migrate/options.ts";
import { graceOfWrites } from "../under-way.ts";
import type { ClassPlanAsk, PlanAsk } from "../wire/migrate/plan-batches.ts";

const actions = ["plan", "apply", "status", "resume", "rollback", "list"] as const;

const options = {
  to: value("--to <region>", "region to move to"),
  class: value("--class <class>", "all functions of a class that are not there yet; resume, rollback: its open moves"),
  from: value("--from <region>", "copy that moves (default: the one that is live)"),
  output: value("-o, --output <file>", "plan: write the plan to this file"),
  dryRun: flag("--dry-run", "show the plan, and change nothing"),
  until: value("--until <step>", "stop once this step is done, by its id or by what it does (deploy-copy)"),
  ifDue: flag("--if-due", "resume: do nothing, with exit code 5, before the time that the move waits for"),
  quietFor: value("--quiet-for <time>", "how long the old copy has to be silent before it goes, as 90m, 36h or 3d"),
  drain: choice(
    "--drain <way>",
    "task queue: what waits in the old queue runs there (default), or goes to the new copy",
    ["waiting", "override"],
  ),
  rehearse: flag(
    "--rehearse",
    "send test events in place of waiting for real ones; never where customers depend on it",
  ),
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
      required: false,
      choices: null,
    },
    {
      name: "subject",
      description: "more functions; plan: functions; apply: the plan's file; else: moves, by id or function",
      required: false,
      choices: null,
      many: true,
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
    {
      command: "regions migrate --class payments --to europe-west3",
      does: "moves what of a class is not there yet, in batches; again for what is left",
    },
    { command: "regions migrate resume --if-due", does: "in cron: goes on with whatever is due" },
    { command: "regions migrate rollback stripeWebhook", does: "puts everything back, while that is possible" },
  ],
  run: async (invocation, io) => {
    const { told } = await import("../migrate/refusal.ts");
    return told(() => act(invocation, io), io);
  },
});

type Given = Invocation<typeof options>;

async function act({ args: [action = null, ...more], options, global }: Given, io: Io): Promise<ExitCode> {
  const subjects = more.flatMap((subject) => subject ?? []);
  const running = { until: options.until, takeOver: options.takeOver };
  const applying = { ...running, yes: options.yes, dryRun: options.dryRun };
  switch (action) {
    case "plan": {
      const { planOnly } = await import("../migrate/plan-only.ts");
      const { planBatches, planClass } = await import("../wire/migrate/plan-batches.ts");
      const asked = whatOf(subjects, options, "regions migrate plan FUNCTION --to REGION");
      const planned =
        "class" in asked ? await planClass(asked, global, io) : await planBatches(asked.functions, global, io);
      return planOnly(planned, options.output, global, io);
    }
    case "apply": {
      const [file, other] = subjects;
      if (file === undefined || other !== undefined) {
        const message = file === undefined ? "Which plan is to be applied is not given." : "Several plans are given.";
        throw inputError(message, "Name one file: `regions migrate apply move.json`.");
      }
      const { applyFile } = await import("../migrate/apply.ts");
      return applyFile(file, applying, global, io);
    }
    case "list":
    case "status": {
      const [subject = null, other] = subjects;
      if (other !== undefined) throw inputError("One journal is shown at a time.", `\`regions migrate ${action}\`.`);
      const { showMoves } = await import("../migrate/show.ts");
      return showMoves(action === "list" ? null : subject, action === "status", global, io);
    }
    case "resume":
    case "rollback": {
      if (options.class !== null && subjects.length > 0)
        throw inputError("Both moves and a class are named.", "Name moves, or --class.");
      const { goOn } = await import("../migrate/go-on.ts");
      const going = { ...running, ifDue: options.ifDue, accept: options.accept, class: options.class };
      return goOn(action, subjects, going, global, io);
    }
    default: {
      const { applyClass, applyNew } = await import("../migrate/apply.ts");
      const meant = subjects.length === 0 ? null : didYouMean(action ?? "", actions);
      if (meant !== null) throw inputError(`\`regions migrate ${action}\` is nothing that can be done.`, meant);
      const functions = action === null ? [] : [action, ...subjects];
      const asked = whatOf(functions, options, "regions migrate FUNCTION --to REGION");
      return "class" in asked
        ? applyClass(asked, applying, global, io)
        : applyNew(asked.functions, applying, global, io);
    }
  }
}

/** What is to move: functions, each once, or what of a class is not there yet. */
function whatOf(
  functions: readonly string[],
  options: Given["options"],
  usage: string,
): ClassPlanAsk | { readonly functions: readonly PlanAsk[] } {
  const { class: className, from, to } = options;
  if (functions.length === 0 && className === null) {
    throw inputError("Which function is to move is not given.", `\`${usage}\`, or one of ${actions.join(", ")}.`);
  }
  if (functions.length > 0 && className !== null)
    throw inputError("Both functions and a class are named.", "Name functions, or --class.");
  const twice = functions.find((name, index) => functions.indexOf(name) !== index);
  if (twice !== undefined) throw inputError(`${twice} is named twice.`, "Name each function once.");
  if (to === null) {
    const what = className === null ? functions.join(", ") : `class ${className}`;
    throw inputError(`Where ${what} is to move is not given.`, "Name the region with --to.");
  }
  const asked = {
    to,
    from,
    abortOn: abortRuleOf(options.abortOn),
    unproven: options.acceptUnproven,
    drainBy: options.drain ?? "waiting",
    quietForMs: quietFor(options),
    rehearsal: options.rehearse,
  };
  return className === null
    ? { functions: functions.map((name) => ({ ...asked, function: name })) }
    : { ...asked, class: className };
}

/** In a rehearsal ten minutes stand for days: what is tried out is the way, not the patience. */
const quietInRehearsal = "10m";

function quietFor({ quietFor: given, rehearse }: Given["options"]): number | null {
  const text = given ?? (rehearse ? quietInRehearsal : null);
  return text === null ? null : durationOf(text, "--quiet-for");
}
