import { describe, expect, test } from "vitest";
import { type CopyLook, Refused, type TrafficLook, Unseen } from "../../../src/migrate/ports/world.ts";
import { deployCopy } from "../../../src/migrate/steps/deploy-copy.ts";
import { removeCopy } from "../../../src/migrate/steps/remove-copy.ts";
import type { Action, HolderRef } from "../../../src/model/move.ts";
import {
  broughtAbout,
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

const active: CopyLook = { state: "ACTIVE", settings: "5f2c", isPublic: true };
const holder: HolderRef = { kind: "stripe", id: "we_1", label: "payments", field: "url" };
const silence: Action = { do: "await-silence", forMs: hour, why: "an hour" };
const quiet: TrafficLook = { total: 0, succeeded: 0, serverErrors: 0, last: null, knownUntil: now - 3 * minute };
const heard = (last: number): TrafficLook => ({ ...quiet, total: 1, succeeded: 1, last });

/** What both copies are found to be, old one first; null: it is not there. */
function given(at: readonly [CopyLook | null, CopyLook | null], more: Given = {}): Given {
  return {
    ...more,
    ports: {
      copies: { look: async (_name, region) => at[region === "europe-west1" ? 0 : 1] },
      holders: { reaching: async () => [] },
      callers: { naming: async () => [] },
      traffic: { requests: async () => quiet },
      ...more.ports,
    },
  };
}

const unseen = failing(new Unseen("pay in europe-west3: answered 503"));

describe("deploy-copy", () => {
  const step = (more: Given) => deployCopy({ do: "deploy-copy" }, contextOf(more));
  const ended = (what: string) => waiting(`Google to end the ${what} of pay in europe-west3`);
  test.each([
    ["is not there yet", [active, null], {}, todo({ existed: false })],
    [
      "is there with the same settings",
      [active, active],
      {},
      done("pay is ACTIVE in europe-west1 and europe-west3 with the same settings (5f2c)", { existed: true }),
    ],
    [
      "was made by the move",
      [active, active],
      { existed: false },
      done("pay is ACTIVE in europe-west1 and europe-west3 with the same settings (5f2c)", {}),
    ],
    [
      "has other settings",
      [active, { ...active, settings: "77aa" }],
      { existed: false },
      todo(
        {},
        "pay is ACTIVE in europe-west1 and europe-west3, and the two differ in their settings. Somebody has changed one of them by hand, or what source and regions.yaml leave open was kept by the old copy alone: say it there, or deploy both alike, and resume.",
      ),
    ],
    [
      "is open to others",
      [active, { ...active, isPublic: false }],
      { existed: false },
      todo(
        {},
        "everybody may call pay in europe-west1, and not in europe-west3: give both the same invokers, and resume.",
      ),
    ],
    [
      "failed",
      [active, { ...active, state: "FAILED" }],
      {},
      todo({ existed: true }, "it was deployed, and pay in europe-west3 is FAILED."),
    ],
    ["is being deployed", [active, { ...active, state: "DEPLOYING" }], {}, ended("deployment")],
    ["is being deleted by somebody", [active, { ...active, state: "DELETING" }], {}, ended("deletion")],
    [
      "does not tell who may call it",
      [active, { ...active, isPublic: null }],
      {},
      waiting("a look at who may call pay in europe-west3; nobody may see that now"),
    ],
    [
      "is the only one: the old one was deleted",
      [null, active],
      {},
      changed(
        "pay is not live in europe-west1 any longer: somebody else has deleted that copy. `regions deploy --function pay` makes it again; then resume.",
      ),
    ],
  ] as const)("forward, where the new copy %s", async (_what, at, kept, expected) => {
    expect(
      await lookedAt(step(given(at as [CopyLook | null, CopyLook | null], { context: { kept } })).forward),
    ).toEqual(expected);
  });

  const back = (at: readonly [CopyLook | null, CopyLook | null], more: Given = {}) =>
    lookedAt(step(given(at, more)).backward);
  test.each([
    [
      "was there before the move",
      { context: { kept: { existed: true } } },
      done("the copy in europe-west3 was there before the move, and stays"),
    ],
    ["was never reached", {}, todo()],
    [
      "was led to by a stranger's holder",
      { ports: { holders: { reaching: async () => [holder] } } },
      changed("stripe payments (url) leads to pay in europe-west3, and is not of this move. Lead it away, and resume."),
    ],
    [
      "is called by source",
      { ports: { callers: { naming: async () => ["web/Pay.tsx:7"] } } },
      changed("web/Pay.tsx:7 calls pay in europe-west3: mend it back, ship it, and resume."),
    ],
    [
      "was reached, and may be again",
      { actions: [silence], ports: { traffic: { requests: async () => heard(now - 10 * minute) } } },
      waiting("1 hour without a request to pay in europe-west3 (an hour)", now + 50 * minute),
    ],
    ["has been silent since", { actions: [silence], context: { hasSwitched: true } }, todo()],
    [
      "was switched to a moment ago",
      { actions: [silence], context: { hasSwitched: true, putBackAt: now - minute } },
      waiting("1 hour without a request to pay in europe-west3 (an hour)", now + 59 * minute),
    ],
  ] as const)("back, where the new copy %s", async (_what, more, expected) => {
    expect(await back([active, active], more as Given)).toEqual(expected);
  });

  test("back, where one copy or both are not there", async () => {
    expect(await back([active, null])).toEqual(done("pay is not live in europe-west3"));
    expect(await back([null, active])).toEqual(
      changed(
        "pay is not ACTIVE in europe-west1: the copy in europe-west3 is the only one, and stays. Deploy it in europe-west1 again, and resume.",
      ),
    );
    expect(await back([active, { ...active, state: "DELETING" }])).toEqual(ended("deletion"));
  });

  test("concludes nothing from what it could not see, and hides no refusal", async () => {
    const built = failing(new Refused("The build failed: out of memory."));
    const { forward, backward } = step({ ports: { copies: { look: unseen, deploy: built, remove: unseen } } });
    expect(await lookedAt(forward)).toBe("Unseen: pay in europe-west3: answered 503");
    expect(await lookedAt(backward)).toBe("Unseen: pay in europe-west3: answered 503");
    expect(await broughtAbout(forward)).toBe("Refused: The build failed: out of memory.");
    expect(await broughtAbout(backward)).toBe("Unseen: pay in europe-west3: answered 503");
    const holders = { reaching: failing(new Unseen("what leads to pay: stripe answered 500")) };
    expect(await back([active, active], { ports: { holders } })).toBe("Unseen: what leads to pay: stripe answered 500");
  });
});

describe("remove-copy", () => {
  const step = (more: Given) => removeCopy({ do: "remove-copy" }, contextOf(more));
  const look = (at: readonly [CopyLook | null, CopyLook | null], more: Given = {}) =>
    lookedAt(step(given(at, more)).forward);
  const led = "stripe payments (url) leads to pay in europe-west1: lead it away, and resume.";
  test.each([
    ["silent", { actions: [silence] }, todo()],
    ["led to", { ports: { holders: { reaching: async () => [holder] } } }, changed(led)],
    [
      "called",
      { ports: { callers: { naming: async () => ["web/Pay.tsx:7"] } } },
      changed("web/Pay.tsx:7 calls pay in europe-west1: mend it, ship it, and resume."),
    ],
    [
      "reached lately",
      { actions: [silence], ports: { traffic: { requests: async () => heard(now - 10 * minute) } } },
      waiting("1 hour without a request to pay in europe-west1 (an hour)", now + 50 * minute),
    ],
  ] as const)("where the old copy is %s", async (_what, more, expected) => {
    expect(await look([active, active], more as Given)).toEqual(expected);
  });

  test("where one copy or both are not as they were", async () => {
    const only = changed(
      "pay is not ACTIVE in europe-west3: the copy of pay in europe-west1 is the only one, and stays. Deploy it in europe-west3 again, and resume.",
    );
    expect(await look([active, null])).toEqual(only);
    expect(await look([active, { ...active, state: "FAILED" }])).toEqual(only);
    expect(await look([{ ...active, state: "DELETING" }, active])).toEqual(
      waiting("Google to end the deletion of pay in europe-west1"),
    );
    expect(await look([null, active])).toEqual(done("pay is gone from europe-west1; pay is live in europe-west3"));
    expect(await look([null, active], { ports: { holders: { reaching: async () => [holder] } } })).toEqual(
      changed(led),
    );
  });

  test("looks once more right before, and deletes nothing that it cannot look at", async () => {
    const remove = failing(new Unseen("pay in europe-west1: the deletion was not answered"));
    const with_ = (reaching: () => Promise<readonly HolderRef[]>) =>
      step({ ports: { holders: { reaching }, copies: { remove } } });
    expect(await broughtAbout(with_(async () => [holder]).forward)).toBe(`Refused: ${led}`);
    expect(await broughtAbout(with_(unseen).forward)).toBe("Unseen: pay in europe-west3: answered 503");
    expect(await broughtAbout(with_(async () => []).forward)).toBe(
      "Unseen: pay in europe-west1: the deletion was not answered",
    );
    expect(step({}).backward).toBeNull();
  });
});
