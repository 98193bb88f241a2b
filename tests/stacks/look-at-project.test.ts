import { afterEach, expect, it } from "vitest";
import { lookAtProject } from "../../src/cli/wire/fleet/places.ts";
import { createGoogle } from "../../src/clients/google.ts";
import { emptySeed, type Seed } from "../../src/sandbox/seed.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";

let sandbox: Sandbox | null = null;
afterEach(() => sandbox?.close());

async function look(seed: Partial<Seed>, refused: string | null = null) {
  sandbox = await startSandbox({ folder: null, seed: { ...emptySeed, ...seed } });
  if (refused !== null) sandbox.faults.add({ match: { host: refused }, do: { kind: "status", status: 403 } });
  const { base, token } = sandbox;
  const google = createGoogle({ endpoint: { base }, token: async () => token });
  return lookAtProject(google, emptySeed.project);
}

it("reads where the jobs of generation 1 stand, and whom Storage publishes as", async () => {
  const { places, notes } = await look({ databases: [{ id: "(default)", location: "eur3" }] });
  expect(places.appEngine).toEqual({ region: "europe-west1" });
  expect(places.storageAgent).toEqual({
    email: `service-${emptySeed.projectNumber}@gs-project-accounts.iam.gserviceaccount.com`,
  });
  expect(notes).toEqual([]);
});

it("takes us-central1 where the project names no location, as Firebase does", async () => {
  expect((await look({ databases: [] })).places.appEngine).toEqual({ region: "us-central1" });
});

it.each([
  ["firebase.googleapis.com", "appEngine"],
  ["storage.googleapis.com", "storageAgent"],
] as const)("says why where %s refuses", async (host, key) => {
  expect((await look({}, host)).places[key]).toEqual({ unread: expect.stringContaining("403") });
});
