import { describe, expect, test } from "vitest";
import {
  type BacklogLook,
  type Delivery,
  type QueueLook,
  type TrafficLook,
  Unseen,
} from "../../../src/migrate/ports/world.ts";
import { awaitBacklog } from "../../../src/migrate/steps/await-backlog.ts";
import { awaitRequest } from "../../../src/migrate/steps/await-request.ts";
import { awaitSilence } from "../../../src/migrate/steps/await-silence.ts";
import { drainQueue } from "../../../src/migrate/steps/drain-queue.ts";
import { reconcile } from "../../../src/migrate/steps/reconcile.ts";
import {
  changed,
  contextOf,
  done,
  failing,
  type Given,
  hour,
  lookedAt,
  minute,
  now,
  todo,
  waiting,
} from "./context.ts";

const none: TrafficLook = { total: 0, succeeded: 0, serverErrors: 0, last: null, knownUntil: now - 3 * minute };
const unseen = failing(new Unseen("the counters: answered 503"));

describe("await-request", () => {
  const what = "a first real request to pay in europe-west3 that succeeds";
  const look = (traffic: TrafficLook, more: Given = {}) =>
    lookedAt(
      awaitRequest(
        { do: "await-request", settleMs: 0, job: null },
        contextOf({ ...more, ports: { traffic: { requests: async () => traffic } } }),
      ).forward,
    );
  test.each([
    ["none came", none, {}, waiting(what)],
    [
      "none succeeded",
      { ...none, total: 2, serverErrors: 2 },
      {},
      waiting(`${what}; 2 came, and none of them succeeded`),
    ],
    [
      "one succeeded",
      { ...none, total: 2, succeeded: 1 },
      {},
      done("pay in europe-west3 answered 1 of 2 requests with success"),
    ],
    [
      "somebody answers for it",
      none,
      { accepted: "ann: monthly" },
      done("no request to pay in europe-west3 has succeeded yet; accepted by ann: monthly"),
    ],
  ] as const)("where %s", async (_what, traffic, context, expected) => {
    expect(await look(traffic, { context })).toEqual(expected);
  });
  test("counts from the switch, and from when a new trigger has settled", async () => {
    const asked: number[] = [];
    const requests = async (_name: string, _region: string, since: number) => {
      asked.push(since);
      return none;
    };
    const given: Given = {
      ports: { traffic: { requests } },
      doneAt: { "deploy-copy": now - hour },
      context: { switchedAt: now - 50 * minute },
    };
    for (const settleMs of [0, 15 * minute]) {
      await lookedAt(awaitRequest({ do: "await-request", settleMs, job: null }, contextOf(given)).forward);
    }
    expect(asked).toEqual([now - 50 * minute, now - 45 * minute]);
  });
  test("waits where the counters cannot be read", async () => {
    const context = contextOf({ ports: { traffic: { requests: unseen } } });
    expect(await lookedAt(awaitRequest({ do: "await-request", settleMs: 0, job: null }, context).forward)).toBe(
      "Unseen: the counters: answered 503",
    );
    expect(await lookedAt(awaitSilence({ do: "await-silence", forMs: hour, why: "w" }, context).forward)).toBe(
      "Unseen: the counters: answered 503",
    );
  });
});

describe("await-silence", () => {
  const words = "1 hour without a request to pay in europe-west1 (w)";
  const switchedAt = now - 2 * hour;
  test.each([
    ["nothing came for long enough", none, {}, done(`${words}: no request at all since 2026-11-28T10:00:00.000Z`)],
    ["something came", { ...none, total: 1, last: now - 30 * minute }, {}, waiting(words, now + 30 * minute)],
    [
      "something came long ago",
      { ...none, total: 1, last: now - 90 * minute },
      {},
      done(`${words}: the last request at 2026-11-28T10:30:00.000Z since 2026-11-28T10:00:00.000Z`),
    ],
    [
      "the counters are behind",
      { ...none, knownUntil: switchedAt + 59 * minute },
      {},
      waiting(words, switchedAt + hour),
    ],
    ["the queue was drained since", none, { "drain-queue": now - 10 * minute }, waiting(words, now + 50 * minute)],
  ] as const)("where %s", async (_what, traffic, doneAt, expected) => {
    const context = contextOf({
      doneAt,
      context: { switchedAt },
      ports: { traffic: { requests: async () => traffic } },
    });
    expect(await lookedAt(awaitSilence({ do: "await-silence", forMs: hour, why: "w" }, context).forward)).toEqual(
      expected,
    );
  });
});

describe("await-backlog", () => {
  const shared = now - hour;
  const row = (waiting: number, oldest: number | null, knownUntil = now - 4 * minute): BacklogLook => ({
    waiting,
    oldest,
    knownUntil,
  });
  test.each([
    ["nothing waits", row(0, null), done("no event waits for pay in europe-west1")],
    [
      "the counters do not speak of now",
      row(0, null, shared - 1),
      waiting("the counters of pay in europe-west1 to speak of now"),
    ],
    [
      "what waits came before both got everything",
      row(2, shared - minute),
      waiting("2 events to be taken by pay in europe-west1"),
    ],
    [
      "what waits comes to both",
      row(2, shared + minute),
      done("of 2 events that wait for pay in europe-west1, europe-west3 gets each too"),
    ],
    ["nobody says how old it is", row(1, null), waiting("1 event to be taken by pay in europe-west1")],
  ] as const)("where %s", async (_what, look, expected) => {
    const context = contextOf({ doneAt: { "await-request": shared }, ports: { backlogs: { look: async () => look } } });
    expect(await lookedAt(awaitBacklog({ do: "await-backlog" }, context).forward)).toEqual(expected);
  });
});

describe("drain-queue", () => {
  const queue = { region: "europe-west1", name: "pay" };
  const row = (waiting: number, more: Partial<QueueLook> = {}): QueueLook => ({
    ...{ state: "RUNNING", waiting, lastDue: waiting === 0 ? null : "2026-11-28T13:00:00.000Z", overriddenTo: null },
    ...more,
  });
  const held = waiting("2 tasks in the queue pay in europe-west1 to be done", now + hour);
  const empty = done("the queue pay in europe-west1 is empty");
  test.each([
    ["waiting", "is empty", row(0), empty],
    ["waiting", "holds tasks", row(2), held],
    [
      "waiting",
      "was paused by somebody",
      row(2, { state: "PAUSED" }),
      changed("the queue pay in europe-west1 is PAUSED with 2 tasks in it: resume the queue, and then the move."),
    ],
    [
      "waiting",
      "is in a state that nobody knows",
      row(0, { state: "OTHER" }),
      changed("the queue pay in europe-west1 is in a state that nobody knows."),
    ],
    [
      "waiting",
      "was deleted",
      null,
      changed("the queue pay in europe-west1 is gone, and nobody knows what was in it."),
    ],
    ["override", "holds tasks", row(2), todo()],
    ["override", "sends them on", row(2, { overriddenTo: "europe-west3" }), held],
    ["override", "is empty, and would still send on", row(0, { overriddenTo: "europe-west3" }), todo()],
    ["override", "is empty, and sends nothing on", row(0), empty],
  ] as const)("by %s, where the queue %s", async (by, _what, look, expected) => {
    const context = contextOf({ ports: { queues: { look: async () => look } } });
    expect(await lookedAt(drainQueue({ do: "drain-queue", queue, by }, context).forward)).toEqual(expected);
  });
  test.each([
    ["sends on", row(1, { overriddenTo: "europe-west3" }), todo()],
    ["does not", row(1), done("the queue pay in europe-west1 has no override")],
    ["was deleted", null, changed("the queue pay in europe-west1 is gone.")],
  ] as const)("back, where the queue %s", async (_what, look, expected) => {
    const context = contextOf({ ports: { queues: { look: async () => look } } });
    expect(await lookedAt(drainQueue({ do: "drain-queue", queue, by: "override" }, context).backward)).toEqual(
      expected,
    );
    expect(drainQueue({ do: "drain-queue", queue, by: "waiting" }, context).backward).toBeNull();
  });
});

describe("reconcile", () => {
  const sent = (event: string, taken: boolean, pending = false): Delivery => ({ event, taken, pending });
  const look = (
    deliveries: readonly Delivery[],
    missing: readonly string[],
    ledger: string | null,
    more: Given = {},
  ) => {
    const ports = { deliveries: { between: async () => deliveries }, effects: { missing: async () => missing } };
    const context = contextOf({ ...more, context: { switchedAt: now - hour, ...more.context }, ports });
    return lookedAt(reconcile({ do: "reconcile", providers: ["stripe"], ledger }, context).forward);
  };
  const lost = changed(
    "evt_2 never reached pay, and will not be sent again: replay it by hand through the provider, or accept that, and resume.",
  );
  test.each([
    [
      "all was taken, and took effect",
      [sent("evt_1", true)],
      [],
      {},
      done("1 deliveries of stripe were taken, and each has its record in events"),
    ],
    [
      "one is sent again",
      [sent("evt_1", true), sent("evt_2", false, true)],
      [],
      {},
      waiting("evt_2 to be taken: the provider sends again"),
    ],
    ["one is lost", [sent("evt_1", true), sent("evt_2", false)], [], {}, lost],
    [
      "one is lost, and somebody answers for it",
      [sent("evt_1", true), sent("evt_2", false)],
      [],
      { accepted: "ann: replayed" },
      done(
        "1 deliveries of stripe were taken, 1 were not: accepted by ann: replayed, and each has its record in events",
      ),
    ],
    [
      "one has no effect on record",
      [sent("evt_1", true)],
      ["evt_1"],
      {},
      waiting("the effect of evt_1 to be on record in events"),
    ],
    [
      "what came at the switch may be on its way",
      [sent("evt_1", true)],
      [],
      { switchedAt: now - minute },
      waiting("what was on its way at the switch to arrive", now + 4 * minute),
    ],
  ] as const)("where %s", async (_what, deliveries, missing, context, expected) => {
    expect(await look(deliveries, missing, "events", { context })).toEqual(expected);
  });
  test("without a ledger says so, and asks for somebody who accepts that", async () => {
    expect(await look([], [], null)).toBe(
      "Refused: The codebase declares no ledger, and nobody accepted a move without proof.",
    );
    expect(await look([], [], null, { move: { unproven: "a test fleet" } })).toEqual(
      done("deliveries reconciled, effects not checked (0 deliveries of stripe were taken; accepted: a test fleet)"),
    );
  });
});
