import { expect, it } from "vitest";
import { jobName } from "../../../src/migrate/plan/kinds/scheduled.ts";
import { calm, cases } from "../world/cases.ts";
import { from, name } from "../world/place.ts";
import { factsOf, planOf } from "../world/plan.ts";

/* What a move waits for where holders were found that its kind alone does not bring along. */

const hour = 3_600_000;
const holder = (kind: "scheduler" | "task-queue", active = true) => ({
  ref: { kind, id: `projects/acme-prod/locations/${from}/made/byhand`, label: "byhand", field: "httpTarget.uri" },
  region: from,
  own: false,
  active,
  plain: true,
});
const waitsOf = (plan: ReturnType<typeof planOf>) =>
  plan.steps.flatMap(({ action }): (number | string)[] =>
    action.do === "await-silence" ? [action.forMs / hour] : action.do === "await-request" ? ["request"] : [],
  );

it("a paused schedule that a job made by hand calls as well: a request of that, and a day", () => {
  const scheduled = cases.get("scheduled by unix-cron, jobs made enabled") ?? calm;
  const jobs = factsOf(scheduled).jobs.map((job) => ({ ...job, state: "PAUSED" as const }));
  expect(jobs.map((job) => job.name)).toEqual([jobName(name, from)]);
  expect(waitsOf(planOf(scheduled, null, { jobs }))).toEqual([1]);
  expect(waitsOf(planOf(scheduled, null, { jobs, holders: [holder("scheduler")] }))).toEqual(["request", 24]);
  // One that is switched off sends nothing.
  expect(waitsOf(planOf(scheduled, null, { jobs, holders: [holder("scheduler", false)] }))).toEqual([1]);
});

it("an open function of which nobody has said who calls it: a week, whatever was found", () => {
  const webhook = { ...calm, holders: [] };
  expect(waitsOf(planOf(webhook, null, { holders: [holder("task-queue")] }))).toEqual(["request", 7 * 24]);
});
