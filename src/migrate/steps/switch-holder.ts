import type { CopyRef, Kept } from "../../model/move.ts";
import { type HolderLook, Refused } from "../ports/world.ts";
import type { Probe, WorkOf } from "./work.ts";

/** A holder's URL leads to the copy that stays; nothing else of the holder has changed. Undone by leading it back. */
export const switchHolder: WorkOf<"switch-holder"> = ({ holder }, { move, ports, kept, isDone, stop }) => {
  const old: CopyRef = { function: move.function, region: move.from };
  const stays: CopyRef = move.stays ?? { function: move.function, region: move.to };
  const called = `${holder.kind} ${holder.label} (${holder.field})`;
  const leadsTo = (look: HolderLook, copy: CopyRef): boolean =>
    look.region === copy.region && look.function !== null && fold(look.function) === fold(copy.function);

  /** `way`: what its other fields were is kept for each way, as people may change them in between. */
  async function probe(there: CopyRef, back: CopyRef, way: "there" | "back"): Promise<Probe> {
    const look = await ports.holders.look(holder);
    if (look === null) {
      const what = `${called} is gone: somebody else has deleted it. If that was meant, resume.`;
      // Somebody has answered for it: now, or when it was led back.
      const isMeant = stop === what || (way === "back" && isDone);
      return isMeant ? { is: "done", evidence: `${called} is gone, and sends nothing` } : { is: "changed", what };
    }
    if (leadsTo(look, back)) {
      const absent = (await absentOf(there)) ?? (await barredFrom(there, back, look.account ?? null));
      if (absent !== null) return { is: "changed", what: absent };
      const others = Object.entries(look.others).map(([field, digest]) => [`${way} ${field}`, digest]);
      return { is: "todo", kept: Object.fromEntries(others) };
    }
    if (!leadsTo(look, there)) {
      const neither =
        there.function === back.function
          ? `neither copy of ${there.function}`
          : `neither ${old.function} in ${old.region} nor ${stays.function} in ${stays.region}`;
      const what = `${called} leads to ${neither}: somebody else has changed it. Lead it to one of them, and resume.`;
      return { is: "changed", what };
    }
    const leads = `${called} leads to ${there.function} in ${there.region}`;
    const differing = isDone ? [] : differingFields(look.others, kept, way);
    if (differing.length === 0) {
      return { is: "done", evidence: `${leads}; its ${Object.keys(look.others).length} other fields are as before` };
    }
    const changed = `${leads}, and ${differing.join(", ")} of it changed meanwhile`;
    const what = `${changed}. Look at it, and resume.`;
    return stop === what ? { is: "done", evidence: changed } : { is: "changed", what };
  }

  async function absentOf(copy: CopyRef): Promise<string | null> {
    const look = await ports.copies.look(copy.function, copy.region);
    if (look?.state === "ACTIVE") return null;
    return `${copy.function} is not ACTIVE in ${copy.region}: nothing is led there. Deploy it there again, and resume.`;
  }

  /** Whose token it sends may call the one copy, by a role on that alone, and not the other. */
  async function barredFrom(there: CopyRef, back: CopyRef, account: string | null): Promise<string | null> {
    if (account === null) return null;
    const [now, next] = await Promise.all([back, there].map((copy) => ports.copies.look(copy.function, copy.region)));
    const member = `serviceAccount:${account}`;
    const isBarred = next?.isPublic === false && next.invokers?.includes(member) === false;
    if (!isBarred || now?.invokers?.includes(member) !== true) return null;
    return `${called} sends the token of ${account}, who may call ${back.function} in ${back.region} and not ${there.function} in ${there.region}: give it the invoker's role there, and resume.`;
  }

  async function lead(there: CopyRef, back: CopyRef): Promise<void> {
    const absent = await absentOf(there);
    if (absent !== null) throw new Refused(absent);
    await ports.holders.lead(holder, back.function, back.region, there.region, there.function);
  }

  return {
    forward: { probe: () => probe(stays, old, "there"), apply: () => lead(stays, old) },
    backward: { probe: () => probe(old, stays, "back"), apply: () => lead(old, stays) },
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
