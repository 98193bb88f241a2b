import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Io } from "../../src/cli/io.ts";
import { holderHere, openStore } from "../../src/cli/wire/migrate/store.ts";
import { parseManifest } from "../../src/manifest/parse.ts";
import { resolveManifest } from "../../src/manifest/resolve.ts";
import type { Sandbox } from "../../src/sandbox/server.ts";
import { startSmall } from "../sandbox/client.ts";

/* Where the manifest says that journals lie. */

let sandbox: Sandbox;
const folders: string[] = [];
beforeAll(async () => {
  sandbox = await startSmall(null, () => new Date());
});
afterAll(async () => {
  for (const folder of folders) rmSync(folder, { recursive: true });
  await sandbox.close();
});

function machine(): string {
  folders.push(mkdtempSync(join(tmpdir(), "regions-machine-")));
  return folders.at(-1) ?? "";
}

function ioOf(signal = new AbortController().signal): Io {
  const out = { write: async () => {}, isTerminal: false, columns: null };
  return { stdout: out, stderr: out, env: {}, cwd: "/", signal, now: () => new Date() };
}

function environmentOf(name: string, journal: string | null) {
  const own = `project: acme-test, endpoint: "${sandbox.base}"${journal === null ? "" : `, journal: "${journal}"`}`;
  const text = `version: 1
environments:
  production: { ${own} }
  staging: { ${own} }
regions:
  europe-west1: {}
classes:
  core: { region: europe-west1 }
functions: {}
`;
  return resolveManifest(parseManifest(text, "regions.yaml"), name).environment;
}

it("is a folder of one machine where nothing is said", async () => {
  const [one, other] = [machine(), machine()];
  const first = openStore(one, environmentOf("production", null), ioOf());
  await first.append("pay-1", 0, "{}");
  expect(await openStore(one, environmentOf("production", null), ioOf()).list()).toEqual(["pay-1"]);
  expect(await openStore(one, environmentOf("staging", null), ioOf()).list()).toEqual([]);
  expect(await openStore(other, environmentOf("production", null), ioOf()).list()).toEqual([]);
});

it("is a bucket that all machines share, and in it a place for each environment", async () => {
  const shared = "gs://acme-exports/moves";
  const first = openStore(machine(), environmentOf("production", shared), ioOf());
  const second = openStore(machine(), environmentOf("production", shared), ioOf());
  const staging = openStore(machine(), environmentOf("staging", shared), ioOf());
  await first.append("pay-1", 0, '{"n":0}');
  await second.append("pay-1", 1, '{"n":1}');
  expect([await first.read("pay-1"), await staging.list()]).toEqual([['{"n":0}', '{"n":1}'], []]);
  const lock = await first.lock("pay", holderHere("pay-1", false));
  await expect(second.lock("pay", holderHere("pay-1", true))).rejects.toThrow(/is at the move pay-1 of pay since/);
  await lock.release();
  await (await second.lock("pay", holderHere("pay-1", false))).release();
  for (const store of [first, second, staging]) await store.close();
});

it("keeps a last line, and gives its lock back, when the command is interrupted", async () => {
  const command = new AbortController();
  const shared = "gs://acme-exports/interrupted";
  const first = openStore(machine(), environmentOf("production", shared), ioOf(command.signal));
  const lock = await first.lock("pay", holderHere("pay-1", false));
  command.abort(new Error("interrupted"));
  await first.append("pay-1", 0, '{"n":0}');
  await expect(first.read("pay-1")).rejects.toThrow("interrupted");
  await lock.release();
  const next = openStore(machine(), environmentOf("production", shared), ioOf());
  await (await next.lock("pay", holderHere("pay-1", false))).release();
  expect(await next.read("pay-1")).toEqual(['{"n":0}']);
});

it("is refused where it is no address of a bucket, and where there is none of that name", async () => {
  const wrong = openStore(machine(), environmentOf("production", "s3://acme-state/moves"), ioOf());
  await expect(wrong.list()).rejects.toMatchObject({
    problems: [
      {
        message: "Environment production keeps its journals at s3://acme-state/moves, which is no address of a bucket.",
        mend: "Write `journal: gs://BUCKET/PATH`, or take it out: then journals lie beside the state on this machine.",
      },
    ],
  });
  const missing = openStore(machine(), environmentOf("production", "gs://acme-nowhere/moves"), ioOf());
  for (const asked of [
    missing.list(),
    missing.lock("pay", holderHere("pay-1", false)),
    missing.append("pay-1", 0, "{}"),
  ]) {
    await expect(asked).rejects.toThrow(
      /^The journals at gs:\/\/acme-nowhere\/moves\/production: .*The specified bucket does not exist\.\. Make that bucket, or mend `journal` in regions\.yaml\.$/,
    );
  }
});
