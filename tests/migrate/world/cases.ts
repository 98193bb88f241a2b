import type { Traits } from "./place.ts";

/** A calm day: everything is taken at the first try, once. */
export const calm: Traits = {
  kind: "webhook",
  holders: [],
  schedule: "cron",
  hasLedger: false,
  retriesKeepAddress: false,
  pausedJobsRepeat: false,
  jobsRepeat: true,
  newJobsFire: true,
  pausedJobsTellNext: false,
  losesAnswers: 0,
  failing: 0,
  duplicates: 0,
  drainBy: "waiting",
};

/**
 * Every kind of move. Without a ledger wherever the move itself must see to it that nothing is done twice; by unix-cron and
 * by events both copies get everything for a while, and the ledger keeps one effect.
 */
export const cases: ReadonlyMap<string, Traits> = new Map([
  ["webhook of Stripe, retries keep their address", { ...calm, holders: ["stripe"], retriesKeepAddress: true }],
  ["webhook of Stripe, retries follow the endpoint", { ...calm, holders: ["stripe"] }],
  ["webhook of Twilio", { ...calm, holders: ["twilio"] }],
  ["webhook of Telegram", { ...calm, holders: ["telegram"] }],
  ["webhook of a push subscription", { ...calm, holders: ["push"] }],
  ["webhook of all of them", { ...calm, holders: ["stripe", "twilio", "telegram", "push"] }],
  ["https", { ...calm, kind: "https" }],
  ["callable", { ...calm, kind: "callable" }],
  ["scheduled by unix-cron, jobs made enabled", { ...calm, kind: "scheduled", hasLedger: true }],
  ["scheduled by unix-cron, jobs made paused", { ...calm, kind: "scheduled", hasLedger: true, newJobsFire: false }],
  ["scheduled by an interval", { ...calm, kind: "scheduled", schedule: "interval" }],
  [
    "scheduled by an interval, paused jobs tell their next run",
    { ...calm, kind: "scheduled", schedule: "interval", pausedJobsTellNext: true, newJobsFire: false },
  ],
  ["event", { ...calm, kind: "event", hasLedger: true }],
  ["task by waiting", { ...calm, kind: "task" }],
  ["task by override", { ...calm, kind: "task", drainBy: "override" }],
  ["prune of a webhook", { ...calm, prunes: true, holders: ["stripe", "twilio", "push"], retriesKeepAddress: true }],
  ["prune of a callable", { ...calm, prunes: true, kind: "callable" }],
  ["prune of a unix-cron job", { ...calm, prunes: true, kind: "scheduled", hasLedger: true }],
  ["prune of an interval's job", { ...calm, prunes: true, kind: "scheduled", schedule: "interval" }],
  ["prune of an event's trigger", { ...calm, prunes: true, kind: "event", hasLedger: true }],
  ["prune of a task queue", { ...calm, prunes: true, kind: "task" }],
] satisfies [string, Traits][]);
