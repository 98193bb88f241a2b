import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Sandbox } from "../../src/sandbox/server.ts";
import { startSmall } from "./client.ts";

const firebase = join(import.meta.dirname, "../../node_modules/firebase-tools/lib/bin/firebase.js");

let home: string;
let sandbox: Sandbox;
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), "firebase-"));
  sandbox = await startSmall();
});
afterEach(async () => {
  await sandbox.close();
  rmSync(home, { recursive: true, force: true });
});

describe("firebase functions:list", () => {
  it("shows the sandbox's functions as it shows a project's", async () => {
    const { code, stdout } = await list();
    expect(code).toBe(0);
    const { status, result } = JSON.parse(stdout) as { status: string; result: Record<string, unknown>[] };
    expect(status).toBe("success");
    const kind = (row: Record<string, unknown>) => Object.keys(row).find((key) => key.endsWith("Trigger"));
    expect(
      result.map((row) => [row.platform, row.region, row.id, kind(row), row.runtime, row.availableMemoryMb]),
    ).toEqual([
      ["gcfv2", "europe-west1", "checkSignIn", "blockingTrigger", "nodejs22", 256],
      ["gcfv2", "europe-west1", "nightlyExport", "scheduleTrigger", "nodejs20", 256],
      ["gcfv2", "europe-west1", "registerChatter", "callableTrigger", "nodejs22", 256],
      ["gcfv2", "europe-west1", "stripeWebhook", "httpsTrigger", "nodejs22", 256],
      ["gcfv2", "europe-west2", "registerChatter", "callableTrigger", "nodejs22", 256],
      ["gcfv2", "europe-west3", "createPaymentIntent", "callableTrigger", "nodejs22", 512],
      ["gcfv2", "europe-west3", "executeScheduledCall", "taskQueueTrigger", "nodejs22", 256],
      ["gcfv2", "europe-west3", "onProviderCreated", "eventTrigger", "nodejs22", 256],
      ["gcfv1", "us-central1", "legacyCleanup", "eventTrigger", "nodejs18", 256],
      ["gcfv1", "us-central1", "legacyReport", "httpsTrigger", "nodejs18", 256],
    ]);
    expect(result.find((row) => row.id === "createPaymentIntent")).toMatchObject({
      cpu: 1,
      concurrency: 80,
      minInstances: 1,
      maxInstances: 20,
      codebase: "default",
      state: "ACTIVE",
      runServiceId: "createpaymentintent",
    });
    expect(sandbox.log.entries().filter((entry) => entry.writes)).toEqual([]);
    expect(new Set(sandbox.log.entries().map((entry) => entry.status))).toEqual(new Set([200]));
  });

  it("fails as it fails on a project where listing is refused", async () => {
    sandbox.faults.add({ match: { host: "cloudfunctions.googleapis.com" }, do: { kind: "status", status: 403 } });
    const { code, stdout } = await list();
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      status: "error",
      error: expect.stringContaining("Failed to list functions"),
    });
  });
});

function list(): Promise<{ code: number | null; stdout: string }> {
  const google = (host: string) => `${sandbox.base}/${host}`;
  const env = {
    PATH: process.env.PATH ?? "",
    HOME: home,
    XDG_CONFIG_HOME: join(home, ".config"),
    CI: "1",
    NO_UPDATE_NOTIFIER: "1",
    // Never exchanged for anything: requests to a loopback address carry a token of their own.
    FIREBASE_TOKEN: "not-a-token",
    FIREBASE_TOKEN_URL: google("www.googleapis.com"),
    FIREBASE_FUNCTIONS_URL: google("cloudfunctions.googleapis.com"),
    FIREBASE_FUNCTIONS_V2_URL: google("cloudfunctions.googleapis.com"),
    CLOUD_RUN_URL: google("run.googleapis.com"),
    FIREBASE_RESOURCEMANAGER_URL: google("cloudresourcemanager.googleapis.com"),
  };
  const args = [firebase, "functions:list", "--json", "--project", "acme-test", "--non-interactive"];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: home, env, stdio: ["ignore", "pipe", "ignore"] });
    let stdout = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      stdout += chunk;
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout }));
  });
}
