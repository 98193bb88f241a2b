import type { Probe, WorkOf } from "./work.ts";

/**
 * No source names the old region any longer. What can be rewritten is rewritten once; the rest, and shipping it, is for
 * people, so the move waits until it reads source without it. That what was shipped is used, silence proves later.
 */
export const switchCallers: WorkOf<"switch-callers"> = (_action, { move, ports, kept, isOpen, keptOf }) => {
  const { function: name, from, to } = move;
  let hasRewritten = false;

  async function probe(left: string, there: string, tried: "rewritten" | "rewritten back"): Promise<Probe> {
    const naming = await ports.callers.naming(name, left);
    const [first] = naming;
    if (first === undefined) return { is: "done", evidence: `no source calls ${name} in ${left}` };
    // Whoever was killed may have rewritten nothing yet.
    const isTried = kept[tried] === true && (hasRewritten || !isOpen);
    if (!isTried) return { is: "todo", kept: { [tried]: true } };
    const more = naming.length === 1 ? "" : ` and ${naming.length - 1} more places`;
    return { is: "waiting", for: `${first}${more} to call ${name} in ${there}: these are mended by hand`, until: null };
  }

  async function rewrite(left: string, there: string): Promise<void> {
    await ports.callers.rewrite(name, left, there);
    hasRewritten = true;
  }

  return {
    forward: {
      probe: () => probe(from, to, "rewritten"),
      apply: () => rewrite(from, to),
    },
    backward: {
      async probe() {
        // Some callers called that copy before the move, and nobody can tell them from those that were rewritten.
        if (keptOf("deploy-copy").existed === true) {
          return { is: "done", evidence: `the copy in ${to} was there before the move, so whoever calls it may go on` };
        }
        // Whoever names it now was mended for this move, by it or by people.
        return probe(to, from, "rewritten back");
      },
      apply: () => rewrite(to, from),
    },
  };
};
