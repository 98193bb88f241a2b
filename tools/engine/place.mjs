// What is built and where it goes. Node 18 cannot import src/stacks/engine/places.ts, which says the same to the
// product; tests/engine/places.test.ts holds the two together.
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The version of the engine, as in "3.276.0". */
export const engineVersion = JSON.parse(
  readFileSync(fileURLToPath(new URL("../../src/stacks/engine/engine.json", import.meta.url)), "utf8"),
).version;

/** Where the engine is kept: the folder with bin/pulumi. */
export function cacheFolder(env = process.env, platform = process.platform, home = homedir()) {
  const base =
    env.XDG_CACHE_HOME ||
    (platform === "win32" ? env.LOCALAPPDATA : "") ||
    join(home, platform === "darwin" ? "Library/Caches" : ".cache");
  return join(base, "gcp-regions", "engine", engineVersion);
}

/** File names of what is built. The engine is last: where it lies, the other is there too. */
export const executables = ["pulumi-language-nodejs", "pulumi"].map((name) =>
  process.platform === "win32" ? `${name}.exe` : name,
);
