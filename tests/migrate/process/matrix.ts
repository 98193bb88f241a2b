import type { JournalRecord } from "../../../src/model/move.ts";
import { nameOf, type Point, type Told, told } from "./history.ts";
import type { Program } from "./program.ts";
import type { Kind, Stage } from "./scene.ts";

/** Every line of a journal, before it is written and once it is on disk. */
export function everyPoint(records: readonly JournalRecord[]): readonly Point[] {
  return records.flatMap(({ n }): Point[] => [`${n} before`, `${n} after`]);
}

/**
 * Those that differ for whoever comes next: an effect stands between `begin` and the line that follows it; between any two
 * other lines nothing happens, so that "after 3" and "before 4" leave the same journal and the same world behind.
 */
export function distinctPoints(records: readonly JournalRecord[]): readonly Point[] {
  return records.flatMap(({ n }): Point[] => {
    const follows = n === 0 || records[n - 1]?.kind === "begin";
    return follows ? [`${n} before`, `${n} after`] : [`${n} after`];
  });
}

/** From its first line up to the drain: as long as there is a way back. */
export function upToDrain(points: readonly Point[], records: readonly JournalRecord[]): readonly Point[] {
  const drain = drainOf(records);
  return points.filter((point) => {
    const [number, when] = point.split(" ");
    return point !== "0 before" && (Number(number) < drain || (Number(number) === drain && when === "before"));
  });
}

/** Number of the line that begins to take the old copy away. */
export function drainOf(records: readonly JournalRecord[]): number {
  return records.findIndex((record) => record.kind === "begin" && record.step === "remove-copy");
}

/** What is wrong with a move that was killed; null: nothing. */
export function faultOf(point: Point, way: "resume" | "rollback", one: Told, calm: Told): string | null {
  const wanted = way === "resume" ? "moved" : "rolled-back";
  const state = way === "resume" ? calm.after : calm.before;
  const again = one.records.filter(({ n, ...record }) => {
    const before = one.records[n - 1];
    return record.kind === "begin" && before?.kind === "begin" && before.step === record.step;
  });
  const faults = [
    ...(one.end === wanted ? [] : [`it is ${one.end}`]),
    ...(JSON.stringify(one.after) === JSON.stringify(state)
      ? []
      : [`it left ${JSON.stringify(one.after)} in place of ${JSON.stringify(state)}`]),
    ...again.map((record) => `${nameOf(record)} stands there twice`),
    ...one.lost.map((event) => `${event} is lost`),
    ...one.doubled.map((event) => `${event} is doubled`),
  ];
  if (faults.length === 0) return null;
  return `killed at ${point}, then ${way}: ${faults.join("; ")}\n${one.records.map(nameOf).join(", ")}`;
}

/** What every move of one matrix has in common. */
export interface Matrix {
  readonly kind: Kind;
  readonly program: Program;
  readonly calm: Told;
  /** Moves that have come some way, in order: each point is reached from the last of them that lies before it. */
  readonly stages?: readonly Stage[];
}

/** Tells a move for each point, two at a time; gives what is wrong with any. */
export async function faultsAt(
  points: readonly Point[],
  way: "resume" | "rollback",
  { kind, program, calm, stages = [] }: Matrix,
): Promise<readonly string[]> {
  const left = [...points];
  const faults: string[] = [];
  async function turn(): Promise<void> {
    for (let point = left.shift(); point !== undefined; point = left.shift()) {
      const one = await told({ kind, program, killAt: point, way, stage: stageBefore(point, stages) }).catch(
        (error: Error) => error,
      );
      const fault =
        one instanceof Error ? `killed at ${point}, then ${way}: ${one.message}` : faultOf(point, way, one, calm);
      if (fault !== null) faults.push(fault);
    }
  }
  await Promise.all([turn(), turn()]);
  return faults;
}

function stageBefore(point: Point, stages: readonly Stage[]): Stage | null {
  return stages.findLast(({ lines }) => lines <= Number(point.split(" ")[0])) ?? null;
}
