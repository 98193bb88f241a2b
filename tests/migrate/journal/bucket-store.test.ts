import { afterEach, beforeEach, expect, it } from "vitest";
import { bucketPlace } from "../../../src/migrate/outside/bucket.ts";
import type { LockHolder } from "../../../src/migrate/ports/journal-store.ts";
import { ask } from "../../sandbox/client.ts";
import { bucket, openBucket, storeAt } from "./places.ts";

/* What is of buckets alone: answers that get lost, and what the bucket refuses. */

let place: Awaited<ReturnType<typeof openBucket>>;
beforeEach(async () => {
  place = await openBucket();
});
afterEach(() => place.close());

const now = Date.parse("2026-11-28T09:00:00Z");
const world = { now: () => now, isAlive: () => true, pause: async () => {} };
const store = () => storeAt(place.where, world);
const ann: LockHolder = { owner: "ann@laptop", host: "laptop", pid: 71, move: "pay-1", takeExpired: false };
const uploads = { host: "storage.googleapis.com", method: "POST", pathIncludes: "/upload/" };

async function fault(rule: object): Promise<void> {
  expect((await ask(place.sandbox, "POST", "_sandbox/faults", rule)).status).toBeLessThan(300);
}

it("keeps one object a line, readable as it is", async () => {
  await store().append("pay-1", 0, '{"n":0}');
  await store().append("pay-1", 1, '{"n":1}');
  expect(await place.names()).toEqual(["moves/pay-1/000000.json", "moves/pay-1/000001.json"]);
  const name = encodeURIComponent("moves/production/moves/pay-1/000001.json");
  const path = `${place.sandbox.base}/storage.googleapis.com/storage/v1/b/${bucket}/o/${name}?alt=media`;
  const stored = await fetch(path, { headers: { authorization: `Bearer ${place.sandbox.token}` } });
  expect([stored.headers.get("content-type"), await stored.text()]).toEqual([
    "application/json; charset=utf-8",
    '{"n":1}\n',
  ]);
});

it("settles by reading what was stored without an answer, once or to the end of patience", async () => {
  await fault({ match: uploads, times: 1, do: { kind: "drop" } });
  await store().append("pay-1", 0, '{"n":0}');
  await fault({ match: uploads, times: 30, do: { kind: "drop", afterBytes: 0 } });
  await store().append("pay-1", 1, '{"n":1}');
  await ask(place.sandbox, "DELETE", "_sandbox/faults");
  expect(await store().read("pay-1")).toEqual(['{"n":0}', '{"n":1}']);
});

it("takes a rival's line of the same words for no line of its own", async () => {
  const one = store();
  await one.append("pay-1", 0, '{"n":0}');
  await store().append("pay-1", 1, '{"same":true}');
  await fault({ match: uploads, times: 1, do: { kind: "drop" } });
  await expect(one.append("pay-1", 1, '{"same":true}')).rejects.toThrow("has 2 lines, and 1 were known");
});

it("holds and gives back a lock whose answers are lost", async () => {
  await fault({ match: uploads, times: 1, do: { kind: "drop" } });
  const lock = await store().lock("pay", ann);
  await fault({ match: uploads, times: 1, do: { kind: "drop" } });
  await lock.sending();
  await lock.settled();
  await fault({
    match: { ...uploads, method: "DELETE", pathIncludes: "/o/" },
    times: 1,
    do: { kind: "drop", afterBytes: 0 },
  });
  await lock.release();
  expect(await place.names()).toEqual([]);
});

it("writes nothing over a journal whose middle was deleted", async () => {
  for (const n of [0, 1, 2]) await store().append("pay-1", n, `{"v":1,"n":${n}}`);
  const name = encodeURIComponent("moves/production/moves/pay-1/000001.json");
  await ask(place.sandbox, "DELETE", `storage.googleapis.com/storage/v1/b/${bucket}/o/${name}`).catch(() => null);
  expect(await store().read("pay-1")).toEqual(['{"v":1,"n":0}', '{"v":1,"n":2}']);
  await expect(store().append("pay-1", 2, "{}")).rejects.toThrow("The journal of pay-1 has 2 lines, and 2 were known");
});

it("says what is refused, of which bucket, and which rights it takes", async () => {
  await fault({
    match: uploads,
    do: { kind: "status", status: 403, message: "ann does not have storage.objects.create" },
  });
  await expect(store().append("pay-1", 0, "{}")).rejects.toThrow(
    `The journals at gs://${bucket}/moves/production: storage.googleapis.com answered 403: ann does not have storage.objects.create. Moves need storage.objects.create, get, list and delete on that bucket: roles/storage.objectUser has them.`,
  );
  await ask(place.sandbox, "DELETE", "_sandbox/faults");
  await fault({ match: uploads, do: { kind: "status", status: 503 } });
  await expect(store().lock("pay", ann)).rejects.toThrow("Nobody knows whether the lock of pay came to gs://");
});

it("reads the address of a bucket", () => {
  expect(bucketPlace("gs://acme-state")).toEqual({ bucket: "acme-state", path: "" });
  expect(bucketPlace("gs://acme-state/moves/prod/")).toEqual({ bucket: "acme-state", path: "moves/prod" });
  for (const wrong of [
    "s3://a-b/c",
    "gs://",
    "gs://A_B",
    "gs://acme/../x",
    "gs://acme/a?b=c",
    "acme/moves",
    " gs://acme",
  ]) {
    expect([wrong, bucketPlace(wrong)]).toEqual([wrong, null]);
  }
});
