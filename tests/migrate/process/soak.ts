import { type Point, told } from "./history.ts";
import { kinds } from "./kinds.ts";
import { everyPoint, faultsAt, upToDrain } from "./matrix.ts";
import { bundleProgram } from "./program.ts";

export interface KilledOptions {
  /** Title of one kind; null: all. */
  readonly kind: string | null;
  /** One point; null: all. */
  readonly point: string | null;
}

/** Kills the real process of every kind at every line of its journal, and resumes or rolls back. Gives the number of faults. */
export async function soakKilled({ kind: title, point }: KilledOptions, say: (line: string) => void): Promise<number> {
  const chosen = [...kinds].filter(([name]) => title === null || name === title);
  if (chosen.length === 0) throw new Error(`There is no kind "${title}"; there are ${[...kinds.keys()].join(", ")}.`);
  const program = await bundleProgram();
  let count = 0;
  try {
    for (const [name, kind] of chosen) {
      const calm = await told({ kind, program, killAt: null, way: "resume" });
      const points = everyPoint(calm.records);
      const asked = (all: readonly Point[]) => all.filter((one) => point === null || one === point);
      const [there, back] = [asked(points), asked(upToDrain(points, calm.records))];
      const faults = [
        ...(await faultsAt(there, "resume", { kind, program, calm })),
        ...(await faultsAt(back, "rollback", { kind, program, calm })),
      ];
      for (const fault of faults) say(`${name}: ${fault}`);
      say(
        `${name}: killed and resumed ${there.length} times, rolled back ${back.length} times; ${faults.length} faults`,
      );
      count += faults.length;
    }
  } finally {
    program.remove();
  }
  return count;
}
