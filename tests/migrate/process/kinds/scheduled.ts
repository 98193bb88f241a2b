import type { JournalRecord } from "../../../../src/model/move.ts";
import { from, type Kind, name, project, type Scene, start } from "../scene.ts";

const minute = 60_000;
const hour = 60 * minute;

const code = (schedule: string): string => `import { onSchedule } from "firebase-functions/v2/scheduler";
export const ${name} = onSchedule({ schedule: "${schedule}", timeZone: "UTC" }, () => {});
`;

const seedOf = (cron: string): Kind["seed"] => ({
  functions: [{ name, region: from, trigger: "scheduled", runtime: "nodejs22", schedule: { cron, timeZone: "UTC" } }],
});

/** Time passes, also in the middle of a run: that is what sends to these. */
async function pass(scene: Scene): Promise<readonly string[]> {
  await scene.advance(10 * minute);
  return [];
}

/** By unix-cron: each full hour has its run, whichever job brings it, and the ledger keeps one effect. */
export const scheduledByCron: Kind = {
  seed: seedOf("0 * * * *"),
  files: { "functions/index.js": code("0 * * * *") },
  line: ", trigger: scheduled",
  hasLedger: true,
  eventOf: ({ headers }) => headers["x-cloudscheduler-scheduletime"] ?? null,
  send: pass,
  async count(scene) {
    const { effects } = scene.receiver;
    const hours: string[] = [];
    const first = Math.ceil(Date.parse(start) / hour) * hour;
    for (let at = first; at <= (await scene.now()); at += hour) hours.push(new Date(at).toISOString());
    return {
      lost: hours.filter((due) => !effects.has(due)),
      doubled: [...effects].filter(([, count]) => count > 1).map(([due]) => due),
    };
  },
  patienceMs: 5 * hour,
  sendsAtPoints: true,
};

/** A webhook that a job calls which somebody made by hand: it stays where it is, and is led to the other copy. */
export const calledByJob: Kind = {
  ...scheduledByCron,
  seed: {
    functions: [{ name, region: from, trigger: "https", runtime: "nodejs22" }],
    jobs: [
      {
        name: "hourly-report",
        region: from,
        cron: "0 * * * *",
        timeZone: "UTC",
        uri: `https://${from}-${project}.cloudfunctions.net/${name}?report=hourly`,
      },
    ],
  },
  files: {
    "functions/index.js": `import { onRequest } from "firebase-functions/v2/https";
export const ${name} = onRequest((request, response) => response.end());
`,
  },
  line: ", trigger: https, holders: [scheduler]",
  async look(scene) {
    const {
      name: job,
      httpTarget,
      schedule,
      state,
    } = await scene.ask(
      "GET",
      `cloudscheduler.googleapis.com/v1/projects/${project}/locations/${from}/jobs/hourly-report`,
    );
    return { job, httpTarget, schedule, state };
  },
};

/**
 * By an interval, without a ledger: each job counts from its own last run. Things to do pile up between two runs, so what
 * counts is when runs come: never two within one period, and one for each due time that passed while the move had paused
 * one job and not yet seen to it that the other goes on.
 */
export const scheduledByInterval: Kind = {
  ...scheduledByCron,
  seed: seedOf("every 60 minutes"),
  files: { "functions/index.js": code("every 60 minutes") },
  hasLedger: false,
  keepsTimes: true,
  options: ["--accept-unproven", "counted by its receiver"],
  eventOf: ({ headers }) => headers["x-cloudscheduler-jobname"] ?? null,
  async count(scene) {
    const now = await scene.now();
    const { begins, ends } = changeOver(scene);
    const lost: string[] = [];
    const doubled: string[] = [];
    const runs = [Date.parse(start), ...scene.receiver.times];
    for (const [index, run] of runs.entries()) {
      const next = runs[index + 1] ?? null;
      const due = run + hour;
      const isBetween = begins < due && run < ends;
      // Due while neither job fired for certain: made up for at the end. Not due yet: the other job counts from there.
      const latest = !isBetween ? due : due <= ends ? ends : ends + hour;
      if ((next ?? now) > latest) lost.push(`the run that was due after ${new Date(run).toISOString()}`);
      if (next !== null && next < due) doubled.push(`the run of ${new Date(next).toISOString()}`);
    }
    return { lost, doubled };
  },
};

/** From the moment in which the move begins to pause one job until it has seen to missed runs, by its journal. */
function changeOver(scene: Scene): { readonly begins: number; readonly ends: number } {
  const records = scene.records();
  const at = (record: JournalRecord | undefined): number => (record === undefined ? 0 : Date.parse(record.at));
  const begins = records.find((record) => record.kind === "begin" && record.step.startsWith("pause-job:"));
  const ends = records.findLast((record) => record.kind === "done" && record.step.startsWith("run-if-missed:"));
  return { begins: at(begins), ends: begins === undefined ? 0 : at(ends) };
}
