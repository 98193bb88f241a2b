import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { bareEnvironment, bundle } from "./run.ts";

it("ends where its own files go while it runs, those that tell of errors too", () => {
  const folder = mkdtempSync(join(tmpdir(), "regions-gone-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const dist = dirname(bundle);
  cpSync(dist, join(folder, "dist"), { recursive: true });
  symlinkSync(join(dist, "../node_modules"), join(folder, "node_modules"));
  const chunks = readdirSync(join(folder, "dist/chunks"));
  const gone = chunks.filter((name) => /^(?:audit|problems)-/.test(name));
  expect(gone.length).toBeGreaterThan(1);
  for (const name of gone) rmSync(join(folder, "dist/chunks", name));
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, "dist/regions.js"), "audit"], {
    cwd: folder,
    env: bareEnvironment(),
    encoding: "utf8",
    timeout: 20_000,
  });
  expect([status, stdout, stderr]).toEqual([
    3,
    "",
    "Files of regions itself are gone, as after an update or a removal while it ran.\n  Start it again; `regions migrate status` shows moves that are not over.\n",
  ]);
});
