import { promiseOf, silenceOf } from "./silence.ts";
import type { Probe, WorkOf } from "./work.ts";

/** Both copies are live with the same settings. Undone by deleting the new one, if the move has made it. */
export const deployCopy: WorkOf<"deploy-copy"> = (_action, { move, ports, kept, hasSwitched, turnedBackAt }) => {
  const { function: name, from, to } = move;
  const { copies } = ports;

  async function probe(): Promise<Probe> {
    const [old, made] = await Promise.all([copies.look(name, from), copies.look(name, to)]);
    if (old === null) {
      return { is: "changed", what: `${name} is not live in ${from} any longer: somebody else has deleted that copy.` };
    }
    if (made === null) return { is: "todo", kept: { existed: false } };
    const notYet: Probe = { is: "todo", kept: { existed: true } };
    if (made.state === "DEPLOYING") {
      return {
        is: "waiting",
        for: `Google to end the deployment of ${name} in ${to}`,
        until: null,
        kept: { existed: false },
      };
    }
    if (made.state !== "ACTIVE" || made.settings !== old.settings) return notYet;
    if (made.isPublic !== old.isPublic) return notYet;
    return { is: "done", evidence: `${name} is ACTIVE in ${from} and ${to} with the same settings (${made.settings})` };
  }

  return {
    forward: { probe, apply: () => copies.deploy(name) },
    backward: {
      async probe() {
        if (kept.existed === true)
          return { is: "done", evidence: `the copy in ${to} was there before the move, and stays` };
        if ((await copies.look(name, to)) === null) return { is: "done", evidence: `${name} is not live in ${to}` };
        const held = await ports.holders.reaching(name, to);
        const [first] = held;
        if (first !== undefined) {
          return {
            is: "changed",
            what: `${first.kind} ${first.label} leads to ${name} in ${to}, and is not of this move.`,
          };
        }
        // What was begun with the new copy ends with it: a call that was started there, a retry that was taken there. So it
        // has to be as silent as the old one would have had to be.
        const promise = promiseOf(move.steps);
        if (!hasSwitched || promise === null) return { is: "todo" };
        const silence = await silenceOf(ports.traffic, name, to, { since: turnedBackAt ?? 0, ...promise });
        return silence.is === "done" ? { is: "todo" } : silence;
      },
      apply: () => copies.remove(name, to),
    },
  };
};
