import { Firestore } from "@google-cloud/firestore";
import { afterAll, beforeAll, expect, it } from "vitest";
import { emptySeed } from "../../src/sandbox/seed.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import { ask } from "../sandbox/client.ts";
import { deployCode } from "../sandbox/deployed-code.ts";
import type { DeliveryRow } from "../sandbox/senders/sandbox.ts";
import { root } from "../story/fleet.ts";
import { deployedAs, fleetArchive } from "./fleet-code.ts";

const bucket = "demo-regions.firebasestorage.app";
let sandbox: Sandbox;
let db: Firestore;

beforeAll(async () => {
  const archive = fleetArchive();
  process.env.METADATA_SERVER_DETECTION = "none";
  sandbox = await startSandbox({ folder: null, seed: emptySeed, root });
  const agent = `serviceAccount:service-${emptySeed.projectNumber}@gs-project-accounts.iam.gserviceaccount.com`;
  const bindings = [{ role: "roles/pubsub.publisher", members: [agent] }];
  const project = `cloudresourcemanager.googleapis.com/v1/projects/${emptySeed.project}`;
  expect((await ask(sandbox, "POST", `${project}:setIamPolicy`, { policy: { bindings } })).status).toBe(200);
  const [copy] = await deployedAs(["onProfilePhotoUploaded"], {});
  if (copy === undefined) throw new Error("nothing to deploy");
  // As it is while the function moves.
  await deployCode(sandbox, archive, [copy, { ...copy, region: "europe-west3" }]);
  process.env.FIRESTORE_EMULATOR_HOST = await sandbox.firestoreHost();
  db = new Firestore({ projectId: emptySeed.project });
}, 180_000);
afterAll(async () => {
  await db?.terminate();
  await sandbox?.close();
});

async function upload(name: string): Promise<void> {
  const path = `storage.googleapis.com/upload/storage/v1/b/${bucket}/o?uploadType=media&name=${encodeURIComponent(name)}`;
  expect((await ask(sandbox, "POST", path, "a photo", { "content-type": "image/png" })).status).toBe(200);
}

async function settle(advanceMs: number): Promise<void> {
  const { body } = await ask(sandbox, "POST", "_sandbox/clock", { advanceMs });
  expect(body.failures).toEqual([]);
}

it("the photo stored last is shown, by whichever of two copies, in whatever order the bucket's events come", async () => {
  await db.doc("providers/lea").set({ visible: true });
  const match = { sender: "storage" };
  // Both copies hear of the first photo after they have heard of the second, and of each more than once.
  await ask(sandbox, "POST", "_sandbox/disturbances", { match, times: 2, do: { kind: "delay", ms: 60_000 } });
  await ask(sandbox, "POST", "_sandbox/disturbances", { match, do: { kind: "duplicate" } });
  await upload("photos/lea/first.png");
  await settle(1_000);
  await upload("photos/lea/second.png");
  await settle(1_000);
  expect((await db.doc("providers/lea").get()).get("photo")).toBe("photos/lea/second.png");
  await settle(120_000);
  expect((await db.doc("providers/lea").get()).get("photo")).toBe("photos/lea/second.png");

  const { body } = await ask(sandbox, "GET", "_sandbox/deliveries?sender=storage");
  const rows = body.deliveries as DeliveryRow[];
  expect(rows.map(({ status }) => status)).toEqual(Array(8).fill(204));
  const heard = (from: number) =>
    rows.slice(from, from + 4).map(({ url, note }) => `${new URL(url).host.split("-demo")[0]} ${note}`);
  const each = ["europe-west1 a duplicate", "europe-west1 null", "europe-west3 a duplicate", "europe-west3 null"];
  expect(heard(0).sort()).toEqual(each);
  expect(heard(4).sort()).toEqual(each);
  expect(new Set(rows.map(({ event }) => event)).size).toBe(4);
});
