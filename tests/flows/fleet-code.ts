import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { archiveOf, type DeployedFunction } from "../sandbox/deployed-code.ts";
import { manifest, root } from "../story/fleet.ts";

export type FunctionName = keyof typeof import("../../src/functions/src/index.ts");

/** Folder of the fleet's codebase. */
export const source = join(root, "src/functions");

/** Compiles the reference fleet, or a copy of it, into a folder, as `build` of regions.yaml does. */
export function buildFleet(out: string, from = source): void {
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  // Whether its types are right is asked once, by `npm run check`.
  execFileSync(process.execPath, [compiler, "-p", from, "--noCheck", "--outDir", out]);
}

/** Builds the reference fleet, or a copy of it, beside the checkout, and packs it with its own package.json. */
export function fleetArchive(from = source): Buffer {
  const out = mkdtempSync(join(tmpdir(), "regions-fleet-"));
  try {
    buildFleet(out, from);
    const files: Record<string, string> = { "package.json": readFileSync(join(from, "package.json"), "utf8") };
    for (const entry of readdirSync(out, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      files[`lib/${path.slice(out.length + 1).replaceAll("\\", "/")}`] = readFileSync(path, "utf8");
    }
    return archiveOf(files);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/** What firebase-functions says of an exported function; only the keys that a copy is deployed from. */
interface Endpoint {
  readonly secretEnvironmentVariables?: readonly { readonly key: string }[];
  readonly eventTrigger?: {
    readonly eventType: string;
    readonly eventFilters?: Readonly<Record<string, unknown>>;
    readonly eventFilterPathPatterns?: Readonly<Record<string, unknown>>;
    readonly retry: boolean;
  };
}

/** Functions of the fleet as they are deployed: in the regions of regions.yaml, with the triggers and secrets of the code. */
export async function deployedAs(
  names: readonly FunctionName[],
  variables: Readonly<Record<string, string>>,
): Promise<DeployedFunction[]> {
  // The code asks for it while it is loaded.
  const { project } = manifest.environment;
  process.env.FIREBASE_CONFIG = JSON.stringify({ projectId: project, storageBucket: `${project}.firebasestorage.app` });
  const fleet: Readonly<Record<string, unknown>> = await import("../../src/functions/src/index.ts");
  return names.map((name) => copyOf(name, (fleet[name] as { readonly __endpoint: Endpoint }).__endpoint, variables));
}

function copyOf(name: FunctionName, endpoint: Endpoint, variables: Readonly<Record<string, string>>): DeployedFunction {
  const { secretEnvironmentVariables: secrets = [], eventTrigger: event } = endpoint;
  return {
    id: name,
    region: regionOf(name),
    service: {
      environmentVariables: variables,
      secretEnvironmentVariables: secrets.map(({ key }) => ({ key, secret: key, version: "latest" })),
    },
    ...(event === undefined
      ? {}
      : {
          eventTrigger: {
            eventType: event.eventType,
            // Where the database lies, and the bucket.
            triggerRegion: event.eventType.startsWith("google.cloud.storage.") ? "europe-west1" : "eur3",
            retryPolicy: event.retry ? "RETRY_POLICY_RETRY" : "RETRY_POLICY_DO_NOT_RETRY",
            eventFilters: [
              ...Object.entries(event.eventFilters ?? {}).map(([attribute, value]) => ({
                attribute,
                value: `${value}`,
              })),
              ...Object.entries(event.eventFilterPathPatterns ?? {}).map(([attribute, value]) => ({
                attribute,
                value: `${value}`,
                operator: "match-path-pattern",
              })),
            ],
          },
        }),
  };
}

/** The one region that regions.yaml gives a function. */
export function regionOf(name: string): string {
  const [region, ...others] = manifest.functions.get(name)?.regions ?? [];
  if (region === undefined || others.length > 0) throw new Error(`regions.yaml gives ${name} not one region`);
  return region;
}
