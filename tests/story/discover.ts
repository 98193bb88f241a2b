import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { root } from "./fleet.ts";

interface Endpoint {
  readonly region?: readonly string[];
  readonly entryPoint: string;
  readonly callableTrigger?: object;
  readonly httpsTrigger?: object;
  readonly scheduleTrigger?: { readonly schedule: string; readonly timeZone: string };
  readonly taskQueueTrigger?: {
    readonly rateLimits: { readonly maxConcurrentDispatches: number; readonly maxDispatchesPerSecond: number };
  };
  readonly eventTrigger?: {
    readonly eventType: string;
    readonly eventFilters: Readonly<Record<string, string>>;
    readonly eventFilterPathPatterns?: Readonly<Record<string, string>>;
  };
}

interface Discovery {
  readonly endpoints: Readonly<Record<string, Endpoint>>;
  /** Names that the built module exports, functions or not. */
  readonly exports: readonly string[];
}

/** Builds src/functions into a temporary folder and asks the SDK's own `firebase-functions` what it declares. */
export async function discover(): Promise<Discovery> {
  const folder = mkdtempSync(join(tmpdir(), "regions-functions-"));
  try {
    const bundle = await rolldown({
      input: join(root, "src/functions/src/index.ts"),
      platform: "node",
      external: (id) => !id.startsWith(".") && !id.startsWith("/") && !/^[A-Za-z]:/.test(id),
    });
    const { output } = await bundle.write({ dir: join(folder, "lib"), format: "esm", entryFileNames: "index.js" });
    await bundle.close();
    copyFileSync(join(root, "src/functions/package.json"), join(folder, "package.json"));
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
    const manifest = join(folder, "functions.yaml");
    const run = spawnSync(
      process.execPath,
      [join(root, "node_modules/firebase-functions/lib/bin/firebase-functions.js")],
      {
        cwd: folder,
        encoding: "utf8",
        timeout: 30_000,
        env: {
          PATH: process.env.PATH,
          GCLOUD_PROJECT: "demo-regions",
          FIREBASE_CONFIG: JSON.stringify({
            projectId: "demo-regions",
            storageBucket: "demo-regions.firebasestorage.app",
          }),
          FUNCTIONS_MANIFEST_OUTPUT_PATH: manifest,
        },
      },
    );
    if (run.status !== 0) throw new Error(`firebase-functions ended with ${run.status}\n${run.stderr}`);
    return { endpoints: JSON.parse(readFileSync(manifest, "utf8")).endpoints, exports: output[0].exports };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const kinds = {
  callableTrigger: "callable",
  httpsTrigger: "https",
  scheduleTrigger: "scheduled",
  taskQueueTrigger: "task",
  eventTrigger: "event",
} as const;

export function kindOf(endpoint: Endpoint): string {
  for (const [key, kind] of Object.entries(kinds)) if (key in endpoint) return kind;
  throw new Error(`no known trigger in ${JSON.stringify(endpoint)}`);
}
