import type { Probe, WorkOf } from "./work.ts";

/**
 * No source names the old region any longer. What can be rewritten is rewritten once; the rest, and shipping it, is for
 * people, so the move waits until it reads source without it. That what was shipped is used, silence proves later.
 */
export const switchCallers: WorkOf<"switch-callers"> = (_action, { move, ports, kept }) => {
  const { function: name, from, to } = move;

  async function probe(left: string, triedKey: string): Promise<Probe> {
    const naming = await ports.callers.naming(name, left);
    const [first] = naming;
    if (first === undefined) return { is: "done", evidence: `no source calls ${name} in ${left}` };
    if (kept[triedKey] !== true) return { is: "todo", kept: { [triedKey]: true } };
    const more = naming.length === 1 ? "" : ` and ${naming.length - 1} more places`;
    return {
      is: "waiting",
      for: `${first}${more} to call ${name} in ${left === from ? to : from}: these are mended by hand`,
      until: null,
    };
  }

  return {
    forward: {
      probe: () => probe(from, "rewritten"),
      apply: async () => {
        await ports.callers.rewrite(name, from, to);
      },
    },
    backward: {
      async probe() {
        // Callers of the new region that were there before the move go on calling the copy that was there before it.
        if (kept.rewritten !== true) return { is: "done", evidence: "the move has rewritten nothing" };
        return probe(to, "rewritten back");
      },
      apply: async () => {
        await ports.callers.rewrite(name, to, from);
      },
    },
  };
};
