import { setTimeout as sleep } from "node:timers/promises";
import type { Manifest } from "../manifest/manifest.ts";
import { InputError } from "../model/problem.ts";
import type { Site } from "../stacks/run.ts";
import { copiesIn, readState } from "../stacks/state.ts";
import { findState } from "./find-state.ts";
import type { CopyStates } from "./port.ts";
import { takeTurn } from "./take-turn.ts";

/** Single copies in the state that the Pulumi engine keeps. The engine and its SDK are loaded by the first call. */
export function createPulumiCopyStates(options: {
  readonly site: Site;
  readonly manifest: Manifest;
  readonly signal: AbortSignal;
}): CopyStates {
  const { site, manifest, signal } = options;
  const { environment } = site;

  const find = () => findState(site, manifest);

  return {
    async knows(name, region) {
      const found = await find();
      const copy = found === null ? null : copiesIn(found.state).find((one) => isOf(one, name, region));
      if (copy == null) return null;
      return copy.adopted ? "adopted" : "deployed";
    },

    async forget(name, region) {
      const found = await find();
      if (found === null) return;
      const { stack } = found;
      const { withoutCopy } = await import("../stacks/without-copy.ts");
      const wait = (milliseconds: number): Promise<void> => sleep(milliseconds, undefined, { signal });
      await takeTurn({ stack, environment, onKilled: async () => {}, wait }, async () => {
        const exported = await stack.readState();
        const { pending } = readState(exported);
        // The engine drops the traces of a killed run when it takes a state in.
        if (pending.length > 0) throw stillBegun(environment, pending.length);
        const copy = copiesIn(readState(exported)).find((one) => isOf(one, name, region));
        if (copy?.adopted !== true) return;
        await stack.writeState(withoutCopy(exported, copy));
      });
    },
  };
}

function isOf(copy: { readonly function: string; readonly region: string }, name: string, region: string): boolean {
  return copy.function === name && copy.region === region;
}

function stillBegun(environment: string, count: number): InputError {
  const parts = count === 1 ? "a part" : `${count} parts`;
  const message = `A killed deployment of ${environment} had begun ${parts}, and nobody has settled that yet.`;
  const mend = "`regions deploy` settles it; then resume.";
  return new InputError([{ place: null, message, mend, excerpt: null }]);
}
