import { once } from "node:events";
import { defineCommand, flag, value } from "../command.ts";
import { type ExitCode, exitCodes } from "../exit.ts";
import { inputError } from "../input-error.ts";
import type { Io } from "../io.ts";
import { findGround } from "../wire/manifest.ts";
import { sandboxFolder } from "../wire/services.ts";

export const sandbox = defineCommand({
  name: "sandbox",
  summary: "the local stand-in for Google, Stripe, Twilio and Telegram",
  description:
    "Runs the stand-in on this machine alone until Ctrl-C and prints its address. Commands on an environment with `endpoint: sandbox` join it; without it they start one for themselves. Its state is kept in .regions/sandbox and starts with the reference fleet. With --provider it also serves Pulumi's gcp provider, and prints the two environment variables that let a plain `pulumi` deploy into it; it joins a sandbox that runs already.",
  arguments: [
    { name: "action", description: "start the state over instead of running", required: false, choices: ["reset"] },
  ],
  options: {
    empty: flag("--empty", "start with an empty project instead of the reference fleet"),
    provider: flag("--provider", "serve Pulumi's gcp provider too, for a plain `pulumi` in another terminal"),
    port: value("--port <number>", "port to listen on (default: any free one)"),
  },
  examples: [
    { command: "regions sandbox", does: "runs until Ctrl-C; audit from another terminal" },
    { command: "regions sandbox --provider", does: "lets `pulumi up` in another terminal deploy into it" },
    { command: "regions sandbox reset", does: "brings the reference fleet back to its starting state" },
  ],
  run: async ({ args: [action = null], options, global }, io) => {
    const ground = findGround(global, io);
    const folder = sandboxFolder(ground.root);
    const seed = options.empty ? "empty" : "story";
    if (action === "reset") {
      const { resetSandbox } = await import("../../sandbox/join.ts");
      await resetSandbox(folder, { empty: options.empty });
      const { forgetDeployments } = await import("../wire/fleet/forget.ts");
      await forgetDeployments(ground, global);
      await io.stdout.write(
        `The sandbox starts over with ${options.empty ? "an empty project" : "the reference fleet"}.\n`,
      );
      return exitCodes.clean;
    }
    const port = options.port === null ? {} : { port: portOf(options.port) };
    if (options.provider) return runWithProvider(folder, { seed, ...port }, global.quiet, io);
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

async function runWithProvider(
  folder: string,
  options: { readonly seed: "empty" | "story"; readonly port?: number },
  quiet: boolean,
  io: Io,
): Promise<ExitCode> {
  const { joinOrStartSandbox } = await import("../../sandbox/join.ts");
  const { serveProvider } = await import("../wire/provider.ts");
  const running = await joinOrStartSandbox(folder, options);
  if (running.joined && (options.port !== undefined || options.seed === "empty")) {
    await io.stderr.write(`A sandbox runs already, at ${running.base}: --port and --empty are without effect.\n`);
  }
  try {
    const provider = await serveProvider(running, quiet ? () => {} : (line) => void io.stderr.write(`${line}\n`));
    try {
      const variables = provider.variables.map(([name, value]) => `${name}=${value}\n`).join("");
      await io.stdout.write(`${running.base}\n${variables}`);
      if (!quiet) await io.stderr.write("Set the two variables for `pulumi` in another terminal. Runs until Ctrl-C.\n");
      await ended(io);
    } finally {
      await provider.close();
    }
  } finally {
    await running.close();
  }
  return exitCodes.interrupted;
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port >= 1 && port <= 65_535) return port;
  throw inputError(`--port is "${text}", which is no port.`, "Give a number from 1 to 65535.");
}

async function ended(io: Io): Promise<void> {
  if (!io.signal.aborted) await once(io.signal, "abort");
}
