import { FieldValue } from "firebase-admin/firestore";
import { expect, it } from "vitest";
import { useDatabase } from "../../src/functions/src/firestore.ts";
import { applyOnce, once, onceOrRetry } from "../../src/functions/src/ledger.ts";
import { client, db, passTime } from "./surroundings.ts";

const delivery = { function: "stripeWebhook", event: "evt_1" };
const record = () => db.collection("processed_events").doc("stripeWebhook%3Aevt_1");

/** Runs something as the copy of a region, with a database client of its own. */
function inRegion<Result>(region: string, run: () => Promise<Result>): Promise<Result> {
  process.env.FUNCTION_REGION = region;
  useDatabase(client());
  return run();
}

it("writes what migrate reads: key, function, event, the copy's region, when it started and when it was done", async () => {
  const outcome = await inRegion("europe-west1", () => once(delivery, async () => {}));
  expect(outcome).toBe("done-now");
  const { firstAt, startedAt, doneAt, ...rest } = (await record().get()).data() ?? {};
  expect(rest).toEqual({
    key: "stripeWebhook:evt_1",
    function: "stripeWebhook",
    event: "evt_1",
    region: "europe-west1",
    claim: null,
    attempt: 1,
  });
  expect(startedAt.toMillis()).toBe(firstAt.toMillis());
  expect(doneAt.toMillis()).toBeGreaterThanOrEqual(startedAt.toMillis());
});

it("runs the effect in one of two copies that get the event at the same time, and tells the other to come back", async () => {
  const ran: string[] = [];
  const heard: string[] = [];
  const copy = async (region: string) => {
    const outcome = await inRegion(region, () =>
      once(delivery, async () => {
        ran.push(region);
        // Until both others have had their answer.
        await expect.poll(() => heard, { timeout: 20_000 }).toHaveLength(2);
      }),
    );
    heard.push(outcome);
  };
  await Promise.all([copy("europe-west1"), copy("europe-west3"), copy("europe-west3")]);
  expect(heard).toEqual(["in-progress", "in-progress", "done-now"]);
  expect(ran).toHaveLength(1);
  expect(await once(delivery, async () => void ran.push("again"))).toBe("done-before");
  expect(ran).toHaveLength(1);
  expect((await record().get()).get("region")).toBe(ran[0]);
});

it("gives two functions that get the same event an effect each", async () => {
  const ran: string[] = [];
  await once(delivery, async () => void ran.push("one"));
  await once({ ...delivery, function: "other" }, async () => void ran.push("other"));
  expect(ran).toEqual(["one", "other"]);
});

it("frees the event when the effect throws, and counts the attempts", async () => {
  await expect(once(delivery, () => Promise.reject(new Error("Stripe is down")))).rejects.toThrow("Stripe is down");
  expect((await record().get()).data()).toMatchObject({ claim: null, doneAt: null, attempt: 1 });
  const attempts: number[] = [];
  expect(await once(delivery, async ({ attempt }) => void attempts.push(attempt))).toBe("done-now");
  expect(attempts).toEqual([2]);
});

it("runs the effect again after a copy has died between the effect and the record, once the lease is over", async () => {
  let ran = 0;
  // The copy is gone: its effect took place, and its promise never settles.
  const died = new Promise<void>((resolve) => {
    void once(delivery, async () => {
      ran += 1;
      resolve();
      await new Promise(() => {});
    });
  });
  await died;
  passTime(9 * 60_000);
  expect(await once(delivery, async () => void ran++)).toBe("in-progress");
  passTime(2 * 60_000);
  const claims: { attempt: number; firstAt: Date }[] = [];
  const outcome = await once(delivery, async (claim) => {
    ran += 1;
    claims.push(claim);
  });
  // So an effect must bear a second run: this is what the ledger does not promise.
  expect([outcome, ran]).toEqual(["done-now", 2]);
  expect(claims[0]?.attempt).toBe(2);
  expect(claims[0]?.firstAt.getTime()).toBe((await record().get()).get("firstAt").toMillis());
});

it("keeps a copy that was slower than its lease from freeing or closing the claim of its successor", async () => {
  const letGo: (() => void)[] = [];
  const slow = (fail: boolean) =>
    once(delivery, async () => {
      await new Promise<void>((resolve) => letGo.push(resolve));
      if (fail) throw new Error("too late");
    });
  const first = slow(true);
  await expect.poll(() => letGo.length).toBe(1);
  passTime(11 * 60_000);
  const second = slow(false);
  await expect.poll(() => letGo.length).toBe(2);
  const held = (await record().get()).get("claim");
  letGo[0]?.();
  await expect(first).rejects.toThrow("too late");
  expect((await record().get()).data()).toMatchObject({ claim: held, doneAt: null });
  expect(await once(delivery, async () => {})).toBe("in-progress");
  letGo[1]?.();
  expect(await second).toBe("done-now");
  expect((await record().get()).get("doneAt")).not.toBeNull();
});

it("closes an event whose slow copy ended well after another had taken over: nobody does it a third time", async () => {
  const letGo: (() => void)[] = [];
  const first = once(delivery, () => new Promise<void>((resolve) => letGo.push(resolve)));
  await expect.poll(() => letGo.length).toBe(1);
  passTime(11 * 60_000);
  const second = once(delivery, async () => {
    letGo[0]?.();
    await first;
    throw new Error("this one fails");
  });
  await expect(second).rejects.toThrow("this one fails");
  expect(await once(delivery, async () => {})).toBe("done-before");
});

it("applies writes and record together: twenty deliveries to two clients add once", async () => {
  await db.doc("accounts/a").set({ cents: 0 });
  const add = () =>
    applyOnce(delivery, async (transaction) => {
      transaction.update(db.doc("accounts/a"), { cents: FieldValue.increment(5) });
    });
  const outcomes = await Promise.all(
    Array.from({ length: 20 }, (_, index) => inRegion(index % 2 === 0 ? "europe-west1" : "europe-west3", add)),
  );
  expect(outcomes.filter((outcome) => outcome === "done-now")).toHaveLength(1);
  expect((await db.doc("accounts/a").get()).get("cents")).toBe(5);
});

it("leaves neither writes nor record of an effect that throws in its transaction", async () => {
  await db.doc("accounts/a").set({ cents: 0 });
  const failing = applyOnce(delivery, async (transaction) => {
    transaction.update(db.doc("accounts/a"), { cents: FieldValue.increment(5) });
    throw new Error("killed");
  });
  await expect(failing).rejects.toThrow("killed");
  expect((await db.doc("accounts/a").get()).get("cents")).toBe(0);
  expect((await record().get()).exists).toBe(false);
});

it("has senders that only understand errors come back while another copy is at it", async () => {
  let finish = () => {};
  const first = onceOrRetry(delivery, () => new Promise<void>((resolve) => (finish = resolve)));
  await expect.poll(async () => (await record().get()).exists).toBe(true);
  await expect(onceOrRetry(delivery, async () => {})).rejects.toThrow("stripeWebhook is at evt_1: try again later");
  finish();
  await first;
  await onceOrRetry(delivery, () => Promise.reject(new Error("must not run")));
});

it("keeps events with slashes and other letters apart", async () => {
  const ran: string[] = [];
  for (const event of ["providers/a@1.5", "providers/a@1.6", "providers%2Fa@1.5"]) {
    await once({ function: "onProviderCreated", event }, async () => void ran.push(event));
  }
  expect(ran).toEqual(["providers/a@1.5", "providers/a@1.6", "providers%2Fa@1.5"]);
  expect((await db.collection("processed_events").count().get()).data().count).toBe(3);
});
