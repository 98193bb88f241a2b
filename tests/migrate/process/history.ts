import type { JournalRecord } from "../../../src/model/move.ts";
import type { Program } from "./program.ts";
import { from, type Kind, type Losses, name, openScene, project, type Scene, type Stage, to } from "./scene.ts";

const hour = 3_600_000;

/** "7 before": the eighth line of the journal is not written; "7 after": it is, and nothing that follows it. */
export type Point = `${number} ${"before" | "after"}`;

export interface Told extends Losses {
  readonly end: "moved" | "rolled-back";
  readonly records: readonly JournalRecord[];
  /** What the move leaves behind, or must leave as it was. */
  readonly before: object;
  readonly after: object;
  readonly runs: number;
}

export interface Story {
  readonly kind: Kind;
  readonly program: Program;
  /** Null: nobody kills it. "each": one move, at each line in turn, before and after. */
  readonly killAt: Point | "each" | null;
  /** What people do once it was killed. */
  readonly way: "resume" | "rollback";
  /** What it is told from; left out: from its beginning. */
  readonly stage?: Stage | null;
}

/** The command that begins the move. */
export const begin = ["migrate", name, "--to", to, "--yes"];
/** No move of one function takes more runs of the command, killed at each line or not. */
const mostRuns = 80;

/**
 * Tells one move in a project and a sandbox of its own: the process is killed at one line of its journal, people start the
 * command again, and resume when it is time; events come before, meanwhile and after. Then everything that is under way
 * arrives or is given up, and is counted.
 */
export async function told({ kind, program, killAt, way, stage = null }: Story): Promise<Told> {
  const scene = await openScene(kind, program, stage);
  try {
    const before = await lookAt(kind, scene);
    await scene.send();
    const { end, runs } = await goOn(scene, kind, killAt, way);
    const after = await lookAt(kind, scene);
    await scene.send();
    await scene.advance(kind.patienceMs);
    return { end, records: scene.records(), before, after, runs, ...(await countIn(scene, kind)) };
  } finally {
    await scene.close();
  }
}

/** What was sent and has had no effect, and what has had more than one. */
export async function countIn(scene: Scene, kind: Kind): Promise<Losses> {
  if (kind.count !== undefined) return kind.count(scene);
  const { effects } = scene.receiver;
  return {
    lost: scene.sent.filter((event) => !effects.has(event)),
    doubled: [...effects].filter(([, count]) => count > 1).map(([event]) => event),
  };
}

async function goOn(
  scene: Scene,
  kind: Kind,
  killAt: Story["killAt"],
  way: Story["way"],
): Promise<{ readonly end: Told["end"]; readonly runs: number }> {
  const start = [...begin, ...(kind.options ?? [])];
  let args: readonly string[] = scene.records().length === 0 ? start : ["migrate", "resume", name];
  let kill = killAt === "each" ? null : killAt;
  for (let runs = 1; runs <= mostRuns; runs += 1) {
    if (killAt === "each") kill = nextPoint(kill, scene.records().length);
    const ran = await scene.run(args, kill ?? "");
    const last = scene.records().at(-1);
    if (ran.code === null) {
      if (kill === null) throw new Error(`nobody killed it, and it died: ${ran.text}`);
      if (killAt !== "each") kill = null;
      await scene.send();
      // Before its first line nothing has begun.
      args = last === undefined ? start : ["migrate", way, name];
      continue;
    }
    if (ran.code === 5 && last?.kind === "wait") {
      await wait(scene, last);
      args = ["migrate", "resume", name];
      continue;
    }
    if (ran.code !== 0 || (last?.kind !== "moved" && last?.kind !== "rolled-back")) {
      throw new Error(`it ended with ${ran.code} after ${JSON.stringify(last)}:\n${ran.text}`);
    }
    if (killAt !== "each" && kill !== null) {
      throw new Error(`it has ended, and never came to line ${kill} of its journal`);
    }
    return { end: last.kind, runs };
  }
  throw new Error(`it goes on and on: ${scene.records().map(nameOf).join(", ")}`);
}

/** Of a journal with so many lines: before the next is written, then once it is. */
function nextPoint(last: Point | null, lines: number): Point {
  return last === `${lines} before` ? `${lines} after` : `${lines} before`;
}

/** Events go on coming, and time passes until the move is due. */
async function wait(scene: Scene, record: JournalRecord & { readonly kind: "wait" }): Promise<void> {
  await scene.send();
  const now = await scene.now();
  const due = record.until === null ? now + hour / 2 : Date.parse(record.until);
  // The counters are some minutes late.
  await scene.advance(Math.max(due - now, 0) + hour / 4);
}

/** "begin deploy-copy", "undo done switch-holder:…", "moved". */
export function nameOf(record: JournalRecord): string {
  const step = "step" in record ? ` ${record.step}` : "";
  const undo = "direction" in record && record.direction === "undo" ? "undo " : "";
  return `${undo}${record.kind}${step}`;
}

/** Everything that a move may change, without what is new each time: times, revisions, names that Google makes. */
async function lookAt(kind: Kind, scene: Scene): Promise<object> {
  const files = ["regions.yaml", ...Object.keys(kind.files)].map((file) => [file, scene.read(file)]);
  const rows: Record<string, unknown> = {};
  for (const region of [from, to]) {
    const place = `projects/${project}/locations/${region}`;
    const copy = await orNull(scene, `cloudfunctions.googleapis.com/v2/${place}/functions/${name}`);
    const job = await orNull(
      scene,
      `cloudscheduler.googleapis.com/v1/${place}/jobs/firebase-schedule-${name}-${region}`,
    );
    const queue = await orNull(scene, `cloudtasks.googleapis.com/v2/${place}/queues/${name}`);
    rows[region] = {
      copy: copy && [copy.state, copy.labels, (copy.buildConfig as { runtime: string }).runtime],
      job: job && [job.state, job.schedule, job.timeZone],
      queue: queue && [queue.state, queue.rateLimits, queue.httpTarget ?? null],
    };
  }
  return { files: Object.fromEntries(files), rows, others: (await kind.look?.(scene)) ?? null };
}

async function orNull(scene: Scene, path: string): Promise<Record<string, unknown> | null> {
  return scene.ask("GET", path).catch((error: Error) => {
    if (error.message.includes(": 404 ")) return null;
    throw error;
  });
}
