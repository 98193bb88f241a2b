import { AggregateField, FieldPath, FieldValue, Firestore, type Query, Timestamp } from "@google-cloud/firestore";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Sandbox } from "../../src/sandbox/server.ts";
import { startSmall } from "./client.ts";
import { comparisonLeftOut, type OfficialFirestore, officialJar, startOfficial } from "./official-firestore.ts";

// Where there is none, vitest.config.ts leaves this file out of the run.
const jar = officialJar();
if (jar === null) throw new Error(comparisonLeftOut);

const ids = ["a", "b", "c", "Z", "é", "__id7__"];
const fields = ["n", "m.x", "list"];

const scalar = fc.constantFrom<unknown>(
  ...[null, true, false, 0, 1, 2, -1.5, 2.5, Number.NaN, Number.POSITIVE_INFINITY, "", "a", "b", "é", "😀", "\uffff"],
  ...[Timestamp.fromMillis(5), Buffer.from([1, 2]), 9_007_199_254_740_991],
);
const value = fc.oneof(
  { weight: 5, arbitrary: scalar },
  fc.array(scalar, { maxLength: 3 }),
  fc.record({ x: scalar }, { requiredKeys: [] }),
);
const data = fc.record(
  { n: value, m: fc.record({ x: value }), list: fc.array(scalar, { maxLength: 3 }) },
  { requiredKeys: [] },
);
const transform = fc.oneof(
  fc.constantFrom(1, 2.5, -3).map((by) => FieldValue.increment(by)),
  fc.array(scalar, { minLength: 1, maxLength: 3 }).map((items) => FieldValue.arrayUnion(...items)),
  fc.array(scalar, { minLength: 1, maxLength: 3 }).map((items) => FieldValue.arrayRemove(...items)),
  fc.constantFrom(1, 7).map((most) => FieldValue.maximum(most)),
  fc.constantFrom(1, -7).map((least) => FieldValue.minimum(least)),
  fc.constant(FieldValue.delete()),
);

type Step = (db: Firestore, root: string) => Promise<unknown>;
const id = fc.constantFrom(...ids);
const field = fc.constantFrom(...fields);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(id, data).map(
    ([at, what]): Step =>
      (db, root) =>
        db.doc(`${root}/${at}`).set(what),
  ),
  fc.tuple(id, data).map(
    ([at, what]): Step =>
      (db, root) =>
        db.doc(`${root}/${at}`).set(what, { merge: true }),
  ),
  fc.tuple(id, data).map(
    ([at, what]): Step =>
      (db, root) =>
        db.doc(`${root}/${at}`).create(what),
  ),
  fc.tuple(id, field, value).map(
    ([at, on, to]): Step =>
      (db, root) =>
        db.doc(`${root}/${at}`).update(on, to),
  ),
  fc.tuple(id, field, transform).map(
    ([at, on, to]): Step =>
      (db, root) =>
        db.doc(`${root}/${at}`).update(on, to),
  ),
  id.map(
    (at): Step =>
      (db, root) =>
        db.doc(`${root}/${at}`).delete({ exists: true }),
  ),
);

type Asked = (collection: Query) => Query;
const operator = fc.constantFrom("<", "<=", "==", ">=", ">", "!=" as const);
const asked: fc.Arbitrary<Asked> = fc.oneof(
  fc.tuple(field, operator, scalar).map(
    ([on, op, to]): Asked =>
      (all) => {
        // The client itself refuses to compare with null or NaN by anything but equality.
        const plain = to !== null && !Number.isNaN(to);
        return all.where(on, plain || op === "!=" ? op : "==", to);
      },
  ),
  fc.tuple(field, fc.constantFrom("in", "not-in" as const), fc.array(scalar, { minLength: 1, maxLength: 3 })).map(
    ([on, op, to]): Asked =>
      (all) =>
        all.where(on, op, to),
  ),
  fc.tuple(field, scalar).map(
    ([on, to]): Asked =>
      (all) =>
        all.where(on, "array-contains", to),
  ),
  fc.tuple(field, fc.array(scalar, { minLength: 1, maxLength: 3 })).map(
    ([on, to]): Asked =>
      (all) =>
        all.where(on, "array-contains-any", to),
  ),
  fc.tuple(field, fc.boolean(), fc.nat(2), fc.nat(3)).map(
    ([on, down, skip, most]): Asked =>
      (all) =>
        all
          .orderBy(on, down ? "desc" : "asc")
          .offset(skip)
          .limit(most + 1),
  ),
  fc.tuple(field, value, fc.boolean()).map(
    ([on, from, after]): Asked =>
      (all) =>
        after ? all.orderBy(on).startAfter(from) : all.orderBy(on).startAt(from),
  ),
  id.map(
    (from): Asked =>
      (all) =>
        all.orderBy(FieldPath.documentId()).endAt(from),
  ),
);

describe("the sandbox's Firestore beside Google's own emulator", () => {
  let sandbox: Sandbox;
  let official: OfficialFirestore;
  const databases: Firestore[] = [];
  beforeAll(async () => {
    process.env.METADATA_SERVER_DETECTION = "none";
    sandbox = await startSmall(null, () => new Date());
    official = await startOfficial(jar);
    for (const host of [await sandbox.firestoreHost(), official.host]) {
      process.env.FIRESTORE_EMULATOR_HOST = host;
      const database = new Firestore({ projectId: "acme-test" });
      // The client reads the variable when it first connects.
      await database.doc("warm/up").get();
      databases.push(database);
    }
  });
  afterAll(async () => {
    for (const database of databases) await database.terminate();
    await official?.close();
    await sandbox?.close();
  });

  let round = 0;
  /** The same on both, in a collection of its own. */
  async function onBoth<Answer>(work: (db: Firestore, root: string) => Promise<Answer>): Promise<Answer[]> {
    return Promise.all(databases.map((database) => work(database, `run${round}`)));
  }

  it("does to documents the same, write by write, and refuses the same writes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        round += 1;
        const [ours, theirs] = await onBoth(async (db, root) => {
          const codes: number[] = [];
          for (const one of steps) {
            codes.push(
              await one(db, root).then(
                () => 0,
                (error: { code?: number; message: string }) => error.code ?? -1,
              ),
            );
          }
          return { codes, documents: (await db.collection(root).get()).docs.map((found) => [found.id, found.data()]) };
        });
        expect(ours).toEqual(theirs);
      }),
      { numRuns: 60 },
    );
  });

  it("answers queries and aggregations the same", async () => {
    const rows = fc.array(data, { minLength: 3, maxLength: ids.length });
    await fc.assert(
      fc.asyncProperty(rows, fc.array(asked, { minLength: 8, maxLength: 8 }), async (documents, questions) => {
        round += 1;
        const [ours, theirs] = await onBoth(async (db, root) => {
          const batch = db.batch();
          for (const [index, row] of documents.entries()) batch.set(db.doc(`${root}/${ids[index]}`), row);
          await batch.commit();
          const answers: unknown[] = [];
          for (const question of questions) {
            const query = question(db.collection(root));
            answers.push(
              await query.get().then(
                ({ docs }) => docs.map((found) => found.id),
                (error: { code: number }) => error.code,
              ),
            );
          }
          const all = {
            count: AggregateField.count(),
            sum: AggregateField.sum("n"),
            mean: AggregateField.average("n"),
          };
          return [...answers, (await db.collection(root).aggregate(all).get()).data()];
        });
        expect(ours).toEqual(theirs);
      }),
      { numRuns: 80 },
    );
  });
});
