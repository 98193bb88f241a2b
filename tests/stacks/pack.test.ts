import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { isLeftOut } from "../../src/stacks/archive/left-out.ts";
import { type CodebaseFiles, packCodebase } from "../../src/stacks/archive/pack.ts";
import { type Lock, lockOfWorkspace } from "../../src/stacks/archive/workspace-lock.ts";
import type { ZipEntry } from "../../src/stacks/archive/zip.ts";

const root = join(import.meta.dirname, "../..");
const json = (file: string) => JSON.parse(readFileSync(join(root, file), "utf8"));
const repositoryLock: Lock = json("package-lock.json");
const functionsPackage = json("src/functions/package.json");

const file = (path: string, text: string): ZipEntry => ({ path, bytes: Buffer.from(text), executable: false });
const packageJson = (value: object): ZipEntry => file("package.json", JSON.stringify(value));

function pack(files: readonly ZipEntry[], workspace: CodebaseFiles["workspace"] = null) {
  return packCodebase({ codebase: "default", files, workspace });
}

/** Texts of an archive by path, read from its central directory. */
function contents(bytes: Buffer): Record<string, string> {
  const found: Record<string, string> = {};
  let at = bytes.readUInt32LE(bytes.length - 6);
  while (bytes.readUInt32LE(at) === 0x02014b50) {
    const [method, size, nameLength] = [
      bytes.readUInt16LE(at + 10),
      bytes.readUInt32LE(at + 20),
      bytes.readUInt16LE(at + 28),
    ];
    const name = bytes.subarray(at + 46, at + 46 + nameLength).toString();
    const start = bytes.readUInt32LE(at + 42) + 30 + nameLength;
    const packed = bytes.subarray(start, start + size);
    found[name] = (method === 0 ? packed : inflateRawSync(packed)).toString();
    at += 46 + nameLength;
  }
  return found;
}

describe("what an archive leaves out", () => {
  it.each([
    ["node_modules", true],
    ["lib/node_modules", true],
    [".git", true],
    [".env", false],
    [".env.production", false],
    ["config/.env.local", false],
    [".secret.local", false],
    ["firebase-debug.log", false],
    ["firebase-debug.1.log", false],
    [".gcloudignore", false],
    ["lib/tsconfig.tsbuildinfo", false],
  ])("leaves out %s", (path, isFolder) => expect(isLeftOut(path, isFolder)).toBe(true));

  it.each([
    ["package.json", false],
    ["lib/index.js", false],
    ["lib/env", true],
    ["environment.json", false],
    [".npmrc", false],
    ["templates/.environment", false],
  ])("keeps %s", (path, isFolder) => expect(isLeftOut(path, isFolder)).toBe(false));
});

describe("packCodebase", () => {
  const compiled = [packageJson({ name: "api", main: "lib/index.js" }), file("lib/index.js", "export {};\n")];

  it("takes files as they are, and says when nothing locks the packages", () => {
    const answer = pack(compiled);
    if (answer.kind !== "packed") throw new Error(answer.reasons.join("\n"));
    expect(contents(answer.archive.bytes)).toEqual({
      "package.json": '{"name":"api","main":"lib/index.js"}',
      "lib/index.js": "export {};\n",
    });
    expect(answer.archive.notes).toEqual([
      "codebase default has no lock file: Google chooses the versions of its packages at each build",
    ]);
  });

  it("has one hash for one content, and another for another", () => {
    const hashOf = (files: readonly ZipEntry[]) => {
      const answer = pack(files);
      return answer.kind === "packed" ? answer.archive.sha256 : null;
    };
    expect(hashOf([...compiled].reverse())).toBe(hashOf(compiled));
    expect(hashOf([...compiled, file("lib/other.js", "")])).not.toBe(hashOf(compiled));
  });

  it("keeps a lock of the codebase's own, with the package.json that it fits", () => {
    const own = { name: "api", main: "lib/index.js", devDependencies: { typescript: "6.0.3" } };
    const answer = pack([packageJson(own), file("package-lock.json", "{}")], {
      lock: repositoryLock,
      folder: "src/functions",
      file: "package-lock.json",
    });
    if (answer.kind !== "packed") throw new Error(answer.reasons.join("\n"));
    expect(contents(answer.archive.bytes)).toEqual({ "package.json": JSON.stringify(own), "package-lock.json": "{}" });
    expect(answer.archive.notes).toEqual([]);
  });

  it("gives a package of a workspace its part of the lock, without development dependencies", () => {
    const answer = pack([packageJson({ ...functionsPackage, devDependencies: { typescript: "6.0.3" } })], {
      lock: repositoryLock,
      folder: "src/functions",
      file: "package-lock.json",
    });
    if (answer.kind !== "packed") throw new Error(answer.reasons.join("\n"));
    const texts = contents(answer.archive.bytes);
    expect(JSON.parse(texts["package.json"] ?? "")).toEqual(functionsPackage);
    const lock: Lock = JSON.parse(texts["package-lock.json"] ?? "");
    expect(lock.packages[""]?.dependencies).toEqual(functionsPackage.dependencies);
    expect(lock.packages["node_modules/firebase-admin"]?.version).toBe("14.5.1");
    expect(Object.keys(lock.packages).filter((path) => /typescript|vitest|rolldown|pulumi/.test(path))).toEqual([]);
  });

  it("refuses what may not leave the machine, and what Google cannot install, all at once", () => {
    const key = { type: "service_account", private_key: "-----BEGIN PRIVATE KEY-----\nMII…" };
    const answer = pack([
      packageJson({ dependencies: { "@acme/money": "workspace:*", "@acme/tools": "file:../tools" } }),
      file("config/key.json", JSON.stringify(key)),
      file("certificates/client.pem", "-----BEGIN RSA PRIVATE KEY-----\nMII…"),
      file("certificates/root.pem", "-----BEGIN CERTIFICATE-----\nMII…"),
    ]);
    expect(answer).toEqual({
      kind: "problems",
      reasons: [
        "config/key.json holds the key of an account; name it in .gcloudignore, or move it out of the codebase",
        "certificates/client.pem holds a private key; name it in .gcloudignore, or move it out of the codebase",
        'it depends on @acme/money by "workspace:*", which is not in the archive: bundle it, or publish it',
        'it depends on @acme/tools by "file:../tools", which is not in the archive: bundle it, or publish it',
      ],
    });
  });
});

describe("lockOfWorkspace", () => {
  const prune = (packages: Lock["packages"], dependencies: Record<string, string>) =>
    lockOfWorkspace({ lockfileVersion: 3, packages }, "functions", { name: "functions", dependencies });

  it("moves what lies beside the package to the root, and keeps every version that is resolved", () => {
    const answer = prune(
      {
        functions: { version: "1.0.0" },
        "functions/node_modules/left": { version: "2.0.0", dependencies: { pad: "1" } },
        "node_modules/left": { version: "1.0.0" },
        "node_modules/right": { version: "1.0.0", dependencies: { left: "1" } },
        "node_modules/pad": {
          version: "1.0.0",
          dev: true,
          peerDependencies: { right: "*", absent: "*" },
          peerDependenciesMeta: { absent: { optional: true } },
        },
        "node_modules/unused": { version: "1.0.0" },
      },
      { left: "2", right: "1" },
    );
    expect(answer).toEqual({
      kind: "lock",
      lock: {
        name: "functions",
        lockfileVersion: 3,
        requires: true,
        packages: {
          "": { name: "functions", dependencies: { left: "2", right: "1" } },
          "node_modules/left": { version: "2.0.0", dependencies: { pad: "1" } },
          "node_modules/pad": {
            version: "1.0.0",
            peerDependencies: { right: "*", absent: "*" },
            peerDependenciesMeta: { absent: { optional: true } },
          },
          "node_modules/right": { version: "1.0.0", dependencies: { left: "1" } },
          "node_modules/right/node_modules/left": { version: "1.0.0" },
        },
      },
    });
  });

  it("says which package is missing, or is no package of a registry", () => {
    expect(prune({ functions: {} }, { left: "1" })).toEqual({
      kind: "problem",
      reason: "left, which functions needs, is not in it",
    });
    expect(prune({ functions: {}, "node_modules/money": { link: true } }, { money: "1" })).toEqual({
      kind: "problem",
      reason: "money, which functions needs, is a package of the workspace, which no registry has",
    });
  });

  it("resolves every need of the reference codebase to the version that the repository resolves it to", () => {
    const answer = lockOfWorkspace(repositoryLock, "src/functions", functionsPackage);
    if (answer.kind !== "lock") throw new Error(answer.reason);
    const needs = needsOf(answer.lock.packages, "");
    expect(needs).toEqual(needsOf(repositoryLock.packages, "src/functions"));
    expect(needs.length).toBeGreaterThan(300);
  });
});

/** Every need that is reached from a package, as "who version → what version", in Node's resolution. */
function needsOf(packages: Lock["packages"], root: string): string[] {
  const found = new Set<string>();
  const seen = new Set<string>();
  const visit = (path: string, shown: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    const { dependencies, optionalDependencies, peerDependencies } = packages[path] ?? {};
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
      const folders = path.split("/").map((_, index, all) => all.slice(0, all.length - index).join("/"));
      const target = [...folders, ""]
        .filter((folder) => !folder.endsWith("node_modules"))
        .map((folder) => (folder === "" ? `node_modules/${name}` : `${folder}/node_modules/${name}`))
        .find((candidate) => packages[candidate] !== undefined);
      if (target === undefined) continue;
      const version = `${name} ${packages[target]?.version}`;
      found.add(`${shown} → ${version}`);
      visit(target, version);
    }
  };
  visit(root, "root");
  return [...found].sort();
}
