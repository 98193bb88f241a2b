// Finds a Chromium for the tests of pages, and with --install gets Debian's where there is none. Plain JavaScript, so
// that every Node runs it.
import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/** What a person types where no browser was found. */
export const mend = "apt-get install -y --no-install-recommends chromium";

/** The path of a Chromium: REGIONS_CHROMIUM, else one on PATH; null where there is none. */
export function findBrowser(env = process.env) {
  if (env.REGIONS_CHROMIUM) return isProgram(env.REGIONS_CHROMIUM) ? env.REGIONS_CHROMIUM : null;
  const folders = (env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isProgram) ?? null;
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Debian's package, as root; tells on standard error what it does. True where there is a browser afterwards. */
function install() {
  if (findBrowser() !== null) return true;
  if (process.platform !== "linux" || process.getuid?.() !== 0) {
    process.stderr.write(`No Chromium was found, and only root can install one: ${mend}\n`);
    return false;
  }
  process.stderr.write("Installing Chromium (once, about a minute)...\n");
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  for (const command of ["apt-get update -qq", `${mend} -qq`]) {
    const [program, ...args] = command.split(" ");
    const { status } = spawnSync(program, args, { stdio: ["ignore", "ignore", 2], env, timeout: 600_000 });
    if (status !== 0) process.stderr.write(`${command} failed.\n`);
  }
  return findBrowser() !== null;
}

if (process.argv[1] === fileURLToPath(import.meta.url) && process.argv.includes("--install"))
  process.exitCode = install() ? 0 : 1;
