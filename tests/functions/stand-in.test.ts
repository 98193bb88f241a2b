import { FieldValue, Timestamp } from "firebase-admin/firestore";
import { expect, it } from "vitest";
import { client, db } from "./surroundings.ts";

// The functions' tests run on a Firestore in memory behind the real client. Here it is held to what Firestore documents, as
// far as the functions rely on it; what it does otherwise is said at the end.

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: { code: number }) => error.code,
  );

it("creates a document once, updates none that is missing, and holds to preconditions", async () => {
  const outcomes = await Promise.all([1, 2, 3].map((value) => codeOf(client().doc("a/1").create({ value }))));
  expect(outcomes.sort()).toEqual([6, 6, null]);
  expect(await codeOf(db.doc("a/2").update({ value: 1 }))).toBe(5);
  const { updateTime } = await db.doc("a/1").get();
  await db.doc("a/1").update({ value: 9 });
  expect(await codeOf(db.doc("a/1").update({ value: 10 }, { lastUpdateTime: updateTime as Timestamp }))).toBe(9);
});

it("serialises transactions that read what others write", async () => {
  const add = () =>
    client().runTransaction(async (transaction) => {
      const seen = await transaction.get(db.doc("a/1"));
      await new Promise((resolve) => setTimeout(resolve, 5));
      transaction.set(db.doc("a/1"), { count: (seen.get("count") ?? 0) + 1 });
    });
  await Promise.all(Array.from({ length: 4 }, add));
  expect((await db.doc("a/1").get()).get("count")).toBe(4);
});

it("lets one of two transactions see a document that neither found, as the ledger needs", async () => {
  const claim = (name: string) =>
    client().runTransaction(async (transaction) => {
      if ((await transaction.get(db.doc("a/1"))).exists) return false;
      transaction.create(db.doc("a/1"), { name });
      return true;
    });
  expect((await Promise.all([claim("one"), claim("two")])).sort()).toEqual([false, true]);
});

it("refuses reads after writes in a transaction", async () => {
  const wrong = db.runTransaction(async (transaction) => {
    transaction.set(db.doc("a/1"), {});
    await transaction.get(db.doc("a/2"));
  });
  await expect(wrong).rejects.toThrow("Firestore transactions require all reads to be executed before all writes.");
});

it("writes a batch whole or not at all, and adds, stamps and deletes fields as it is told", async () => {
  const batch = db.batch();
  batch.set(db.doc("a/1"), { count: 1 });
  batch.update(db.doc("a/none"), { count: 1 });
  expect(await codeOf(batch.commit())).toBe(5);
  expect((await db.doc("a/1").get()).exists).toBe(false);
  await db.doc("a/1").set({ count: 1, at: FieldValue.serverTimestamp(), deep: { kept: 1, gone: 2 } });
  await db.doc("a/1").update({ count: FieldValue.increment(2), "deep.gone": FieldValue.delete() });
  const document = await db.doc("a/1").get();
  expect(document.data()).toEqual({ count: 3, at: document.createTime, deep: { kept: 1 } });
});

it("filters, orders, pages and counts", async () => {
  for (let index = 0; index < 5; index += 1) {
    await db.doc(`a/${index}`).set({ owner: index % 2 ? "odd" : "even", at: Timestamp.fromMillis(index), index });
  }
  const even = db.collection("a").where("owner", "==", "even").orderBy("at", "desc");
  expect((await even.get()).docs.map(({ id }) => id)).toEqual(["4", "2", "0"]);
  const last = await db.doc("a/4").get();
  expect((await even.startAfter(last).limit(1).get()).docs.map(({ id }) => id)).toEqual(["2"]);
  expect((await even.count().get()).data().count).toBe(3);
  const some = db.collection("a").where("owner", "in", ["odd", "none"]).where("at", "<=", Timestamp.fromMillis(1));
  expect((await some.get()).docs.map(({ id }) => id)).toEqual(["1"]);
  expect((await db.collection("a").where("missing", "==", "x").get()).size).toBe(0);
});

it("differs from Firestore in these: it finds what lacks the field it orders by, and asks for no composite index", async () => {
  await db.doc("a/1").set({ points: 1 });
  await db.doc("a/2").set({});
  // Firestore: "An orderBy() clause also filters for existence of the given fields."
  expect((await db.collection("a").orderBy("points").get()).size).toBe(2);
  const indexed = db.collection("a").where("points", ">", 0).where("other", "==", 1).orderBy("points");
  expect((await indexed.get()).size).toBe(0);
});
