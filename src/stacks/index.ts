import { getRootDirectory, getStack, log, RunError } from "@pulumi/pulumi";
import { planOfStack } from "../cli/wire/fleet/stack.ts";
import { createFleet } from "./program.ts";

/*
 * The program of Pulumi.yaml, for a plain `pulumi`: an entry, as bin/ is one for `regions`, and the only file here that
 * may look at the world. The stack's name is the environment's.
 */

// The folder of Pulumi.yaml: the engine starts a program in the folder of its main file.
const plan = await planOfStack(getStack(), { env: process.env, cwd: getRootDirectory() }).catch((error: Error) => {
  // Told without a stack of our own source, which is nobody's business where the input is wrong.
  throw new RunError(error.message);
});
for (const note of plan.notes) log.info(note);
createFleet(plan);
