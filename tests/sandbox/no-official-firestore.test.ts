import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { comparison } from "./official-firestore.ts";

const root = join(import.meta.dirname, "../..");
const vitest = join(root, "node_modules/vitest/vitest.mjs");

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "regions-no-firestore-"));
  mkdirSync(join(folder, "bin"));
  writeFileSync(join(folder, "bin/java"), "#!/bin/sh\n");
  chmodSync(join(folder, "bin/java"), 0o755);
  writeFileSync(join(folder, "emulator.jar"), "");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The files that a run would take, of those with "official" in their name. */
function listed(env: Readonly<Record<string, string>>): Promise<string[]> {
  const { VITEST: _, FIRESTORE_EMULATOR_JAR: __, ...rest } = process.env;
  const child = spawn(process.execPath, [vitest, "list", "--filesOnly", "official"], {
    cwd: root,
    env: { ...rest, NO_COLOR: "1", ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    stdout += text;
  });
  return new Promise((resolve) => {
    child.on("close", () =>
      resolve(
        stdout
          .split("\n")
          .filter((line) => line.startsWith("tests/"))
          .sort(),
      ),
    );
  });
}

it("comparing with Google's Firestore emulator is part of a run where that and Java are, and of no other, without a skip", async () => {
  const others = ["tests/sandbox/no-official-firestore.test.ts", "tests/sandbox/official-clients.test.ts"];
  const [bin, jar] = [join(folder, "bin"), join(folder, "emulator.jar")];
  expect(await listed({ PATH: folder })).toEqual(others);
  // Java alone, and the emulator alone.
  expect(await listed({ PATH: bin })).toEqual(others);
  expect(await listed({ PATH: folder, FIRESTORE_EMULATOR_JAR: jar })).toEqual(others);
  expect(await listed({ PATH: bin, FIRESTORE_EMULATOR_JAR: jar })).toEqual([comparison, ...others]);
});
