import type { Kept } from "../../model/move.ts";
import { Refused } from "../ports/world.ts";
import type { Probe, WorkOf } from "./work.ts";

/** A holder's URL leads to the new copy; nothing else of the holder has changed. Undone by leading it back. */
export const switchHolder: WorkOf<"switch-holder"> = ({ holder }, { move, ports, kept, isDone, stop }) => {
  const { function: name, from, to } = move;
  const called = `${holder.kind} ${holder.label} (${holder.field})`;
  const isSame = (reached: string | null): boolean => reached !== null && fold(reached) === fold(name);

  /** `way`: what its other fields were is kept for each way, as people may change them in between. */
  async function probe(there: string, back: string, way: "there" | "back"): Promise<Probe> {
    const look = await ports.holders.look(holder);
    if (look === null) return { is: "changed", what: `${called} is gone: somebody else has deleted it.` };
    if (look.region === back && isSame(look.function)) {
      const absent = await absentIn(there);
      if (absent !== null) return { is: "changed", what: absent };
      const others = Object.entries(look.others).map(([field, digest]) => [`${way} ${field}`, digest]);
      return { is: "todo", kept: Object.fromEntries(others) };
    }
    if (look.region !== there || !isSame(look.function)) {
      const what = `${called} leads to neither copy of ${name}: somebody else has changed it. Lead it to one of them, and resume.`;
      return { is: "changed", what };
    }
    const leads = `${called} leads to ${name} in ${there}`;
    const differing = isDone ? [] : differingFields(look.others, kept, way);
    if (differing.length === 0) {
      return { is: "done", evidence: `${leads}; its ${Object.keys(look.others).length} other fields are as before` };
    }
    const changed = `${leads}, and ${differing.join(", ")} of it changed meanwhile`;
    const what = `${changed}. Look at it, and resume.`;
    return stop === what ? { is: "done", evidence: changed } : { is: "changed", what };
  }

  async function absentIn(region: string): Promise<string | null> {
    const copy = await ports.copies.look(name, region);
    if (copy?.state === "ACTIVE") return null;
    return `${name} is not ACTIVE in ${region}: nothing is led there. Deploy it there again, and resume.`;
  }

  async function lead(there: string, back: string): Promise<void> {
    const absent = await absentIn(there);
    if (absent !== null) throw new Refused(absent);
    await ports.holders.lead(holder, name, back, there);
  }

  return {
    forward: { probe: () => probe(to, from, "there"), apply: () => lead(to, from) },
    backward: { probe: () => probe(from, to, "back"), apply: () => lead(from, to) },
  };
};

/** Fields beside the URL whose digest is another than was kept before the effect; those that came or went, too. */
function differingFields(now: Readonly<Record<string, string>>, kept: Kept, way: string): string[] {
  const before = Object.entries(kept).flatMap(([key, digest]) =>
    key.startsWith(`${way} `) ? [[key.slice(way.length + 1), digest] as const] : [],
  );
  if (before.length === 0) return [];
  const then = new Map(before);
  return [...new Set([...then.keys(), ...Object.keys(now)])].filter((field) => then.get(field) !== now[field]).sort();
}

/** Addresses of Cloud Run name the service: lower case, "_" as "-". */
function fold(name: string): string {
  return name.toLowerCase().replaceAll("_", "-");
}
