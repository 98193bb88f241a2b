import { expect, it } from "vitest";
import { lookBefore } from "../../src/cli/wire/fleet/live.ts";
import { createGoogle } from "../../src/clients/google.ts";
import { emptySeed } from "../../src/sandbox/seed.ts";
import { startSandbox } from "../../src/sandbox/server.ts";

it("counts what is live in each region: functions of both generations, and services that are none", async () => {
  const seed = {
    ...emptySeed,
    functions: [
      { name: "pay", region: "europe-west3", trigger: "callable", runtime: "nodejs22" },
      { name: "old", region: "europe-west1", trigger: "https", runtime: "nodejs22", generation: 1 },
    ],
    services: [
      { name: "shop", region: "europe-west3" },
      { name: "search", region: "europe-west3" },
    ],
  } as const;
  const sandbox = await startSandbox({ folder: null, seed });
  try {
    const google = createGoogle({ endpoint: { base: sandbox.base }, token: async () => sandbox.token });
    const look = () => lookBefore(google, emptySeed.project, () => new Date("2026-11-28T12:00:00Z"));
    expect(await look()).toEqual({
      live: [
        { function: "old", region: "europe-west1", isOurs: false },
        { function: "pay", region: "europe-west3", isOurs: false },
      ],
      load: {
        functions: [
          { function: "old", region: "europe-west1", generation: 1 },
          { function: "pay", region: "europe-west3", generation: 2 },
        ],
        services: new Map([["europe-west3", 2]]),
      },
      notes: [],
    });
    sandbox.faults.add({ match: { host: "run.googleapis.com" }, do: { kind: "status", status: 403 } });
    expect((await look()).notes).toEqual([
      expect.stringMatching(/^what is live could not be read in full \(services: /),
    ]);
  } finally {
    await sandbox.close();
  }
});
