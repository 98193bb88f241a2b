import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Io } from "../../src/cli/io.ts";
import { main } from "../../src/cli/main.ts";

/** A small shop in a folder of its own, as `regions fix` meets it. */
export interface Shop {
  /** Texts by path; what is written is what is read: byte order mark, line ends and all. */
  readonly files: Readonly<Record<string, string | Buffer>>;
  /** Lines below `functions:` of the manifest; those used most stand in `usual`. */
  readonly functions?: readonly string[];
  /** "name@region": what is live. */
  readonly live?: readonly string[];
  /** Further lines of the manifest. */
  readonly manifest?: string;
}

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What `--format json` said. */
  readonly said: {
    readonly status: string;
    readonly mended: readonly { rule: string; function: string | null; from: string; to: string; what: string }[];
    readonly refused: readonly { function: string | null; reason: string; mend: string }[];
    readonly files: readonly { file: string; diff: string }[];
  };
  /** New texts of the files that changed. */
  readonly changed: Readonly<Record<string, string>>;
}

/** Payments belong in europe-west3, sign-ups in europe-west2, the rest in europe-west1. */
const usual = [
  "pay: payments",
  "refund: payments",
  "register: affiliate",
  "invite: affiliate",
  "list: core",
  "stats: core",
];
const usuallyLive = [
  "pay@europe-west3",
  "refund@europe-west3",
  "register@europe-west2",
  "invite@europe-west2",
  "list@europe-west1",
  "stats@europe-west1",
];

function manifestOf(functions: readonly string[], more: string): string {
  return `version: 1
environments:
  production: { project: acme-prod }
regions:
  us-central1: {}
  europe-west1: {}
  europe-west2: {}
  europe-west3: {}
classes:
  core: { region: europe-west1, allow: [us-central1, europe-west2] }
  affiliate: { region: europe-west2 }
  payments: { region: europe-west3, allow: [europe-west2] }
functions:
${functions.map((line) => `  ${line}`).join("\n")}
callers:
  web: { root: web }
${more}`;
}

/** The listing of `firebase functions:list --json`. */
function listingOf(live: readonly string[]): string {
  const result = live.map((copy) => {
    const [id = "", region = ""] = copy.split("@");
    return { id, region, project: "acme-prod", platform: "gcfv2", callableTrigger: {}, runtime: "nodejs22" };
  });
  return JSON.stringify({ status: "success", result });
}

export interface Opened {
  readonly root: string;
  run(args: readonly string[], io?: Partial<Io>): Promise<{ code: number; stdout: string; stderr: string }>;
  read(file: string): string;
  remove(): void;
}

/** Writes the shop to a temporary folder. */
export function open({ files, functions = usual, live = usuallyLive, manifest = "" }: Shop): Opened {
  const root = mkdtempSync(join(tmpdir(), "regions-shop-"));
  const all = { "regions.yaml": manifestOf(functions, manifest), "listing.json": listingOf(live), ...files };
  for (const [file, text] of Object.entries(all)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  return {
    root,
    async run(args, io = {}) {
      let stdout = "";
      let stderr = "";
      const code = await main(args, {
        stdout: {
          write: async (text) => {
            stdout += text;
          },
          isTerminal: false,
          columns: null,
        },
        stderr: {
          write: async (text) => {
            stderr += text;
          },
          isTerminal: false,
          columns: null,
        },
        env: {},
        cwd: root,
        signal: new AbortController().signal,
        now: () => new Date("2026-11-22T12:00:00Z"),
        ...io,
      });
      return { code, stdout, stderr };
    },
    read: (file) => readFileSync(join(root, file), "utf8"),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** Runs `regions fix --yes` on the shop as JSON, and compares every file with what it was. */
export async function fix(shop: Shop, args: readonly string[] = ["--deployed", "listing.json"]): Promise<Outcome> {
  const opened = open(shop);
  try {
    const ran = await opened.run(["fix", "--yes", "--format", "json", ...args]);
    const changed: Record<string, string> = {};
    for (const [file, before] of Object.entries(shop.files)) {
      const now = readFileSync(join(opened.root, file));
      if (!now.equals(Buffer.from(before))) changed[file] = now.toString("utf8");
    }
    const said = ran.stdout === "" ? { status: "", mended: [], refused: [], files: [] } : JSON.parse(ran.stdout);
    return { ...ran, said, changed };
  } finally {
    opened.remove();
  }
}
