import { joinOrStartSandbox } from "../../src/sandbox/join.ts";
import { smallSeed } from "./small-seed.ts";

// Uses the sandbox of the folder in its first argument until its standard input ends.
const [, , folder = ""] = process.argv;
const sandbox = await joinOrStartSandbox(folder, { seed: smallSeed });
const { base, token, joined } = sandbox;
process.stdout.write(`${JSON.stringify({ pid: process.pid, base, token, joined })}\n`);
for await (const _ of process.stdin);
await sandbox.close();
