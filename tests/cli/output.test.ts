import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bareEnvironment, bundle, projectCopy, run } from "./run.ts";

/* Where output goes when there is nowhere for it to go. */

let project: ReturnType<typeof projectCopy>;
beforeEach(() => {
  project = projectCopy("shop");
});
afterEach(() => project.remove());

const snapshot = ["snapshot", "--sources", "declared,callers"];

/** Runs with standard output on a device that takes nothing, as a full disk does. */
function onFullDisk(args: readonly string[]) {
  const full = openSync("/dev/full", "w");
  const { status, stderr } = spawnSync(process.execPath, [bundle, ...args], {
    cwd: project.folder,
    env: bareEnvironment(),
    stdio: ["ignore", full, "pipe"],
    encoding: "utf8",
  });
  return { status, stderr };
}

describe.runIf(existsSync("/dev/full"))("a full disk under standard output", () => {
  it("is no success: the snapshot that was asked for is not there", () => {
    expect(onFullDisk(snapshot)).toEqual({ status: 3, stderr: "The result could not be written: the disk is full.\n" });
  });

  it("ends --version without a stack trace", () => {
    expect(onFullDisk(["--version"])).toEqual({ status: 3, stderr: "" });
  });
});

describe("a file to write", () => {
  const refused = async (output: string, reason: string) => {
    const ran = await run([...snapshot, "-o", output], { cwd: project.folder });
    expect(ran).toEqual({ code: 2, stdout: "", stderr: `${output} cannot be written: ${reason}.\n` });
  };

  it("below a file is refused in one sentence", () => refused("regions.yaml/x", "a part of its path is no folder"));

  it("below a folder that is missing is refused in one sentence", () => refused("no/such", "it does not exist"));

  it("keeps its permissions", async () => {
    const path = join(project.folder, "look.json");
    writeFileSync(path, "earlier", { mode: 0o600 });
    expect((await run([...snapshot, "-o", "look.json"], { cwd: project.folder })).code).toBe(0);
    expect([statSync(path).mode & 0o777, readFileSync(path, "utf8").startsWith("{")]).toEqual([0o600, true]);
  });
});

it("a working directory that has been removed is told, without a stack trace", async () => {
  const gone = join(project.folder, "gone");
  mkdirSync(gone);
  const script = 'cd "$1" && rmdir "$1" && exec "$2" "$3" audit --root . --sources declared';
  const child = spawn("sh", ["-c", script, "sh", gone, process.execPath, bundle], { env: bareEnvironment() });
  let told = "";
  child.stderr.on("data", (data) => {
    told += data;
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  expect({ code, told }).toEqual({ code: 2, told: "--root . is no folder that can be read.\n" });
  rmSync(gone, { recursive: true, force: true });
});

it("an option that is given nothing is refused, since an unset variable of a script must not change what is looked at", async () => {
  const ran = await run(["audit", "--root", "", "--deployed", ""], { cwd: project.folder });
  expect(ran.code).toBe(2);
  expect(ran.stderr.split("\n").filter((line) => line.startsWith("--"))).toEqual([
    "--deployed is given nothing.",
    "--root is given nothing.",
  ]);
});
