import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, normalize } from "node:path";
import { parseSync } from "oxc-parser";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bareEnvironment } from "../cli/run.ts";
import { install, ownNode, packageJson, root } from "./installed.ts";

let installed: ReturnType<typeof install>;
beforeAll(() => {
  installed = install();
});
afterAll(() => installed.remove());

const megabyte = 1024 * 1024;
const paths = () => installed.packed.files.map(({ path }) => path).sort();
const contents = (path: string) => readFileSync(join(installed.folder, "node_modules/gcp-regions", path), "utf8");

/** What a module names in import and export statements, and in `import()` where that is a plain text. */
function importsOf(path: string): string[] {
  const text = contents(path);
  const { module } = parseSync(path, text);
  const quoted = module.dynamicImports.map(({ moduleRequest: { start, end } }) => text.slice(start, end));
  return [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? []),
    ),
    ...quoted.flatMap((one) => /^(["'`])(.*)\1$/.exec(one)?.[2] ?? []),
  ];
}

describe("the tarball", () => {
  it("holds the program, what it reads at run time, and nothing else", () => {
    const rules = readdirSync(join(root, "src/audit/rules")).filter((file) => file.endsWith(".md"));
    expect(paths().filter((path) => !/^dist\/(chunks|types)\/[\w./-]+$/.test(path))).toEqual(
      [
        "CHANGELOG.md",
        "LICENSE",
        "README.md",
        "package.json",
        "regions.schema.json",
        "dist/THIRD-PARTY-NOTICES.txt",
        "dist/index.js",
        "dist/regions.js",
        "dist/sandbox-host.js",
        "dist/stack.js",
        "dist/policy-pack/PulumiPolicy.yaml",
        "dist/policy-pack/index.js",
        "dist/policy-pack/package.json",
        ...["csharp", "dart", "java", "kotlin", "python", "swift"].map((name) => `dist/grammars/${name}.wasm.gz`),
        ...rules.map((file) => `dist/rules/${file}`),
      ].sort(),
    );
    expect(paths().filter((path) => path.startsWith("dist/chunks/") && !path.endsWith(".js"))).toEqual([]);
    expect(paths().filter((path) => path.startsWith("dist/types/") && !path.endsWith(".d.ts"))).toEqual([]);
  });

  it("is small: 3 MB to fetch, 7 MB on disk", () => {
    expect(installed.packed.size).toBeLessThan(3 * megabyte);
    expect(installed.packed.unpackedSize).toBeLessThan(7 * megabyte);
  });

  it("imports only what lies in it, what Node has, and what it declares", () => {
    const have = new Set(paths());
    const declared = Object.keys(packageJson().dependencies);
    const unmet: string[] = [];
    for (const path of paths().filter((one) => one.endsWith(".js"))) {
      for (const name of importsOf(path)) {
        const isThere = name.startsWith(".")
          ? have.has(normalize(join(dirname(path), name)))
          : builtinModules.includes(name.replace(/^node:/, "")) ||
            declared.some((one) => name === one || name.startsWith(`${one}/`));
        if (!isThere) unmet.push(`${path}: ${name}`);
      }
    }
    expect(unmet).toEqual([]);
    expect(importsOf("dist/index.js").some((name) => name.startsWith("./chunks/"))).toBe(true);
  });

  it("names no path of the machine that made it", () => {
    expect(paths().filter((path) => /\.(js|ts|txt|json|md)$/.test(path) && contents(path).includes(root))).toEqual([]);
  });

  it("carries the notice of every package that is bundled", () => {
    const notices = contents("dist/THIRD-PARTY-NOTICES.txt");
    const titles = [...notices.matchAll(/^(\S+) \d+\.\d+\.\d+$/gm)].map((match) => match[1]);
    expect(titles).toEqual([
      "@cursorless/tree-sitter-wasms",
      "@repomix/tree-sitter-wasms",
      "chalk",
      "commander",
      "croner",
      "yaml",
      "zod",
    ]);
    expect(notices).toContain("Copyright (c) 2011 TJ Holowaychuk");
  });

  it("is built anew whenever it is packed, and runs no script where it is installed", () => {
    const { scripts } = JSON.parse(contents("package.json"));
    expect(scripts.prepack).toBe("node tools/build.mjs");
    expect(Object.keys(scripts).filter((name) => /^(pre|post)?install$|^prepare$/.test(name))).toEqual([]);
  });
});

describe("installed in a folder of its own", () => {
  const env = () => ({ ...ownNode(), ...bareEnvironment(), PATH: ownNode().PATH, npm_config_offline: "true" });
  const npx = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync("npx", ["regions", ...args], {
      cwd: installed.folder,
      encoding: "utf8",
      env: { ...env(), HOME: installed.folder },
    });
    return { status, stdout, stderr };
  };
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(installed.folder, path)), { recursive: true });
    writeFileSync(join(installed.folder, path), text);
  };

  it("says its version", () => {
    const { version } = JSON.parse(contents("package.json"));
    expect(npx("--version")).toEqual({ status: 0, stdout: `${version}\n`, stderr: "" });
  });

  it("says on an older Node what it needs", () => {
    const older = "Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.19.4'}})";
    const bin = join(installed.folder, "node_modules/gcp-regions/dist/regions.js");
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["--import", `data:text/javascript,${encodeURIComponent(older)}`, bin, "audit"],
      { cwd: installed.folder, encoding: "utf8", env: bareEnvironment() },
    );
    expect({ status, stdout, stderr }).toEqual({
      status: 2,
      stdout: "",
      stderr:
        "regions needs Node 22.12 or later, and this is 20.19.4.\n  Install a newer one, then type the same command again.\n",
    });
  });

  it("audits a repository: its source, its Kotlin, its listing", () => {
    cpSync(join(root, "tests/cli/fixtures/shop"), join(installed.folder, "shop"), { recursive: true });
    write(
      "shop/web/android/Search.kt",
      'class Search {\n  fun find() = Firebase.functions("europe-west4").getHttpsCallable("searchArticles")\n}\n',
    );
    const { status, stdout, stderr } = npx(
      ...["audit", "--root", "shop", "--sources", "declared,callers,deployed", "--deployed", "shop/listing.txt"],
      ...["--format", "json", "--today", "2026-11-22"],
    );
    expect(stderr).toBe("");
    const { findings, gaps } = JSON.parse(stdout);
    expect(findings.map(({ rule, place }: { rule: string; place: { file: string } }) => [rule, place.file])).toEqual([
      ["mismatched-caller", "web/android/Search.kt"],
    ]);
    expect([status, gaps]).toEqual([1, []]);
  });

  it("explains a rule, and writes a manifest of the fleet that the sandbox starts with", () => {
    expect(npx("explain", "wrong-region").stdout).toContain("wrong-region");
    write(
      "fleet/regions.yaml",
      [
        "version: 1",
        "environments: { local: { project: demo-regions, endpoint: sandbox } }",
        "regions: { europe-west1: { role: everything } }",
        "classes: { all: { region: europe-west1, why: a first look } }",
        "functions: { searchArticles: all }",
        "",
      ].join("\n"),
    );
    const { status, stdout } = npx("list", "deployed", "--root", "fleet", "--env", "local", "--format", "json");
    expect(status).toBe(0);
    const { functions } = JSON.parse(stdout);
    expect(functions.length).toBeGreaterThan(400);
  });

  it("starts the sandbox, which serves until it is told to end", async () => {
    const folder = join(installed.folder, "fleet");
    const bin = join(installed.folder, "node_modules/.bin/regions");
    const child: ChildProcess = spawn(bin, ["sandbox", "--empty"], { cwd: folder, env: env() });
    try {
      const base = await new Promise<string>((resolve, reject) => {
        child.stdout?.once("data", (chunk: Buffer) => resolve(String(chunk).trim()));
        child.once("close", (code) => reject(new Error(`it ended with ${code}`)));
      });
      expect(base).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
      expect(existsSync(join(folder, ".regions/sandbox/server.json"))).toBe(true);
    } finally {
      const ended = new Promise((resolve) => child.once("close", resolve));
      child.kill("SIGINT");
      expect(await ended).toBe(130);
    }
  });
});
