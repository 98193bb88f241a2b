import { existsSync, mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AggregateField, FieldPath, FieldValue, Filter, Firestore, GeoPoint, Timestamp } from "@google-cloud/firestore";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import { ask, startSmall } from "./client.ts";
import { smallSeed } from "./small-seed.ts";

// The client would look for a metadata server to learn of its quotas.
process.env.METADATA_SERVER_DETECTION = "none";

let sandbox: Sandbox;
let db: Firestore;
beforeAll(async () => {
  sandbox = await startSmall(null, () => new Date());
  db = await clientOf(sandbox);
});
beforeEach(() => ask(sandbox, "POST", "_sandbox/reset", { seed: "empty" }));
afterAll(async () => {
  await db.terminate();
  await sandbox.close();
});

async function clientOf(of: Sandbox): Promise<Firestore> {
  process.env.FIRESTORE_EMULATOR_HOST = await of.firestoreHost();
  return new Firestore({ projectId: "acme-test" });
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 0,
    (error: { code: number }) => error.code,
  );
const [notFound, alreadyExists, failedPrecondition, unimplemented] = [5, 6, 9, 12];

describe("documents", () => {
  it("come back as they were written, every type of value", async () => {
    const data = {
      nothing: null,
      yes: true,
      no: false,
      zero: 0,
      empty: "",
      whole: Number.MAX_SAFE_INTEGER,
      broken: -0.25,
      endless: Number.NEGATIVE_INFINITY,
      none: Number.NaN,
      text: "Zürich 😀",
      bytes: Buffer.from([0, 255, 1]),
      time: new Timestamp(1_700_000_000, 123_456_000),
      place: new GeoPoint(-33.5, 151.25),
      reference: db.doc("users/a"),
      list: [1, "two", { three: [3] }, []],
      map: { "a.b": { "c`d": 1 }, deep: {} },
      vector: FieldValue.vector([1, 2.5]),
    };
    const reference = db.collection("every").doc("type");
    await reference.set(data);
    const found = await reference.get();
    expect(found.exists).toBe(true);
    const { vector, reference: pointed, ...rest } = found.data() ?? {};
    const { vector: _, reference: __, ...sent } = data;
    expect(rest).toEqual(sent);
    expect(vector.toArray()).toEqual([1, 2.5]);
    expect(pointed.path).toBe("users/a");
    expect(found.createTime?.isEqual(found.updateTime as Timestamp)).toBe(true);
  });

  it("take set, merge, update of nested fields, deletion of a field and of the document", async () => {
    const one = db.doc("users/one");
    await one.set({ a: 1, b: { c: 2, d: 3 } });
    const { createTime } = await one.get();
    await one.set({ b: { c: 4 } }, { merge: true });
    await one.update({ "b.d": FieldValue.delete(), e: { f: 5 } });
    await one.update(new FieldPath("with.dot", "x"), 6);
    const after = await one.get();
    expect(after.data()).toEqual({ a: 1, b: { c: 4 }, e: { f: 5 }, "with.dot": { x: 6 } });
    expect(after.createTime?.isEqual(createTime as Timestamp)).toBe(true);
    expect(after.updateTime?.toMillis()).toBeGreaterThanOrEqual(createTime?.toMillis() ?? 0);
    await one.set({ only: true });
    expect((await one.get()).data()).toEqual({ only: true });
    await one.delete();
    expect((await one.get()).exists).toBe(false);
  });

  it("hold to their preconditions", async () => {
    const one = db.doc("users/one");
    expect(await codeOf(one.update({ a: 1 }))).toBe(notFound);
    expect(await codeOf(one.delete({ exists: true }))).toBe(notFound);
    const { writeTime } = await one.create({ a: 1 });
    expect(await codeOf(one.create({ a: 2 }))).toBe(alreadyExists);
    await one.update({ a: 3 }, { lastUpdateTime: writeTime });
    expect(await codeOf(one.update({ a: 4 }, { lastUpdateTime: writeTime }))).toBe(failedPrecondition);
    expect((await one.get()).data()).toEqual({ a: 3 });
  });

  it("keep their time where a write changes nothing", async () => {
    const one = db.doc("users/one");
    const first = await one.set({ a: 1 });
    const second = await one.set({ a: 1 });
    expect(second.writeTime.isEqual(first.writeTime)).toBe(true);
    const third = await one.set({ a: 2 });
    expect(third.writeTime.valueOf() > first.writeTime.valueOf()).toBe(true);
  });

  it("are transformed on the server", async () => {
    const one = db.doc("users/one");
    await one.set({
      at: FieldValue.serverTimestamp(),
      count: FieldValue.increment(5),
      tags: FieldValue.arrayUnion("a", "b", "a"),
    });
    await one.update({
      count: FieldValue.increment(1.5),
      tags: FieldValue.arrayUnion("b", "c"),
      most: FieldValue.maximum(3),
      least: FieldValue.minimum(3),
      none: Number.NaN,
      lost: Number.NaN,
    });
    await one.update({
      tags: FieldValue.arrayRemove("a", "x"),
      most: FieldValue.maximum(2),
      least: FieldValue.minimum(2),
      "deep.count": FieldValue.increment(1),
      // As Google's emulator has it: not the larger of the two.
      none: FieldValue.maximum(1),
      lost: FieldValue.minimum(1),
    });
    const { at, ...rest } = (await one.get()).data() ?? {};
    const none = Number.NaN;
    expect(rest).toEqual({ count: 6.5, tags: ["b", "c"], most: 3, least: 2, deep: { count: 1 }, none, lost: none });
    expect(Math.abs((at as Timestamp).toMillis() - Date.now())).toBeLessThan(60_000);
  });

  it("are written all or none in a batch, each by itself by a bulk writer", async () => {
    await db.doc("users/b").create({});
    const batch = db.batch().create(db.doc("users/a"), {}).create(db.doc("users/b"), {});
    expect(await codeOf(batch.commit())).toBe(alreadyExists);
    expect((await db.doc("users/a").get()).exists).toBe(false);
    const writer = db.bulkWriter();
    const outcomes = [codeOf(writer.create(db.doc("users/a"), {})), codeOf(writer.create(db.doc("users/b"), {}))];
    await writer.close();
    expect(await Promise.all(outcomes)).toEqual([0, alreadyExists]);
  });

  it("are listed, with those that only have collections below them, and deleted with all below", async () => {
    await db.doc("a/1").set({});
    await db.doc("a/2/b/1").set({});
    await db.doc("a/2/c/1/d/1").set({});
    const ids = async (path: string) => (await db.collection(path).listDocuments()).map(({ id }) => id);
    expect(await ids("a")).toEqual(["1", "2"]);
    expect((await db.listCollections()).map(({ id }) => id)).toEqual(["a"]);
    expect((await db.doc("a/2").listCollections()).map(({ id }) => id)).toEqual(["b", "c"]);
    expect((await db.getAll(db.doc("a/1"), db.doc("a/2"))).map(({ exists }) => exists)).toEqual([true, false]);
    await db.recursiveDelete(db.collection("a"));
    expect(await ids("a")).toEqual([]);
  });
});

describe("queries", () => {
  beforeEach(async () => {
    const batch = db.batch();
    const rows: Record<string, object> = {
      a: { n: 1, kind: "x", tags: ["p", "q"], at: { city: "Lyon" } },
      b: { n: 2, kind: "y", tags: ["q"], at: { city: "Bern" } },
      c: { n: 2.0, kind: "x", tags: [], at: { city: "Oslo" } },
      d: { n: "2", kind: "y" },
      e: { n: null, kind: "x" },
      f: { kind: "z", n: Number.NaN },
      g: { kind: "z" },
    };
    for (const [id, row] of Object.entries(rows)) batch.set(db.doc(`rows/${id}`), row);
    await batch.commit();
  });
  const rows = () => db.collection("rows");
  const ids = async (query: { get(): Promise<{ docs: { id: string }[] }> }) =>
    (await query.get()).docs.map(({ id }) => id).join("");

  it("filter as documented: by type, without what lacks the field, null and NaN only when asked for", async () => {
    expect(await ids(rows().where("n", "==", 2))).toBe("bc");
    expect(await ids(rows().where("n", ">=", 1))).toBe("abc");
    expect(await ids(rows().where("n", "<", "3"))).toBe("d");
    expect(await ids(rows().where("n", "!=", 2))).toBe("fad");
    expect(await ids(rows().where("n", "==", null))).toBe("e");
    expect(await ids(rows().where("n", "==", Number.NaN))).toBe("f");
    expect(await ids(rows().where("n", "in", [1, "2"]))).toBe("ad");
    expect(await ids(rows().where("n", "not-in", [1, "2"]))).toBe("fbc");
    expect(await ids(rows().where("tags", "array-contains", "q"))).toBe("ab");
    expect(await ids(rows().where("tags", "array-contains-any", ["p", "z"]))).toBe("a");
    expect(await ids(rows().where("at.city", ">", "C"))).toBe("ac");
    expect(await ids(rows().where(FieldPath.documentId(), ">", "e"))).toBe("fg");
    const either = Filter.or(
      Filter.where("n", "==", 1),
      Filter.and(Filter.where("kind", "==", "y"), Filter.where("n", "==", 2)),
    );
    expect(await ids(rows().where(either))).toBe("ab");
  });

  it("order by type and value, then by name, and start, end, skip and stop where told", async () => {
    expect(await ids(rows().orderBy("n"))).toBe("efabcd");
    expect(await ids(rows().orderBy("n", "desc"))).toBe("dcbafe");
    expect(await ids(rows().orderBy("kind").orderBy("n", "desc"))).toBe("caedbf");
    expect(await ids(rows().orderBy("n").limit(3))).toBe("efa");
    expect(await ids(rows().orderBy("n").limitToLast(2))).toBe("cd");
    expect(await ids(rows().orderBy("n").offset(2).limit(2))).toBe("ab");
    expect(await ids(rows().orderBy("n").startAt(2))).toBe("bcd");
    expect(await ids(rows().orderBy("n").startAfter(2))).toBe("d");
    expect(await ids(rows().orderBy("n").startAt(1).endBefore(2))).toBe("a");
    const b = await db.doc("rows/b").get();
    expect(await ids(rows().orderBy("n").startAfter(b))).toBe("cd");
    expect(await ids(rows().orderBy("n").endAt(b))).toBe("efab");
  });

  it("select fields, reach a whole collection group, and stream nothing for nothing", async () => {
    const [first] = (await rows().where("n", "==", 1).select("at.city").get()).docs;
    expect(first?.data()).toEqual({ at: { city: "Lyon" } });
    await db.doc("other/x/rows/h").set({ n: 1 });
    expect(await ids(db.collectionGroup("rows").where("n", "==", 1))).toBe("ha");
    expect((await rows().where("kind", "==", "none").get()).empty).toBe(true);
  });

  it("count, sum and average", async () => {
    const all = { count: AggregateField.count(), sum: AggregateField.sum("n"), mean: AggregateField.average("n") };
    expect((await rows().where("kind", "in", ["x", "y"]).aggregate(all).get()).data()).toEqual({
      count: 5,
      sum: 5,
      mean: 5 / 3,
    });
    expect((await rows().where("kind", "==", "q").aggregate(all).get()).data()).toEqual({
      count: 0,
      sum: 0,
      mean: null,
    });
  });

  it("are refused by name where the sandbox does not do them", async () => {
    const nearest = rows().findNearest({ vectorField: "v", queryVector: [1], limit: 1, distanceMeasure: "EUCLIDEAN" });
    await expect(nearest.get()).rejects.toMatchObject({
      code: unimplemented,
      message: expect.stringContaining("The sandbox does not do findNearest."),
    });
  });
});

describe("transactions", () => {
  it("let 100 that run at once increment one counter to 100", async () => {
    const counter = db.doc("counters/one");
    await counter.set({ n: 0 });
    await Promise.all(
      Array.from({ length: 100 }, () =>
        db.runTransaction(async (transaction) => {
          const { n } = (await transaction.get(counter)).data() as { n: number };
          transaction.update(counter, { n: n + 1 });
        }),
      ),
    );
    expect((await counter.get()).data()).toEqual({ n: 100 });
  });

  it("let exactly one of 50 creations of a document win", async () => {
    const codes = await Promise.all(Array.from({ length: 50 }, (_, i) => codeOf(db.doc("events/evt_1").create({ i }))));
    expect(codes.filter((code) => code === 0)).toHaveLength(1);
    expect(codes.filter((code) => code === alreadyExists)).toHaveLength(49);
  });

  it("move money to and fro in opposite order without losing any, and without a deadlock", async () => {
    const accounts = [0, 1, 2].map((id) => db.doc(`accounts/${id}`));
    for (const account of accounts) await account.set({ money: 100 });
    await Promise.all(
      Array.from({ length: 30 }, (_, round) =>
        db.runTransaction(
          async (transaction) => {
            const from = accounts[round % 3] as FirebaseFirestore.DocumentReference;
            const to = accounts[(round + 1 + (round % 2)) % 3] as FirebaseFirestore.DocumentReference;
            const before = (await transaction.get(from)).get("money");
            const other = (await transaction.get(to)).get("money");
            transaction.update(from, { money: before - 7 }).update(to, { money: other + 7 });
          },
          { maxAttempts: 20 },
        ),
      ),
    );
    const after = await db.getAll(...accounts);
    expect(after.reduce((sum, account) => sum + account.get("money"), 0)).toBe(300);
  });

  it("abort where a query would find something else by now, and try again", async () => {
    let attempts = 0;
    await db.runTransaction(async (transaction) => {
      attempts += 1;
      const found = await transaction.get(db.collection("bonuses").where("user", "==", "u1"));
      if (attempts === 1) await db.doc("bonuses/other").set({ user: "u1" });
      if (found.empty) transaction.create(db.doc("bonuses/mine"), { user: "u1" });
    });
    expect(attempts).toBe(2);
    expect((await db.collection("bonuses").get()).docs.map(({ id }) => id)).toEqual(["other"]);
  });

  it("that only read see one moment", async () => {
    await db.doc("a/1").set({ n: 1 });
    const seen = await db.runTransaction(
      async (transaction) => {
        const first = (await transaction.get(db.doc("a/1"))).get("n");
        await db.doc("a/1").set({ n: 2 });
        return [first, (await transaction.get(db.doc("a/1"))).get("n")];
      },
      { readOnly: true },
    );
    expect(seen).toEqual([1, 1]);
  });
});

describe("listeners", () => {
  it("are told of a query's first result and of what is added, changed and taken away", async () => {
    await db.doc("rows/a").set({ n: 1 });
    const seen: string[] = [];
    const stop = db
      .collection("rows")
      .where("n", ">", 0)
      .onSnapshot((snapshot) => {
        seen.push(
          snapshot
            .docChanges()
            .map(({ type, doc }) => `${type} ${doc.id}${doc.get("n")}`)
            .join(", "),
        );
      });
    await expect.poll(() => seen).toEqual(["added a1"]);
    await db.doc("rows/b").set({ n: 2 });
    await expect.poll(() => seen).toEqual(["added a1", "added b2"]);
    await db.doc("rows/b").set({ n: 3 });
    await expect.poll(() => seen.at(-1)).toBe("modified b3");
    await db.doc("rows/b").set({ n: 0 });
    await expect.poll(() => seen.at(-1)).toBe("removed b3");
    await db.doc("rows/a").delete();
    await expect.poll(() => seen.at(-1)).toBe("removed a1");
    stop();
  });

  it("are told of a document that is not there, and of its coming", async () => {
    const seen: boolean[] = [];
    const stop = db.doc("rows/x").onSnapshot((snapshot) => seen.push(snapshot.exists));
    await expect.poll(() => seen).toEqual([false]);
    await db.doc("rows/x").set({});
    await expect.poll(() => seen).toEqual([false, true]);
    stop();
  });
});

describe("its state", () => {
  it("survives a restart, and is gone after a reset", async () => {
    const folder = mkdtempSync(join(tmpdir(), "regions-firestore-"));
    const open = () => startSandbox({ folder, seed: smallSeed });
    try {
      const first = await open();
      const writer = await clientOf(first);
      const { writeTime } = await writer.doc("users/one").create({ at: Timestamp.fromMillis(5), n: Number.NaN });
      await writer.terminate();
      await first.close();
      const second = await open();
      const reader = await clientOf(second);
      const found = await reader.doc("users/one").get();
      expect(found.data()).toEqual({ at: Timestamp.fromMillis(5), n: Number.NaN });
      expect(found.updateTime?.isEqual(writeTime)).toBe(true);
      expect(await codeOf(reader.doc("users/one").create({}))).toBe(alreadyExists);
      await ask(second, "POST", "_sandbox/reset", { seed: "empty" });
      expect((await reader.doc("users/one").get()).exists).toBe(false);
      await reader.terminate();
      await second.close();
      expect(existsSync(join(folder, "firestore.json"))).toBe(false);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
