import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { askVersion } from "../../src/stacks/engine/ask-version.ts";
import { findEngine } from "../../src/stacks/engine/find.ts";
import { engineVersion, minimumVersion } from "../../src/stacks/engine/places.ts";

/* The order of the lookup, on executables that only say a version. */

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "regions-find-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (...path: string[]) => join(folder, ...path);

/** An executable that runs `script`. */
function executable(path: string, script: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}
const pulumi = (root: string, version: string) => executable(at(root, "bin/pulumi"), `echo v${version}`);

const machine = (env: Record<string, string> = {}) => ({
  env: { PATH: ["/usr/bin", "/bin"].filter((bin) => !existsSync(join(bin, "pulumi"))).join(delimiter), ...env },
  platform: "linux" as const,
  home: at("home"),
});
const path = (...folders: string[]) => ({ PATH: [...folders, "/usr/bin", "/bin"].join(delimiter) });
const cache = `home/.cache/gcp-regions/engine/${engineVersion}`;

describe("what is found", () => {
  it("takes the explicit root before everything else", async () => {
    pulumi("named", "3.250.0");
    pulumi("installed", "3.251.0");
    const { engine } = await findEngine(machine({ REGIONS_PULUMI_ROOT: at("named"), ...path(at("installed/bin")) }));
    expect(engine).toEqual({
      executable: at("named/bin/pulumi"),
      root: at("named"),
      version: "3.250.0",
      foundBy: "REGIONS_PULUMI_ROOT",
      languageHost: null,
    });
  });

  it("takes PATH before Pulumi's home and the build cache", async () => {
    pulumi("installed", "3.251.0");
    pulumi("home/.pulumi", "3.252.0");
    pulumi(cache, engineVersion);
    const { engine } = await findEngine(machine(path(at("nothing"), at("installed/bin"))));
    expect(engine).toMatchObject({ foundBy: "PATH", version: "3.251.0", root: at("installed") });
  });

  it("takes Pulumi's home before the build cache", async () => {
    pulumi("home/.pulumi", "3.252.0");
    pulumi(cache, engineVersion);
    const { engine } = await findEngine(machine());
    expect(engine).toMatchObject({ foundBy: "Pulumi home", version: "3.252.0", root: at("home/.pulumi") });
  });

  it("takes PULUMI_HOME for Pulumi's home", async () => {
    pulumi("elsewhere", "3.252.0");
    pulumi("home/.pulumi", "3.253.0");
    const { engine } = await findEngine(machine({ PULUMI_HOME: at("elsewhere") }));
    expect(engine).toMatchObject({ foundBy: "Pulumi home", root: at("elsewhere") });
  });

  it("takes, of the versions the installer left, the SDK's own", async () => {
    for (const version of ["3.209.0", engineVersion, "3.999.0"]) pulumi(`home/.pulumi/versions/${version}`, version);
    const { engine } = await findEngine(machine());
    expect(engine?.root).toBe(at("home/.pulumi/versions", engineVersion));
  });

  it("takes, where that is not among them, the newest by number, not by letter", async () => {
    for (const version of ["3.209.0", "3.1000.0", "3.210.9"]) pulumi(`home/.pulumi/versions/${version}`, version);
    mkdirSync(at("home/.pulumi/versions/scratch"));
    const { engine } = await findEngine(machine());
    expect(engine?.root).toBe(at("home/.pulumi/versions/3.1000.0"));
  });

  it("takes the build cache last, with the language host beside the engine", async () => {
    pulumi(cache, engineVersion);
    const host = executable(at(cache, "bin/pulumi-language-nodejs"), "exit 1");
    const { engine } = await findEngine(machine());
    expect(engine).toMatchObject({ foundBy: "build cache", root: at(cache), languageHost: host });
  });

  it("names no root for an executable outside a bin folder, and follows links", async () => {
    pulumi("installed", "3.251.0");
    mkdirSync(at("tools"));
    symlinkSync(at("installed/bin/pulumi"), at("tools/pulumi"));
    const { engine } = await findEngine(machine(path(at("tools"))));
    expect(engine).toMatchObject({ executable: at("tools/pulumi"), root: null, version: "3.251.0" });
  });

  it("takes a build of the vendor's own for its release", async () => {
    pulumi("installed", "3.277.0-dev.0");
    expect((await findEngine(machine(path(at("installed/bin"))))).engine?.version).toBe("3.277.0");
  });

  it("asks without an update check, which would need the network", async () => {
    executable(at("installed/bin/pulumi"), 'test "$PULUMI_SKIP_UPDATE_CHECK" = true && echo v3.251.0');
    expect((await findEngine(machine(path(at("installed/bin"))))).engine?.version).toBe("3.251.0");
  });
});

describe("what cannot be used", () => {
  it("goes on after an engine that is too old", async () => {
    pulumi("installed", "3.205.0");
    pulumi(cache, engineVersion);
    expect((await findEngine(machine(path(at("installed/bin"))))).engine?.foundBy).toBe("build cache");
  });

  it("takes exactly the oldest one that serves", async () => {
    pulumi("installed", minimumVersion);
    expect((await findEngine(machine(path(at("installed/bin"))))).engine?.version).toBe(minimumVersion);
  });

  it("does not run what the shell would not: only the first on PATH counts", async () => {
    pulumi("old", "3.1.0");
    pulumi("new", "3.276.0");
    const { engine, text } = await findEngine(machine(path(at("old/bin"), at("new/bin"))));
    expect(engine).toBeNull();
    expect(text).toContain(
      `  PATH                 ${at("old/bin/pulumi")} is 3.1.0; ${minimumVersion} or later is needed\n`,
    );
  });

  it("ends at an explicit root that has none", async () => {
    pulumi("installed", "3.251.0");
    const { engine, text } = await findEngine(
      machine({ REGIONS_PULUMI_ROOT: at("named"), ...path(at("installed/bin")) }),
    );
    expect(engine).toBeNull();
    expect(text).toBe(
      [
        "No Pulumi engine can be used. Looked in this order:",
        `  REGIONS_PULUMI_ROOT  ${at("named/bin/pulumi")} does not exist`,
        "Install Pulumi 3.206.0 or later (https://www.pulumi.com/docs/iac/download-install/) so that `pulumi version` " +
          "answers, or set REGIONS_PULUMI_ROOT to the folder that has bin/pulumi.",
      ].join("\n"),
    );
  });

  it("says where it looked when there is none at all", async () => {
    const { engine, text } = await findEngine(machine({ PATH: at("nothing") }));
    expect(engine).toBeNull();
    expect(text?.split("\n").slice(1, 5)).toEqual([
      "  REGIONS_PULUMI_ROOT  not set",
      "  PATH                 has no pulumi",
      `  Pulumi home          ${at("home/.pulumi")} has none`,
      `  build cache          ${at(cache)} has none`,
    ]);
  });

  it.each([
    ["prints an empty line, as one built without its version does", "echo", 'says no version but ""'],
    ["prints something else", "echo hello", 'says no version but "hello"'],
    ["is of a later major", "echo v4.0.0", `is 4.0.0; this SDK (${engineVersion}) serves 3.x only`],
    ["fails", "echo 'error: no home' >&2; exit 7", "failed with exit code 7: error: no home"],
  ])("says it of one that %s", async (_, script, reason) => {
    const named = executable(at("named/bin/pulumi"), script);
    const { text } = await findEngine(machine({ REGIONS_PULUMI_ROOT: at("named") }));
    expect(text).toContain(`  REGIONS_PULUMI_ROOT  ${named} ${reason}\n`);
  });

  it("says it of one that may not be run", async () => {
    const named = pulumi("named", "3.251.0");
    chmodSync(named, 0o644);
    const { text } = await findEngine(machine({ REGIONS_PULUMI_ROOT: at("named") }));
    expect(text).toContain(`  REGIONS_PULUMI_ROOT  ${named} cannot be run (EACCES)\n`);
  });

  it("does not wait for one that hangs", async () => {
    const named = executable(at("named/bin/pulumi"), "sleep 60");
    const { text } = await findEngine(machine({ REGIONS_PULUMI_ROOT: at("named") }), (file, env) =>
      askVersion(file, env, 200),
    );
    expect(text).toContain(`${named} gave no answer within 0.2 s\n`);
  });

  it("takes no folder of that name for an engine", async () => {
    mkdirSync(at("installed/bin/pulumi"), { recursive: true });
    expect((await findEngine(machine(path(at("installed/bin"))))).engine).toBeNull();
  });
});
