import { describe, expect, it } from "vitest";
import type { MoveFacts, ReachingHolder } from "../../src/migrate/plan/facts.ts";
import { type PruneRequest, planPrune } from "../../src/migrate/plan/prune.ts";
import type { DeployedFunction } from "../../src/model/deployed.ts";
import type { HolderKind } from "../../src/model/holders.ts";
import type { MovePlan } from "../../src/model/move.ts";
import { InputError } from "../../src/model/problem.ts";
import { copy, manifestOf, project } from "../audit/look.ts";

/* What is planned, and what stands against it, from one look: nothing here touches a world. */

const lines = [
  "checkout: { class: payments, trigger: https, holders: [stripe] }",
  "payout: { class: payments, moving: { from: europe-west1, until: 2027-01-01 } }",
  "register: { class: affiliate }",
];
const withoutLedger = manifestOf(lines);
const manifest = {
  ...withoutLedger,
  codebases: new Map([...withoutLedger.codebases].map(([name, one]) => [name, { ...one, ledger: "processed_events" }])),
};

function look(copies: readonly DeployedFunction[], more: Partial<MoveFacts> = {}): MoveFacts {
  return {
    copies,
    locations: null,
    jobs: [],
    queues: [],
    usage: [],
    holders: [],
    readHolders: new Set<HolderKind>(["stripe"]),
    callers: [],
    unresolved: [],
    exportedAt: [],
    gaps: [],
    openMoves: [],
    ...more,
  };
}

const usual: Omit<PruneRequest, "function"> = {
  region: null,
  replaceBy: null,
  now: "2026-11-28T09:14:00.000Z",
  unproven: null,
  quietForMs: null,
};
const plan = (name: string, own: MoveFacts, more: Partial<PruneRequest> = {}, standIn: MoveFacts | null = null) =>
  planPrune(manifest, { own, standIn }, { ...usual, function: name, ...more });
const ids = ({ steps }: MovePlan) => steps.map(({ id }) => id);
const against = ({ preconditions }: MovePlan) =>
  preconditions.flatMap(({ id, holds, found }) => (holds ? [] : [`${id}: ${found}`]));

const https = { trigger: "https" } as const;
const stripe: ReachingHolder = {
  ref: { kind: "stripe", id: "we_1", label: "Stripe endpoint we_1", field: "url" },
  region: "europe-west1",
  own: false,
  active: true,
  plain: true,
};
const wanted = copy("checkout", "europe-west3", https);
const stray = copy("checkout", "europe-west1", https);
const old = copy("oldCheckout", "europe-west1", https);

describe("a duplicate beside the wanted copy", () => {
  it("has its holders led to that one, and is reconciled", () => {
    const planned = plan("checkout", look([wanted, stray], { holders: [stripe] }));
    expect(against(planned)).toEqual([]);
    expect([planned.id, planned.purpose, planned.from, planned.to, planned.stays]).toEqual([
      "checkout-prune-europe-west1-20261128-0914",
      "prune",
      "europe-west1",
      "europe-west3",
      { function: "checkout", region: "europe-west3" },
    ]);
    expect(ids(planned)).toEqual(["switch-holder:stripe:we_1:url", "await-silence", "reconcile", "remove-copy"]);
    expect(planned.steps.map(({ action }) => action).slice(1, 3)).toEqual([
      { do: "await-silence", forMs: 3 * 86_400_000, why: "Stripe sends again for 3 days" },
      { do: "reconcile", providers: ["stripe"], ledger: "processed_events" },
    ]);
  });

  it("has a holder led there that is switched off, and waits for nothing of it", () => {
    const off = { ...stripe, active: false };
    const planned = plan("checkout", look([wanted, stray], { holders: [off] }));
    expect([against(planned), ids(planned)]).toEqual([
      [],
      ["switch-holder:stripe:we_1:url", "await-silence", "remove-copy"],
    ]);
    // For as long as Stripe sends again: regions.yaml says that it may hold the address.
    expect(planned.steps[1]?.action).toEqual(expect.objectContaining({ do: "await-silence", forMs: 3 * 86_400_000 }));
    // Whoever applies the plan once it is switched on has another plan before him.
    expect(planned.world).toContainEqual({ what: "stripe we_1 url", is: "europe-west1, switched off" });
    // Where nothing stays it stands against nothing, and is told.
    const alone = plan("oldCheckout", look([old], { holders: [off] }));
    expect([against(alone), ids(alone)]).toEqual([[], ["await-silence", "remove-copy"]]);
    expect(alone.risks).toContain(
      "stripe Stripe endpoint we_1 (url) is switched off and names it: switched on again, it finds nobody.",
    );
  });

  it("is silent for as long as its kind promises, or as whoever plans says", () => {
    const of = (trigger: DeployedFunction["trigger"], quietForMs: number | null = null) => {
      const copies = [copy("register", "europe-west2", { trigger }), copy("register", "europe-west1", { trigger })];
      const { steps } = plan("register", look(copies), { quietForMs });
      return steps.flatMap(({ action }) => (action.do === "await-silence" ? [action.forMs / 3_600_000] : []));
    };
    expect([of("callable"), of("https"), of("scheduled"), of("task"), of("event")]).toEqual([
      [14 * 24],
      [7 * 24],
      [1],
      [24],
      [],
    ]);
    expect(of("callable", 90 * 60_000)).toEqual([1.5]);
  });

  it("has its job paused, unless people have paused it, and its queue run empty", () => {
    const copies = (trigger: DeployedFunction["trigger"]) => [
      copy("register", "europe-west2", { trigger }),
      copy("register", "europe-west1", { trigger }),
    ];
    const job = (state: "ENABLED" | "PAUSED") => ({
      name: "firebase-schedule-register-europe-west1",
      ...{ project, region: "europe-west1", state, schedule: "0 * * * *", timeZone: "UTC", uri: null, topic: null },
    });
    const scheduled = (state: "ENABLED" | "PAUSED") =>
      plan("register", look(copies("scheduled"), { jobs: [job(state)] }));
    expect(ids(scheduled("ENABLED"))).toEqual([
      "run-if-missed:europe-west1",
      "pause-job:europe-west1",
      "await-silence",
      "remove-copy",
    ]);
    expect(ids(scheduled("PAUSED"))).toEqual(["await-silence", "remove-copy"]);
    const queue = { name: "register", project, region: "europe-west1", state: "RUNNING", uriOverride: null } as const;
    expect(ids(plan("register", look(copies("task"), { queues: [queue] })))).toEqual([
      "drain-queue:europe-west1",
      "await-silence",
      "remove-copy",
    ]);
    expect(ids(plan("register", look(copies("task"))))).toEqual(["await-silence", "remove-copy"]);
  });

  it("started by events waits for an event that the wanted copy has taken, once that one's trigger is active", () => {
    const settle = (updateTime: string) => {
      const one = { trigger: "event" } as const;
      const copies = [copy("register", "europe-west2", { ...one, updateTime }), copy("register", "europe-west1", one)];
      const planned = plan("register", look(copies));
      expect(ids(planned)).toEqual(["await-request", "await-backlog", "remove-copy"]);
      return planned.steps.flatMap(({ action }) => (action.do === "await-request" ? [action.settleMs] : []));
    };
    expect([settle("2026-10-02T09:12:44Z"), settle("2026-11-28T09:10:00Z")]).toEqual([[0], [900_000]]);
  });

  it("is refused while a call names it, and the plan names the places", () => {
    const callers = Array.from({ length: 7 }, (_, index) => ({ at: `web/A.tsx:${index + 1}`, region: "europe-west1" }));
    const elsewhere = { at: "web/B.tsx:1", region: "europe-west3" };
    expect(against(plan("checkout", look([wanted, stray], { callers: [...callers, elsewhere] })))).toEqual([
      "callers: web/A.tsx:1, web/A.tsx:2, web/A.tsx:3, web/A.tsx:4, web/A.tsx:5 and 2 more call checkout in europe-west1",
    ]);
  });

  it("is refused where the wanted copy is not live, not well, or of another kind", () => {
    const of = (...copies: DeployedFunction[]) => against(plan("checkout", look(copies)));
    expect(of(stray)).toEqual(["stays: checkout in europe-west3 is not live"]);
    expect(of(stray, { ...wanted, state: "FAILED" })).toEqual(["stays: checkout in europe-west3 is FAILED"]);
    expect(of(stray, { ...wanted, trigger: "callable" })).toEqual([
      "same-kind: checkout in europe-west1 is started by https, and checkout in europe-west3 by callable",
    ]);
    expect(of({ ...stray, state: "DELETING" }, wanted)).toEqual(["copy: checkout in europe-west1 is DELETING"]);
  });

  it("is refused on half of the facts, beside another move, and with a Telegram bot on it", () => {
    const gaps = ["deployed europe-west4: timed out"];
    expect(against(plan("checkout", look([wanted, stray], { gaps })))).toEqual([
      "seen: could not be looked at: deployed europe-west4: timed out",
    ]);
    expect(against(plan("checkout", look([wanted, stray], { openMoves: ["checkout-europe-west3-1"] })))).toEqual([
      "no-other-move: checkout-europe-west3-1 is not over",
    ]);
    expect(against(plan("checkout", look([wanted, stray], { readHolders: new Set() })))).toEqual([
      "senders: stripe may hold its address, and nobody could look there",
    ]);
    const bot: ReachingHolder = { ...stripe, ref: { kind: "telegram", id: "7", label: "shop_bot", field: "url" } };
    expect(against(plan("checkout", look([wanted, stray], { holders: [bot] })))).toEqual([
      "telegram: Telegram's shop_bot leads to checkout in europe-west1, and the secret token of its webhook cannot be read back",
    ]);
  });

  it("needs a ledger or a reason where holders are led, and only there", () => {
    const of = (holders: readonly ReachingHolder[], unproven: string | null) =>
      against(
        planPrune(
          withoutLedger,
          { own: look([wanted, stray], { holders }), standIn: null },
          {
            ...usual,
            function: "checkout",
            unproven,
          },
        ),
      );
    expect(of([stripe], null)).toEqual([
      "proof: codebase default declares no ledger, so that nobody can tell whether an event took effect",
    ]);
    expect([of([stripe], "one event a day"), of([], null)]).toEqual([[], []]);
  });
});

describe("what is wanted", () => {
  it("is never pruned, nor what a move leaves", () => {
    expect(against(plan("checkout", look([wanted, stray]), { region: "europe-west3" }))).toEqual([
      "unwanted: regions.yaml wants checkout in europe-west3",
    ]);
    const both = [copy("payout", "europe-west3"), copy("payout", "europe-west1")];
    expect(against(plan("payout", look(both), { region: "europe-west1" }))).toEqual([
      "unwanted: regions.yaml says that payout is moving from europe-west1",
    ]);
  });
});

describe("a function that nobody has declared", () => {
  it("goes when nothing leads to it, after a week at least", () => {
    const planned = plan("oldCheckout", look([old]));
    expect([against(planned), ids(planned), planned.stays, planned.to]).toEqual([
      [],
      ["await-silence", "remove-copy"],
      null,
      "europe-west1",
    ]);
    expect(planned.risks).toContain("Nothing answers in its place: whoever comes back later finds nobody.");
    const event = plan("oldCheckout", look([{ ...old, trigger: "event" }]));
    expect(ids(event)).toEqual(["await-silence", "await-backlog", "remove-copy"]);
  });

  it("keeps its holders until somebody says where they are to be led", () => {
    const held = look([old], { holders: [stripe] });
    expect(against(plan("oldCheckout", held))).toEqual([
      "holders: stripe Stripe endpoint we_1 (url) leads to oldCheckout in europe-west1, and nothing stays that could answer instead",
    ]);
    const replaced = plan("oldCheckout", held, { replaceBy: "checkout" }, look([wanted]));
    expect([against(replaced), ids(replaced), replaced.stays]).toEqual([
      [],
      ["switch-holder:stripe:we_1:url", "await-silence", "reconcile", "remove-copy"],
      { function: "checkout", region: "europe-west3" },
    ]);
    expect(replaced.steps[1]?.action).toMatchObject({ forMs: 7 * 86_400_000 });
    const moving = look([wanted], { openMoves: ["checkout-europe-west1-1"] });
    expect(against(plan("oldCheckout", held, { replaceBy: "checkout" }, moving))).toEqual([
      "no-other-move: checkout-europe-west1-1 is not over",
    ]);
    expect(against(plan("oldCheckout", held, { replaceBy: "checkout" }, look([])))).toEqual([
      "stays: checkout in europe-west3 is not live",
    ]);
  });
});

describe("what is wrong with what was asked", () => {
  const refusal = (work: () => unknown): string => {
    try {
      work();
    } catch (error) {
      if (error instanceof InputError) return error.problems.map(({ message }) => message).join(" ");
      throw error;
    }
    return "nothing";
  };
  it.each([
    ["live nowhere", "oldCheckout", look([]), {}, "oldCheckout is live nowhere."],
    [
      "several strays",
      "oldCheckout",
      look([old, { ...old, region: "us-central1" }]),
      {},
      "Copies of oldCheckout that nobody wants are live in europe-west1 and us-central1.",
    ],
    [
      "all wanted",
      "checkout",
      look([wanted]),
      {},
      "No copy of checkout could be pruned: it is live in europe-west3, and wanted or moving there.",
    ],
    [
      "another region",
      "oldCheckout",
      look([old]),
      { region: "us-central1" },
      "oldCheckout is not live in us-central1.",
    ],
    [
      "a stand-in that is not declared",
      "oldCheckout",
      look([old]),
      { replaceBy: "shop" },
      "regions.yaml declares no function shop.",
    ],
    ["itself", "checkout", look([wanted, stray]), { replaceBy: "checkout" }, "checkout cannot replace itself."],
    [
      "one registration in the whole project",
      "oldCheckout",
      look([{ ...old, trigger: "blocking" }]),
      {},
      "oldCheckout is of a kind (blocking) that has one registration in the whole project, and nobody can see from here whether it is this copy.",
    ],
  ] as const)("%s", (_case, name, facts, more, message) => {
    expect(refusal(() => plan(name, facts, more))).toBe(message);
  });
});
