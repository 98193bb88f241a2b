import { Firestore, GeoPoint, Timestamp } from "@google-cloud/firestore";
import { OAuth2Client } from "google-auth-library";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Sandbox } from "../../src/sandbox/server.ts";
import { ask, startSmall } from "./client.ts";

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSmall();
});
afterEach(() => sandbox.close());

const documents = "firestore.googleapis.com/v1/projects/acme-test/databases/(default)/documents";

describe("Google's own client of Firestore over REST", () => {
  let db: Firestore;
  beforeEach(() => {
    const authClient = new OAuth2Client();
    authClient.setCredentials({ access_token: sandbox.access.google });
    const host = new URL(sandbox.base).host;
    db = new Firestore({ projectId: "acme-test", preferRest: true, host, ssl: false, authClient } as never);
  });
  afterEach(() => db.terminate());

  it("writes, finds and counts, and values of every kind come back as they were", async () => {
    const data = {
      text: "é 😀",
      whole: 9_007_199_254_740_991,
      broken: -1.5,
      infinite: Number.POSITIVE_INFINITY,
      none: null,
      yes: true,
      time: new Timestamp(1_764_000_000, 123_456_000),
      bytes: Buffer.from([0, 255]),
      place: new GeoPoint(48.8, 2.3),
      list: [1, "b", { deep: [true] }],
      // Names of fields may be those of the API's own keys.
      map: { limit: 3, updateTime: "no time", nullValue: 7, fields: { op: "EQUAL" } },
    };
    await db.doc("ledger/a").set(data);
    await db.doc("ledger/b").create({ text: "z", whole: 1 });
    const found = await db.collection("ledger").where("text", ">=", "é").orderBy("text").limit(5).get();
    expect(found.docs.map((document) => document.data())).toEqual([data]);
    expect((await db.collection("ledger").where("whole", "in", [1, 2]).count().get()).data()).toEqual({ count: 1 });
    await expect(db.doc("ledger/b").create({ text: "again" })).rejects.toMatchObject({ code: 6 });
    expect(
      sandbox.log.entries().map(({ path, status, writes }) => [path.split("?")[0]?.split(":")[1], status, writes]),
    ).toEqual([
      ["commit", 200, true],
      ["commit", 200, true],
      ["runQuery", 200, false],
      ["runAggregationQuery", 200, false],
      ["commit", 409, true],
    ]);
  });
});

describe("the same documents over REST and gRPC", () => {
  it("are seen by both, and outlive a question that makes no sense", async () => {
    const grpc = new Firestore({ projectId: "acme-test", host: await sandbox.firestoreHost(), ssl: false });
    const startedAt = Timestamp.fromMillis(5);
    await grpc.doc("ledger/a").set({ startedAt });
    const query = (time: string) => ({
      structuredQuery: {
        from: [{ collectionId: "ledger" }],
        where: {
          fieldFilter: { field: { fieldPath: "startedAt" }, op: "LESS_THAN", value: { timestampValue: time } },
        },
      },
    });
    const answer = await ask(sandbox, "POST", `${documents}:runQuery`, query("1970-01-01T00:00:00.005001Z"));
    expect(answer.body).toEqual([
      {
        document: {
          name: "projects/acme-test/databases/(default)/documents/ledger/a",
          fields: { startedAt: { timestampValue: "1970-01-01T00:00:00.005Z" } },
          createTime: "2026-11-22T12:00:00Z",
          updateTime: "2026-11-22T12:00:00Z",
        },
        readTime: "2026-11-22T12:00:00Z",
      },
    ]);
    const none = await ask(sandbox, "POST", `${documents}:runQuery`, query("1970-01-01T00:00:00.005Z"));
    expect(none.body).toEqual([{ readTime: "2026-11-22T12:00:00Z" }]);
    const odd = await ask(sandbox, "POST", `${documents}:runQuery`, query("yesterday"));
    expect([odd.status, odd.body]).toEqual([400, { error: expect.objectContaining({ status: "INVALID_ARGUMENT" }) }]);
    await grpc.terminate();
  });
});
