import { Refused } from "../ports/world.ts";
import type { Probe, WorkOf } from "./work.ts";

/** A holder's URL leads to the new copy; nothing else of the holder has changed. Undone by leading it back. */
export const switchHolder: WorkOf<"switch-holder"> = ({ holder }, { move, ports, kept }) => {
  const { function: name, from, to } = move;
  const called = `${holder.kind} ${holder.label} (${holder.field})`;

  async function probe(there: string, back: string): Promise<Probe> {
    const look = await ports.holders.look(holder);
    if (look === null) return { is: "changed", what: `${called} is gone: somebody else has deleted it.` };
    if (look.region === there && isSame(look.function)) {
      const differing = Object.entries(look.others).filter(([field, digest]) => {
        const before = kept[`field ${field}`];
        return before !== undefined && before !== digest;
      });
      if (differing.length > 0) {
        const fields = differing.map(([field]) => field).join(", ");
        return {
          is: "changed",
          what: `${called} leads to ${there}, and ${fields} of it changed meanwhile. Look at it, and resume.`,
        };
      }
      return {
        is: "done",
        evidence: `${called} leads to ${name} in ${there}; its ${Object.keys(look.others).length} other fields are as before`,
      };
    }
    if (look.region === back && isSame(look.function)) {
      const others = Object.entries(look.others).map(([field, digest]) => [`field ${field}`, digest]);
      return { is: "todo", kept: Object.fromEntries(others) };
    }
    return { is: "changed", what: `${called} leads to neither copy of ${name}: somebody else has changed it.` };
  }

  const isSame = (reached: string | null): boolean => reached !== null && fold(reached) === fold(name);

  async function lead(there: string, back: string): Promise<void> {
    const copy = await ports.copies.look(name, there);
    if (copy?.state !== "ACTIVE") throw new Refused(`${name} in ${there} is not ACTIVE: nothing is led there.`);
    await ports.holders.lead(holder, name, back, there);
  }

  return {
    forward: { probe: () => probe(to, from), apply: () => lead(to, from) },
    backward: { probe: () => probe(from, to), apply: () => lead(from, to) },
  };
};

/** Addresses of Cloud Run name the service: lower case, "_" as "-". */
function fold(name: string): string {
  return name.toLowerCase().replaceAll("_", "-");
}
