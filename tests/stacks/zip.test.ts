import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ZipEntry, zip } from "../../src/stacks/archive/zip.ts";

const entry = (path: string, text: string, executable = false): ZipEntry => {
  return { path, bytes: Buffer.from(text), executable };
};

const entries = [
  entry("package.json", '{"main":"lib/index.js"}\n'),
  entry("lib/index.js", "export const answer = 42;\n"),
  entry("lib/empty.js", ""),
  entry("bin/run", "#!/bin/sh\nexit 0\n", true),
  entry("assets/grüße.txt", "Schöne Grüße"),
];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "regions-zip-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Unpacks with Python's zipfile, which checks every checksum; null where there is no Python. */
function unpack(bytes: Buffer): { readonly names: string[]; readonly text: (path: string) => string } | null {
  const file = join(folder, "archive.zip");
  writeFileSync(file, bytes);
  const script = `
import json, os, sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
bad = z.testzip()
assert bad is None, bad
for info in z.infolist():
    z.extract(info, sys.argv[2])
    os.chmod(os.path.join(sys.argv[2], info.filename), info.external_attr >> 16 & 0o777)
print(json.dumps([i.filename for i in z.infolist()]))`;
  const run = spawnSync("python3", ["-c", script, file, join(folder, "out")], { encoding: "utf8" });
  if (run.error !== undefined) return null;
  if (run.status !== 0) throw new Error(run.stderr);
  return { names: JSON.parse(run.stdout), text: (path) => readFileSync(join(folder, "out", path), "utf8") };
}

describe("zip", () => {
  it("is read by others, with sorted names, contents and modes", (context) => {
    const read = unpack(zip(entries));
    if (read === null) return context.skip("there is no python3 to read the archive with");
    expect(read.names).toEqual(["assets/grüße.txt", "bin/run", "lib/empty.js", "lib/index.js", "package.json"]);
    expect(read.names.map((name) => read.text(name))).toEqual(
      read.names.map((name) => Buffer.from(entries.find(({ path }) => path === name)?.bytes ?? []).toString()),
    );
    expect(statSync(join(folder, "out/bin/run")).mode & 0o777).toBe(0o755);
    expect(statSync(join(folder, "out/package.json")).mode & 0o777).toBe(0o644);
  });

  it("has the same bytes for the same entries in any order, on every machine", () => {
    const bytes = zip(entries);
    expect(zip([...entries].reverse()).equals(bytes)).toBe(true);
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(
      "b83f3ba10cef3ab00e9d752c7601af86b769bc8183bec3610f307c047e8aaf08",
    );
  });

  it("compresses what is large, and others still read it", (context) => {
    const line = "export const answer = 42;\n";
    const large = entry("lib/large.js", line.repeat(Math.ceil((65 * 1024 * 1024) / line.length)));
    const bytes = zip([large, ...entries]);
    expect(bytes.length).toBeLessThan(1024 * 1024);
    const read = unpack(bytes);
    if (read === null) return context.skip("there is no python3 to read the archive with");
    expect(read.text("lib/large.js").length).toBe(large.bytes.byteLength);
  });

  it("refuses more files than the format can count", () => {
    const many = Array.from({ length: 65_536 }, (_, index) => entry(`f${index}`, ""));
    expect(() => zip(many)).toThrow("an archive holds at most 65535 files");
  });
});
