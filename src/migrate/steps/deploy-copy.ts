import type { Kept } from "../../model/move.ts";
import type { CopyLook } from "../ports/world.ts";
import { queueHolds } from "./drain-queue.ts";
import { promiseOf, silenceOf } from "./silence.ts";
import type { Probe, WorkOf } from "./work.ts";

/**
 * Both copies are live with the same settings. Undone by deleting the new one, if the move has made it, once nothing can
 * reach it any longer: what was begun there (a call, a retry, a task) ends there.
 */
export const deployCopy: WorkOf<"deploy-copy"> = (_action, context) => {
  const { move, ports, kept, hasSwitched, startedAt, putBackAt, stop } = context;
  const { function: name, from, to } = move;
  const { copies } = ports;

  async function probe(): Promise<Probe> {
    const [old, made] = await Promise.all([copies.look(name, from), copies.look(name, to)]);
    if (old === null) {
      const what = `${name} is not live in ${from} any longer: somebody else has deleted that copy. \`regions deploy --function ${name}\` makes it again; then resume.`;
      return { is: "changed", what };
    }
    if (made === null) return { is: "todo", kept: { existed: false } };
    if (made.state === "DEPLOYING" || made.state === "DELETING") {
      const what = made.state === "DEPLOYING" ? "deployment" : "deletion";
      return { is: "waiting", for: `Google to end the ${what} of ${name} in ${to}`, until: null };
    }
    // What was found first counts.
    const existed: Kept = kept.existed === undefined ? { existed: true } : {};
    if (made.state !== "ACTIVE") {
      return { is: "todo", kept: existed, why: `the state of ${name} in ${to} is ${made.state}.` };
    }
    if (made.settings !== old.settings) {
      const where = differing(old, made);
      const why = `${name} in ${from} and in ${to} differ${where === "" ? "" : ` in ${where}`}. What source and regions.yaml leave open, an old copy may keep and a new one does not get: say it there, and resume.`;
      return { is: "todo", kept: existed, why };
    }
    if (made.isPublic === null || old.isPublic === null) {
      const unseen = made.isPublic === null ? to : from;
      return {
        is: "waiting",
        for: `a look at who may call ${name} in ${unseen}; nobody may see that now`,
        until: null,
      };
    }
    if (made.isPublic !== old.isPublic) {
      const open = made.isPublic ? to : from;
      return { is: "todo", kept: existed, why: `everybody may call ${name} in ${open} alone.` };
    }
    const evidence = `${name} is ACTIVE in ${from} and ${to} with the same settings (${made.settings})`;
    return { is: "done", evidence, kept: existed };
  }

  async function undone(): Promise<Probe> {
    if (kept.existed === true) {
      return { is: "done", evidence: `the copy in ${to} was there before the move, and stays` };
    }
    const [old, made] = await Promise.all([copies.look(name, from), copies.look(name, to)]);
    if (made === null) return { is: "done", evidence: `${name} is not live in ${to}` };
    if (made.state === "DEPLOYING" || made.state === "DELETING") {
      const what = made.state === "DEPLOYING" ? "deployment" : "deletion";
      return { is: "waiting", for: `Google to end the ${what} of ${name} in ${to}`, until: null };
    }
    if (old?.state !== "ACTIVE") {
      return {
        is: "changed",
        what: `${name} is not ACTIVE in ${from}: the copy in ${to} is the only one, and stays. Deploy it in ${from} again, and resume.`,
      };
    }
    const [first] = await ports.holders.reaching(name, to);
    if (first !== undefined) {
      const what = `${first.kind} ${first.label} (${first.field}) leads to ${name} in ${to}, and is not of this move. Lead it away, and resume.`;
      return { is: "changed", what };
    }
    const [caller] = await ports.callers.naming(name, to);
    if (caller !== undefined) {
      return { is: "changed", what: `${caller} calls ${name} in ${to}: mend it back, ship it, and resume.` };
    }
    if (move.kind === "task") {
      const holds = await queueHolds(ports.queues, { region: to, name });
      if (holds !== null) return holds;
    }
    const promise = promiseOf(move.steps);
    if (promise === null) return { is: "todo" };
    // Where it has stopped, something led there.
    if (!hasSwitched && stop === null) {
      const { total } = await ports.traffic.requests(name, to, startedAt);
      if (total === 0) return { is: "todo" };
    }
    const silence = await silenceOf(ports.traffic, name, to, { since: putBackAt ?? startedAt, ...promise });
    return silence.is === "done" ? { is: "todo" } : silence;
  }

  return {
    forward: { probe, apply: () => copies.deploy(name) },
    backward: { probe: undone, apply: () => copies.remove(name, to) },
  };
};

/** "memory, cpu"; empty where it is not known. */
function differing({ parts: old = {} }: CopyLook, { parts: made = {} }: CopyLook): string {
  const names = [...new Set([...Object.keys(old), ...Object.keys(made)])];
  return names.filter((name) => old[name] !== made[name]).join(", ");
}
