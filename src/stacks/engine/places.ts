import { posix, win32 } from "node:path";
import wanted from "./engine.json" with { type: "json" };
import type { Machine } from "./machine.ts";

/** The engine that is built and tested with: the version of the @pulumi/pulumi this package depends on. */
export const engineVersion: string = wanted.version;

/** The oldest CLI that serves the SDK: the first that streams its events over gRPC (pulumi 3.206). */
export const minimumVersion: string = wanted.minimum;

/** The path functions of the machine, which need not be the one this runs on. */
export function pathsOf({ platform }: Machine): typeof posix {
  return platform === "win32" ? win32 : posix;
}

/** `<root>/bin/pulumi`, which is where the Automation API looks below a root. */
export function executableBelow(root: string, machine: Machine): string {
  return pathsOf(machine).join(root, "bin", executableName("pulumi", machine));
}

export function executableName(name: string, { platform }: Machine): string {
  return platform === "win32" ? `${name}.exe` : name;
}

/** Pulumi's own folder: $PULUMI_HOME, else ~/.pulumi. */
export function pulumiHome(machine: Machine): string {
  return machine.env.PULUMI_HOME || pathsOf(machine).join(machine.home, ".pulumi");
}

/** Where tools/engine puts the engine it builds, by version, outside any repository. */
export function buildCache(machine: Machine, version: string = engineVersion): string {
  const { join } = pathsOf(machine);
  const { env, platform, home } = machine;
  const base =
    env.XDG_CACHE_HOME ||
    (platform === "win32" ? env.LOCALAPPDATA : "") ||
    join(home, platform === "darwin" ? "Library/Caches" : ".cache");
  return join(base, "gcp-regions", "engine", version);
}
