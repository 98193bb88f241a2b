import { once } from "node:events";
import { defineCommand, flag, value } from "../command.ts";
import { exitCodes } from "../exit.ts";
import { inputError } from "../input-error.ts";
import type { Io } from "../io.ts";
import { findGround } from "../wire/manifest.ts";
import { sandboxFolder } from "../wire/services.ts";

export const sandbox = defineCommand({
  name: "sandbox",
  summary: "the local stand-in for Google, Stripe, Twilio and Telegram",
  description:
    "Runs the stand-in on this machine alone until Ctrl-C and prints its address. Commands on an environment with `endpoint: sandbox` join it; without it they start one for themselves. Its state is kept in .regions/sandbox and starts with the reference fleet.",
  arguments: [
    { name: "action", description: "start the state over instead of running", required: false, choices: ["reset"] },
  ],
  options: {
    empty: flag("--empty", "start with an empty project instead of the reference fleet"),
    port: value("--port <number>", "port to listen on (default: any free one)"),
  },
  examples: [
    { command: "regions sandbox", does: "runs until Ctrl-C; audit from another terminal" },
    { command: "regions sandbox reset", does: "brings the reference fleet back to its starting state" },
  ],
  run: async ({ args: [action = null], options, global }, io) => {
    const folder = sandboxFolder(findGround(global, io).root);
    const seed = options.empty ? "empty" : "story";
    if (action === "reset") {
      const { resetSandbox } = await import("../../sandbox/join.ts");
      await resetSandbox(folder, { empty: options.empty });
      await io.stdout.write(
        `The sandbox starts over with ${options.empty ? "an empty project" : "the reference fleet"}.\n`,
      );
      return exitCodes.clean;
    }
    const port = options.port === null ? {} : { port: portOf(options.port) };
    const { startSandbox } = await import("../../sandbox/server.ts");
    const running = await startSandbox({ folder, seed, ...port });
    try {
      await io.stdout.write(`${running.base}\n`);
      if (!global.quiet) await io.stderr.write("The sandbox runs until Ctrl-C.\n");
      await ended(io);
    } finally {
      await running.close();
    }
    return exitCodes.interrupted;
  },
});

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port >= 1 && port <= 65_535) return port;
  throw inputError(`--port is "${text}", which is no port.`, "Give a number from 1 to 65535.");
}

async function ended(io: Io): Promise<void> {
  if (!io.signal.aborted) await once(io.signal, "abort");
}
