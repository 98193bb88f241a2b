import { describe, expect, test } from "vitest";
import { type JobLook, Refused, Unseen } from "../../../src/migrate/ports/world.ts";
import { holdJob } from "../../../src/migrate/steps/hold-job.ts";
import { pauseJob } from "../../../src/migrate/steps/pause-job.ts";
import { resumeJob } from "../../../src/migrate/steps/resume-job.ts";
import { runIfMissed } from "../../../src/migrate/steps/run-if-missed.ts";
import type { Action, LocatedName } from "../../../src/model/move.ts";
import {
  broughtAbout,
  changed,
  contextOf,
  done,
  failing,
  type Given,
  hour,
  lookedAt,
  now,
  todo,
  waiting,
} from "./context.ts";

const old: LocatedName = { region: "europe-west1", name: "job-1" };
const made: LocatedName = { region: "europe-west3", name: "job-3" };
const next = "2026-11-28T13:00:00.000Z";
const look = (state: JobLook["state"], more: Partial<JobLook> = {}): JobLook => ({
  ...{ state, lastAttempt: null, next, retrying: false },
  ...more,
});
const resume: Action = { do: "resume-job", job: made };
const pause: Action = { do: "pause-job", job: old };
const cron = [resume, pause];
const interval = [pause, resume];

/** `at`: what both jobs are found to be, old one first; null: gone. */
function given(at: readonly [JobLook | null, JobLook | null], more: Given = {}): Given {
  const jobs = { look: async ({ region }: LocatedName) => at[region === old.region ? 0 : 1] };
  return { ...more, ports: { jobs, ...more.ports } };
}

const unseen = failing(new Unseen("the job: answered 503"));
const refused = failing(new Refused("the job: answered 403"));
const last = (job: LocatedName, how: string) =>
  changed(
    `the job ${job.name} in ${job.region} is ${how}, and no job would fire any longer: somebody else has changed it. Put it right, and resume.`,
  );
const gone = ({ name, region }: LocatedName) =>
  changed(`the job ${name} in ${region} is gone: somebody else has deleted it.`);
const odd = ({ name, region }: LocatedName) =>
  changed(`the job ${name} in ${region} is neither enabled nor paused: look at it in Cloud Scheduler, and resume.`);

describe("pause-job", () => {
  test.each([
    ["fires, and the new one too", [look("ENABLED"), look("ENABLED")], cron, todo({ due: next })],
    ["is paused already", [look("PAUSED"), look("PAUSED")], cron, done("the job job-1 in europe-west1 is PAUSED")],
    [
      "is to repeat a failed run",
      [look("ENABLED", { retrying: true }), look("ENABLED")],
      cron,
      waiting("the job job-1 in europe-west1 to repeat the run that failed last"),
    ],
    ["is gone", [null, look("ENABLED")], cron, gone(old)],
    ["is in a state that nobody knows", [look("OTHER"), look("ENABLED")], cron, odd(old)],
    ["would be the last: the new one was paused", [look("ENABLED"), look("PAUSED")], cron, last(made, "paused")],
    ["would be the last: the new one was deleted", [look("ENABLED"), null], cron, last(made, "gone")],
    ["ends before the new one begins", [look("ENABLED"), look("PAUSED")], interval, todo({ due: next })],
  ] as const)("forward, where the old job %s", async (_what, at, actions, expected) => {
    const { forward } = pauseJob({ do: "pause-job", job: old }, contextOf(given(at, { actions })));
    expect(await lookedAt(forward)).toEqual(expected);
  });

  test.each([
    ["is paused", [look("PAUSED"), look("ENABLED")], todo()],
    ["fires", [look("ENABLED"), look("ENABLED")], done("the job job-1 in europe-west1 is ENABLED")],
    ["is gone", [null, look("ENABLED")], gone(old)],
  ] as const)("back, where the old job %s", async (_what, at, expected) => {
    const { backward } = pauseJob({ do: "pause-job", job: old }, contextOf(given(at, { actions: cron })));
    expect(await lookedAt(backward)).toEqual(expected);
  });

  test("concludes nothing from what it could not see, and hides no refusal", async () => {
    const context = contextOf({ actions: cron, ports: { jobs: { look: unseen, pause: refused, resume: unseen } } });
    const { forward, backward } = pauseJob({ do: "pause-job", job: old }, context);
    expect(await lookedAt(forward)).toBe("Unseen: the job: answered 503");
    expect(await broughtAbout(forward)).toBe("Refused: the job: answered 403");
    expect(await broughtAbout(backward)).toBe("Unseen: the job: answered 503");
  });
});

describe("resume-job", () => {
  test.each([
    ["is paused", [look("ENABLED"), look("PAUSED")], todo()],
    ["fires already", [look("ENABLED"), look("ENABLED")], done("the job job-3 in europe-west3 is ENABLED")],
    ["is gone", [look("ENABLED"), null], gone(made)],
    ["is in a state that nobody knows", [look("ENABLED"), look("OTHER")], odd(made)],
  ] as const)("forward, where the new job %s", async (_what, at, expected) => {
    const { forward } = resumeJob({ do: "resume-job", job: made }, contextOf(given(at, { actions: cron })));
    expect(await lookedAt(forward)).toEqual(expected);
  });

  test.each([
    ["fires beside the old one", [look("ENABLED"), look("ENABLED")], cron, todo({ "due back": next })],
    [
      "failed last",
      [look("ENABLED"), look("ENABLED", { retrying: true, lastAttempt: "2026-11-28T12:00:00.000Z" })],
      cron,
      todo({ "due back": "2026-11-28T12:00:00.000Z" }),
    ],
    ["would be the last: the old one was paused", [look("PAUSED"), look("ENABLED")], cron, last(old, "paused")],
    ["ends before the old one fires again", [look("PAUSED"), look("ENABLED")], interval, todo({ "due back": next })],
    ["is paused already", [look("PAUSED"), look("PAUSED")], cron, done("the job job-3 in europe-west3 is PAUSED")],
  ] as const)("back, where the new job %s", async (_what, at, actions, expected) => {
    const { backward } = resumeJob({ do: "resume-job", job: made }, contextOf(given(at, { actions })));
    expect(await lookedAt(backward)).toEqual(expected);
  });
});

describe("hold-job", () => {
  const action = { do: "hold-job", job: made } as const;
  const lone = changed(
    "the job job-1 in europe-west1 does not fire, and the job job-3 in europe-west3 is the only one that does: somebody else has changed that. Let the old one fire, and resume.",
  );
  test.each([
    ["was made enabled", [look("ENABLED"), look("ENABLED")], {}, todo({ was: "ENABLED" })],
    ["was made paused", [look("ENABLED"), look("PAUSED")], {}, done("the job job-3 in europe-west3 is PAUSED")],
    ["is the only one that fires", [look("PAUSED"), look("ENABLED")], {}, lone],
    [
      "is made anew after the old one was paused",
      [look("PAUSED"), look("ENABLED")],
      { "pause-job": now },
      todo({ was: "ENABLED" }),
    ],
    ["is gone", [look("ENABLED"), null], {}, gone(made)],
  ] as const)("forward, where the new job %s", async (_what, at, doneAt, expected) => {
    const { forward } = holdJob(action, contextOf(given(at, { actions: cron, doneAt })));
    expect(await lookedAt(forward)).toEqual(expected);
  });

  test.each([
    ["fires, of a copy that the move made", look("ENABLED"), null, {}, {}, todo()],
    [
      "is held, of a copy that the move made",
      look("PAUSED"),
      null,
      {},
      {},
      done("the job job-3 in europe-west3 is PAUSED"),
    ],
    ["went with its copy", null, null, {}, {}, done("the job job-3 in europe-west3 is not there")],
    ["comes yet", null, "DEPLOYING", {}, {}, waiting("Google to end the deployment of pay in europe-west3")],
    ["was paused before the move", look("PAUSED"), null, { existed: true }, { was: "PAUSED" }, null],
    ["fired before the move", look("PAUSED"), null, { existed: true }, { was: "ENABLED" }, todo()],
  ] as const)("back, where the new job %s", async (_what, at, state, ofCopy, kept, expected) => {
    const copies = { look: async () => (state === null ? null : { state, settings: "a", isPublic: true }) } as const;
    const more = { actions: cron, keptBy: { "deploy-copy": ofCopy }, context: { kept }, ports: { copies } };
    expect(await lookedAt(holdJob(action, contextOf(given([look("ENABLED"), at], more))).backward)).toEqual(expected);
  });
});

describe("run-if-missed", () => {
  const there = { do: "run-if-missed", way: "there", other: old, job: made } as const;
  const back = { do: "run-if-missed", way: "back", other: made, job: old } as const;
  const past = "2026-11-28T11:30:00.000Z";
  const soon = "2026-11-28T12:01:00.000Z";
  const none = done("no due time has passed while neither job was enabled");
  const missed = (due: string | null, at: readonly [JobLook | null, JobLook | null], kept = {}) =>
    lookedAt(runIfMissed(there, contextOf(given(at, { keptBy: { "pause-job": { due } }, context: { kept } }))).forward);

  test.each([
    ["nobody knows when it was due", null, [look("PAUSED"), look("ENABLED")], none],
    ["it is not due yet", soon, [look("PAUSED"), look("ENABLED")], none],
    ["neither has attempted it", past, [look("PAUSED"), look("ENABLED")], todo({ asked: now })],
    [
      "the new one has",
      past,
      [look("PAUSED"), look("ENABLED", { lastAttempt: past })],
      done(`the run that was due at ${past} was attempted`),
    ],
    [
      "the old one has, with success",
      past,
      [look("PAUSED", { lastAttempt: past }), look("ENABLED")],
      done(`the run that was due at ${past} was attempted`),
    ],
    [
      "the old one has, and failed",
      past,
      [look("PAUSED", { lastAttempt: past, retrying: true }), look("ENABLED")],
      todo({ asked: now }),
    ],
    [
      "this machine's clock is behind, and the old one failed at it",
      soon,
      [look("PAUSED", { lastAttempt: soon, retrying: true }), look("ENABLED")],
      todo({ asked: now }),
    ],
    ["the old job is gone", past, [null, look("ENABLED")], todo({ asked: now })],
    ["the new job is gone", past, [look("PAUSED"), null], gone(made)],
  ] as const)("there, where %s", async (_what, due, at, expected) => {
    expect(await missed(due, at)).toEqual(expected);
  });

  test("asks once, and waits for the run to show, then asks again", async () => {
    const at = [look("PAUSED"), look("ENABLED")] as const;
    const until = now - 5_000 + 600_000;
    expect(await missed(past, at, { asked: now - 5_000 })).toEqual(
      waiting("the job job-3 in europe-west3 to show the run that it was asked for", until),
    );
    expect(await missed(past, at, { asked: now - hour })).toEqual(todo({ asked: now }));
  });

  test("makes up on the way back for what the new job failed at, and does nothing there", async () => {
    const keptBy = { "pause-job": { due: null }, "resume-job": { "due back": past } };
    const context = contextOf(
      given([look("ENABLED"), look("PAUSED", { lastAttempt: past, retrying: true })], { keptBy }),
    );
    expect(await lookedAt(runIfMissed(back, context).forward)).toEqual(done("it is for the way back alone"));
    expect(await lookedAt(runIfMissed(back, context).backward)).toEqual(todo({ asked: now }));
    const run = contextOf({ ports: { jobs: { run: unseen } } });
    expect(await broughtAbout(runIfMissed(back, run).backward)).toBe("Unseen: the job: answered 503");
  });
});
