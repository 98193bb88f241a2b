import type { Manifest } from "../manifest/manifest.ts";
import type { OpenStack, Site } from "../stacks/run.ts";
import { readState, type StackState } from "../stacks/state.ts";
import { refuseForeign } from "./foreign.ts";

/** The environment's stack with its state, which has to be this fleet's; null: there is none. Loads the engine's SDK. */
export async function findState(
  site: Site,
  manifest: Manifest,
): Promise<{ readonly stack: OpenStack; readonly state: StackState } | null> {
  const { findStack } = await import("../stacks/run.ts");
  const stack = await findStack(site);
  if (stack === null) return null;
  const state = readState(await stack.readState());
  refuseForeign(state, manifest);
  return { stack, state };
}
