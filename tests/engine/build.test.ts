import { spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { engineVersion } from "../../src/stacks/engine/places.ts";
import { explainFailure, findGo, withoutGo } from "../../tools/engine/go.mjs";

/* The build around Go: what it leaves and what it says. Go itself is a script here, as a real build takes minutes; that
   what Go builds works is shown by the tests of the engine. */

const script = join(import.meta.dirname, "../../tools/engine/build.mjs");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "regions-build-"));
  mkdirSync(join(folder, "bin"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const engines = () => join(folder, "cache/gcp-regions/engine");
const root = () => join(engines(), engineVersion);
const left = () => (existsSync(engines()) ? readdirSync(engines()) : []);
const calls = () => readFileSync(join(folder, "calls"), "utf8").trim().split("\n");

/** A go that notes its calls, then does `list` or `build`; both are shell, `$out` is where executables go. */
function fakeGo({ list = "echo a; echo b", build = writesBoth(`v${engineVersion}`) } = {}): void {
  const text = `#!/bin/sh
echo "$1" >> '${join(folder, "calls")}'
while [ $# -gt 0 ]; do
  case "$1" in list) do=list;; build) do=build;; -o) out="$2";; esac
  shift
done
if [ "$do" = list ]; then
${list}
else
${build}
fi
`;
  writeFileSync(join(folder, "bin/go"), text);
  chmodSync(join(folder, "bin/go"), 0o755);
}

function writesBoth(version: string): string {
  return `for name in pulumi pulumi-language-nodejs; do
  printf '#!/bin/sh\\necho ${version}\\n' > "$out/$name"; chmod +x "$out/$name"
done`;
}

interface Build {
  readonly pid: number;
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
}

function start(): Build {
  const env = { PATH: `${join(folder, "bin")}:/usr/bin:/bin`, XDG_CACHE_HOME: join(folder, "cache"), HOME: folder };
  const child = spawn(process.execPath, [script], { env });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    stderr += text;
  });
  const ended = new Promise<Awaited<Build["ended"]>>((resolve) =>
    child.on("close", (code) => resolve({ code, stdout, stderr })),
  );
  return { pid: child.pid ?? 0, kill: (signal) => child.kill(signal), ended };
}
const build = () => start().ended;

describe("what it leaves", () => {
  it("builds both programs, says the folder, and leaves nothing else", async () => {
    fakeGo();
    const { code, stdout, stderr } = await build();
    expect([code, stdout]).toEqual([0, `${root()}\n`]);
    expect(stderr).toMatch(
      /^Building Pulumi engine .*fetching modules\.\.\.\nCompiling up to 2 packages\.\.\.\n.* built in \d+ s\.\n$/,
    );
    expect(readdirSync(join(root(), "bin")).sort()).toEqual(["pulumi", "pulumi-language-nodejs"]);
    expect(left()).toEqual([engineVersion]);
  });

  it("does nothing the second time", async () => {
    fakeGo();
    await build();
    expect(await build()).toEqual({ code: 0, stdout: `${root()}\n`, stderr: "" });
    expect(calls()).toEqual(["list", "build"]);
  });

  it.each([
    ["another recipe built it", "build.json", (file: string) => writeFileSync(file, '{ "recipe": "older" }')],
    ["its stamp is damaged", "build.json", (file: string) => writeFileSync(file, '{ "rec')],
    ["a program is missing", "bin/pulumi-language-nodejs", (file: string) => rmSync(file)],
  ])("builds anew where %s", async (_, file, change) => {
    fakeGo();
    await build();
    change(join(root(), file));
    expect((await build()).code).toBe(0);
    expect(calls()).toEqual(["list", "build", "list", "build"]);
    expect((await build()).stderr).toBe("");
  });

  it("keeps the engine there is when a later build fails", async () => {
    fakeGo();
    await build();
    writeFileSync(join(root(), "build.json"), "{}");
    fakeGo({ build: "echo 'x.go:1:1: syntax error' >&2; exit 1" });
    expect((await build()).code).toBe(1);
    expect(readFileSync(join(root(), "bin/pulumi"), "utf8")).toContain(engineVersion);
    expect(left()).toEqual([engineVersion]);
  });

  it("puts nothing in place that does not say the version", async () => {
    fakeGo({ build: writesBoth("") });
    const { code, stdout, stderr } = await build();
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(`The engine was built, but \`pulumi version\` says "" instead of v${engineVersion}.\n`);
    expect(readdirSync(join(root(), "bin"))).toEqual([]);
  });
});

describe("two at once, and killed ones", () => {
  const slow = `echo $PPID > '$folder/building'; while [ ! -e '$folder/go-on' ]; do sleep 0.05; done; `;
  const slowGo = () => fakeGo({ build: slow.replaceAll("$folder", folder) + writesBoth(`v${engineVersion}`) });
  const building = () => expect.poll(() => existsSync(join(folder, "building")), { timeout: 10_000 }).toBe(true);

  it("lets the second wait for the first, and build nothing", async () => {
    slowGo();
    const first = start();
    await building();
    const second = start();
    const told = `Another build (process ${first.pid}) is under way; waiting for it.\n`;
    setTimeout(() => writeFileSync(join(folder, "go-on"), ""), 1000);
    expect(await first.ended).toMatchObject({ code: 0, stdout: `${root()}\n` });
    expect(await second.ended).toEqual({ code: 0, stdout: `${root()}\n`, stderr: told });
    expect(calls()).toEqual(["list", "build"]);
    expect(left()).toEqual([engineVersion]);
  });

  it.each(["SIGINT", "SIGTERM"] as const)("leaves nothing half-made after %s, and ends with 130", async (signal) => {
    slowGo();
    const killed = start();
    await building();
    killed.kill(signal);
    expect(await killed.ended).toMatchObject({ code: 130, stdout: "" });
    expect(readdirSync(join(root(), "bin"))).toEqual([]);
    expect(left()).toEqual([engineVersion]);
  });

  it("takes over from one that was killed outright, and removes what it left", async () => {
    slowGo();
    const killed = start();
    await building();
    killed.kill("SIGKILL");
    await killed.ended;
    expect(left()).toHaveLength(3);
    writeFileSync(join(folder, "go-on"), "");
    expect((await build()).code).toBe(0);
    expect(left()).toEqual([engineVersion]);
  });

  it("takes over a lock that nobody has touched for a minute, whoever has its process id now", async () => {
    fakeGo();
    mkdirSync(root(), { recursive: true });
    const lock = `${root()}.lock`;
    writeFileSync(lock, JSON.stringify({ pid: process.pid, host: hostname() }));
    const then = new Date(Date.now() - 90_000);
    utimesSync(lock, then, then);
    expect((await build()).code).toBe(0);
    expect(left()).toEqual([engineVersion]);
  });
});

describe("what it says when it fails", () => {
  const failing = async (output: string) => {
    fakeGo({ list: `cat >&2 <<'EOF'\n${output}\nEOF\nexit 1` });
    return build();
  };

  it.each([
    [
      "a Go that is too old",
      "go: go.mod requires go >= 1.26.6 (running go 1.24.1; GOTOOLCHAIN=local)",
      "This Go is too old: go.mod needs Go 1.26.6",
    ],
    [
      "a proxy that does not serve a module",
      "go: github.com/pulumi/pulumi/pkg/v3@v3.276.0: reading https://proxy.example/pkg/@v/v3.276.0.mod: 403 Forbidden",
      "The Go module proxy does not serve a module that the engine needs",
    ],
    [
      "a full disk",
      "go: writing stat cache: write /home/ann/go/pkg/mod/cache/x.info: no space left on device",
      "The disk is full. A first build needs about 4 GB",
    ],
    [
      "a module that was tampered with",
      "verifying github.com/pulumi/pulumi/sdk/v3@v3.276.0: checksum mismatch\nSECURITY ERROR",
      "A module is not what go.sum says it is.",
    ],
    [
      "a compiler that was killed",
      "compile: signal: killed",
      "The compiler was killed, most likely for want of memory",
    ],
    ["something else", "x.go:1:1: undefined: y", "That is no failure this script knows."],
  ])("%s", async (_, output, meaning) => {
    const { code, stdout, stderr } = await failing(output);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(`Fetching the modules failed:\n${output}\n\n${meaning}`);
    expect(calls()).toEqual(["list"]);
  });

  it("tries a failing network three times", async () => {
    const { code, stderr } = await failing("dial tcp: lookup proxy.example: no such host");
    expect(code).toBe(1);
    expect(calls()).toEqual(["list", "list", "list"]);
    expect(stderr).toContain("The Go module proxy cannot be reached");
  });

  it("shows the end of a long output, without the downloads", () => {
    const lines = Array.from({ length: 30 }, (_, index) => `line ${index}`);
    const text = explainFailure(["go: downloading a v1", ...lines, "go: downloading b v1"].join("\n"), "1.26.6");
    expect(text.split("\n").slice(0, 12)).toEqual(lines.slice(-12));
  });

  it("a cache folder that cannot be made", async () => {
    fakeGo();
    writeFileSync(join(folder, "cache"), "a file");
    const { code, stderr } = await build();
    expect(code).toBe(1);
    expect(stderr).toContain(`${root()} cannot be written: ENOTDIR`);
    expect(stderr).toContain("Set XDG_CACHE_HOME to a folder that can");
  });

  it("a machine without Go: what to install", () => {
    expect(findGo({ PATH: join(folder, "nothing") }, [])).toBeNull();
    expect(withoutGo("1.26.6")).toContain("Install Go 1.26.6 or later (https://go.dev/dl/");
  });

  it("finds Go in PATH first, then in GOROOT, then in the usual folders", () => {
    for (const name of ["path", "root/bin", "usual"]) {
      mkdirSync(join(folder, name), { recursive: true });
      writeFileSync(join(folder, name, "go"), "");
    }
    const env = { PATH: `:${join(folder, "path")}`, GOROOT: join(folder, "root") };
    expect(findGo(env, [join(folder, "usual")])).toBe(join(folder, "path/go"));
    expect(findGo({ ...env, PATH: "" }, [join(folder, "usual")])).toBe(join(folder, "root/bin/go"));
    expect(findGo({ PATH: "" }, [join(folder, "usual")])).toBe(join(folder, "usual/go"));
  });
});
