import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { buildCache, engineVersion, pulumiHome } from "../../src/stacks/engine/places.ts";
import { engineVersion as builtVersion, cacheFolder } from "../../tools/engine/place.mjs";

/* Four files name the engine's version, and two say where it is kept: the product cannot import tools/, and tools/ must
   run on a Node that cannot import TypeScript. */

const root = join(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(join(root, file), "utf8");
const json = (file: string) => JSON.parse(read(file)) as Record<string, Record<string, string> & string>;

describe("one version", () => {
  it.each([
    ["tools/engine/build.mjs", () => builtVersion],
    ["the SDK in node_modules", () => json("node_modules/@pulumi/pulumi/package.json").version],
    ["the dependencies of package.json", () => json("package.json").dependencies?.["@pulumi/pulumi"]],
    ["the engine of go.mod", () => /pulumi\/pkg\/v3 v(\S+)/.exec(read("tools/engine/go.mod"))?.[1]],
    ["the SDK of go.mod", () => /pulumi\/sdk\/v3 v(\S+)/.exec(read("tools/engine/go.mod"))?.[1]],
  ])("%s", (_, version) => {
    expect(version()).toBe(engineVersion);
  });
});

describe("one cache folder", () => {
  it.each([
    ["linux", {}, "/home/ann/.cache/gcp-regions/engine/"],
    ["linux", { XDG_CACHE_HOME: "/var/cache/ann" }, "/var/cache/ann/gcp-regions/engine/"],
    ["linux", { XDG_CACHE_HOME: "", LOCALAPPDATA: "/unused" }, "/home/ann/.cache/gcp-regions/engine/"],
    ["darwin", {}, "/home/ann/Library/Caches/gcp-regions/engine/"],
    ["darwin", { XDG_CACHE_HOME: "/var/cache/ann" }, "/var/cache/ann/gcp-regions/engine/"],
  ] as const)("on %s with %j", (platform, env, folder) => {
    const machine = { env, platform, home: "/home/ann" };
    expect(buildCache(machine)).toBe(folder + engineVersion);
    expect(cacheFolder(env, platform, "/home/ann")).toBe(folder + engineVersion);
  });

  it("on Windows, with LOCALAPPDATA", () => {
    const env = { LOCALAPPDATA: "C:\\Users\\ann\\AppData\\Local" };
    const machine = { env, platform: "win32" as const, home: "C:\\Users\\ann" };
    expect(buildCache(machine)).toBe(`C:\\Users\\ann\\AppData\\Local\\gcp-regions\\engine\\${engineVersion}`);
    expect(pulumiHome(machine)).toBe("C:\\Users\\ann\\.pulumi");
    // The script joins with the separator of the machine it runs on, which here is not Windows.
    expect(cacheFolder(env, "win32", "C:\\Users\\ann")).toBe(
      join("C:\\Users\\ann\\AppData\\Local", "gcp-regions", "engine", engineVersion),
    );
  });
});
