import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { standInVariables } from "../../src/deployers/firebase-stand-in.ts";
import type { Seed } from "../../src/sandbox/seed.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import { smallSeed } from "../sandbox/small-seed.ts";

const repository = join(import.meta.dirname, "../..");
const program = join(repository, "node_modules/firebase-tools/lib/bin/firebase.js");

/** Lets processes connect to this machine alone, and writes down whatever else one tried to reach. */
const fence = (file: string): string => `const net = require("node:net");
const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...args) {
  const options = Array.isArray(args[0]) ? args[0][0] : args[0];
  const host = typeof options === "object" && options !== null ? options.host ?? options.path : args[1];
  if (host === undefined || host === null || /^(127\\.|::1$|localhost$|\\/|\\\\)/.test(String(host)))
    return connect.apply(this, args);
  require("node:fs").appendFileSync(${JSON.stringify(file)}, host + "\\n");
  process.nextTick(() => this.destroy(new Error("no network in tests")));
  return this;
};
`;

export interface Ran {
  readonly code: number | null;
  readonly output: string;
}

/** A project with a firebase.json and a codebase of its own, beside a sandbox that its Firebase CLI is pointed at. */
export interface FirebaseRoom {
  readonly folder: string;
  readonly sandbox: Sandbox;
  write(file: string, text: string): void;
  /** Runs the real Firebase CLI in the project, standard output and errors together. */
  firebase(...args: readonly string[]): Promise<Ran>;
  /** Variables of any process in it. */
  readonly own: Readonly<Record<string, string>>;
  /** The same for the Firebase CLI, pointed at the sandbox. */
  readonly env: Readonly<Record<string, string>>;
  /** Hosts off this machine that anything tried to reach. */
  strangers(): readonly string[];
  /** "europe-west1/hello", sorted, of what is deployed. */
  live(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export async function openFirebaseRoom(seeded: Partial<Seed> = {}): Promise<FirebaseRoom> {
  const folder = mkdtempSync(join(tmpdir(), "regions-firebase-"));
  const tried = join(folder, "strangers.txt");
  const write = (file: string, text: string): void => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  };
  write("fence.cjs", fence(tried));
  write(
    "functions/package.json",
    JSON.stringify({
      name: "functions",
      main: "index.js",
      engines: { node: "22" },
      dependencies: { "firebase-functions": "7.4.0" },
    }),
  );
  for (const name of ["firebase-functions", "firebase-admin"]) {
    mkdirSync(join(folder, "functions/node_modules"), { recursive: true });
    symlinkSync(join(repository, "node_modules", name), join(folder, "functions/node_modules", name));
  }
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(join(repository, "node_modules/firebase-tools"), join(folder, "node_modules/firebase-tools"));
  const sandbox = await startSandbox({ folder: null, seed: { ...smallSeed, ...seeded } });
  const own = {
    PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ""}`,
    HOME: folder,
    XDG_CONFIG_HOME: join(folder, ".config"),
    CI: "1",
    NO_COLOR: "1",
    NO_UPDATE_NOTIFIER: "1",
    NODE_NO_WARNINGS: "1",
    NODE_OPTIONS: `--require ${join(folder, "fence.cjs")}`,
    // The CLI asks npm whether a newer SDK is out.
    npm_config_offline: "true",
    // Loading the code takes longer on a busy machine than the CLI usually waits.
    FUNCTIONS_DISCOVERY_TIMEOUT: "60",
  };
  const env = { ...own, ...standInVariables(sandbox.base) };
  return {
    folder,
    sandbox,
    write,
    own,
    env,
    firebase: (...args) => run([program, ...args, "--project", "acme-test"], folder, env),
    strangers: () => (existsSync(tried) ? readFileSync(tried, "utf8").trim().split("\n") : []),
    async live() {
      const url = `${sandbox.base}/cloudfunctions.googleapis.com/v2/projects/acme-test/locations/-/functions`;
      const response = await fetch(url, { headers: { authorization: `Bearer ${sandbox.token}` } });
      const { functions = [] } = (await response.json()) as { functions?: { name: string }[] };
      return functions
        .map(({ name }) => {
          const [, , , region, , id] = name.split("/");
          return `${region}/${id}`;
        })
        .sort();
    },
    async close() {
      await sandbox.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function run(args: readonly string[], cwd: string, env: Readonly<Record<string, string>>): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (chunk: string) => {
        output += chunk;
      });
    }
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
  });
}
