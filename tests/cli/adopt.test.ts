import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import { describeWithEngine } from "../engine/engine.ts";
import { everyKindSeed, everyKindText } from "../stacks/room.ts";
import { everyKind } from "../stacks/wire.ts";
import { type Ran, run } from "./run.ts";

/** regions.yaml, as somebody has written it down by hand. */
const text = everyKindText
  .replace("{ project: demo-regions }", "{ project: demo-regions, endpoint: sandbox }")
  .replace("regions:\n", "regions:\n  us-central1: { role: leftovers }\n")
  .replace("core: { region: europe-west1 }", "core: { region: europe-west1, allow: [us-central1] }")
  .replace("  internal: core\n", "")
  .replace("memory: 512Mi, cpu: 1 }", "memory: 512Mi, cpu: 1 } # paid by the request");
const code = everyKind.replace("timeoutSeconds: 120", "timeoutSeconds: 90");

/** What is live: larger and fewer, a function that nobody declares, a duplicate, and one in a region where it does not belong. */
const live = text
  .replace("runtime: nodejs22, maxInstances: 10", "runtime: nodejs22, memory: 512Mi, maxInstances: 5")
  .replace("memory: 512Mi, cpu: 1", "memory: 1Gi, cpu: 1")
  .replace("  heard: core\n", "  heard: { class: payments, minInstances: 1 }\n  internal: core\n")
  .replace("grouped-ping: core", "grouped-ping: { class: core, regions: [europe-west1, us-central1] }");

/** The engine starts a dozen times in some of these, and other tests run beside. */
const patience = 240_000;

let fleet: string;
let sandbox: Sandbox;
beforeAll(async () => {
  fleet = mkdtempSync(join(tmpdir(), "regions-adopt-"));
  mkdirSync(join(fleet, "functions/lib"), { recursive: true });
  symlinkSync(join(import.meta.dirname, "../../node_modules"), join(fleet, "node_modules"), "junction");
  const manifest = { name: "functions", type: "module", main: "lib/index.js" };
  writeFileSync(join(fleet, "functions/package.json"), JSON.stringify(manifest));
  sandbox = await startSandbox({ folder: join(fleet, ".regions/sandbox"), seed: everyKindSeed });
});
afterAll(async () => {
  await sandbox.close();
  rmSync(fleet, { recursive: true, force: true });
});

function write(manifest: string, source: string): void {
  writeFileSync(join(fleet, "regions.yaml"), manifest);
  writeFileSync(join(fleet, "functions/lib/index.js"), source);
}

const manifestNow = (): string => readFileSync(join(fleet, "regions.yaml"), "utf8");
const stateFile = (): string => join(fleet, ".regions/sandbox/state/.pulumi/stacks/regions/sandbox.json");

/** As on a machine that has never deployed: what is live stays. */
function forgetState(): void {
  for (const part of ["state", "engine"])
    rmSync(join(fleet, ".regions/sandbox", part), { recursive: true, force: true });
}

function writes(): string[] {
  const fresh = sandbox.log.entries().filter((entry) => entry.writes);
  sandbox.log.clear();
  return fresh.map(({ method, path }) => `${method} ${path}`);
}

interface Row {
  readonly operation: string;
  readonly kind: string;
  readonly function: string | null;
  readonly region: string | null;
  readonly class: string | null;
  readonly detail: string | null;
  readonly fields: readonly { readonly field: string; readonly from: string | null; readonly to: string | null }[];
}
const place = (row: Row): string =>
  `${row.kind} ${row.function ?? row.class ?? ""}@${row.region ?? ""} ${row.detail ?? ""}`.trim();
const rowsOf = (changes: readonly Row[]): string[] =>
  changes
    .flatMap((row) =>
      row.fields.length === 0
        ? [`${row.operation} ${place(row)}`]
        : row.fields.map(({ field, from, to }) => `${place(row)}: ${field} ${from} > ${to}`),
    )
    .sort();

// One after the other, on one sandbox: what a person types whose fleet was deployed by another tool.
describeWithEngine("adopt, as a process", (engine) => {
  const regions = (...args: readonly string[]): Promise<Ran> =>
    run(args, { cwd: fleet, env: { REGIONS_PULUMI_ROOT: engine.root ?? "" } });
  const adopt = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await regions("adopt", "--yes", "--format", "json", ...args);
    if (!stdout.startsWith("{")) throw new Error(stdout + stderr);
    return { code, ...JSON.parse(stdout) };
  };
  let undisturbed: string[] = [];

  it(
    "takes all that is live without one write, strays too, and tells each difference",
    async () => {
      write(live, everyKind);
      const deployed = await regions("deploy", "--yes");
      expect([deployed.code, deployed.stderr]).toEqual([0, expect.stringMatching(/^(?:\d+\/\d+ parts done\n)*$/)]);
      write(text, code);
      forgetState();
      writes();
      const unasked = await regions("adopt");
      expect([unasked.code, unasked.stdout, unasked.stderr]).toEqual([
        2,
        "",
        "Nothing adopted: nobody is at the terminal to agree, and --yes is not given.\n",
      ]);
      const adoption = await adopt();
      expect(writes()).toEqual([]);
      expect([adoption.code, adoption.failures, adoption.gaps, adoption.present]).toEqual([0, [], [], 0]);
      const functions = adoption.adopted.filter((row: Row) => row.kind === "function");
      expect(functions.length).toBe(14);
      const strays = ["grouped-ping@us-central1", "heard@europe-west3", "internal@europe-west1"];
      const names = functions.map((row: Row) => `${row.function}@${row.region}`);
      expect(strays.filter((name) => !names.includes(name))).toEqual([]);
      expect(adoption.notes).toContain(
        "adopted, protected and left alone until somebody decides, because regions.yaml does not want them there: grouped-ping in us-central1, heard in europe-west3, internal in europe-west1",
      );
      undisturbed = rowsOf(adoption.changes);
      expect(undisturbed.filter((row) => !/: (?:source|trigger|httpTarget)|^create (?!function)/.test(row))).toEqual([
        "create function heard@europe-west1",
        "function charge@europe-west3: maxInstances 5 > 10",
        "function charge@europe-west3: memory 512Mi > 256Mi",
        "function created@europe-west3: maxInstances 5 > 10",
        "function created@europe-west3: memory 512Mi > 256Mi",
        "function grouped-ping@europe-west1: maxInstances 5 > 10",
        "function grouped-ping@europe-west1: memory 512Mi > 256Mi",
        "function nightly@europe-west1: maxInstances 5 > 10",
        "function nightly@europe-west1: memory 512Mi > 256Mi",
        "function oldCall@europe-west1: maxInstances 5 > 10",
        "function oldCharge@europe-west1: maxInstances 5 > 10",
        "function oldCharge@europe-west1: memory 512 > 256",
        "function oldCreated@europe-west1: maxInstances 5 > 10",
        "function oldCreated@europe-west1: memory 512 > 256",
        "function oldNightly@europe-west1: maxInstances 5 > 10",
        "function oldNightly@europe-west1: memory 512 > 256",
        "function pay@europe-west3: maxInstances 5 > 10",
        "function pay@europe-west3: memory 512Mi > 256Mi",
        "function uploaded@europe-west1: maxInstances 5 > 10",
        "function uploaded@europe-west1: memory 512Mi > 256Mi",
        "function webhook@europe-west3: maxInstances 5 > 10",
        "function webhook@europe-west3: memory 1024Mi > 512Mi",
        "function webhook@europe-west3: timeoutSeconds 120 > 90",
      ]);
      expect(adoption.refusals).toEqual([
        expect.stringContaining("heard is live in europe-west3 and would go to europe-west1"),
      ]);
    },
    patience,
  );

  it(
    "does nothing the second time, but sees what others have changed since",
    async () => {
      const again = await adopt();
      expect([again.code, again.adopted, again.present, rowsOf(again.changes)]).toEqual([0, [], 14, undisturbed]);
      const webhook = "v2/projects/demo-regions/locations/europe-west3/functions/webhook";
      await fetch(`${sandbox.base}/cloudfunctions.googleapis.com/${webhook}?updateMask=serviceConfig.timeoutSeconds`, {
        method: "PATCH",
        headers: { authorization: `Bearer ${sandbox.token}`, "content-type": "application/json" },
        body: JSON.stringify({ serviceConfig: { timeoutSeconds: 30 } }),
      });
      writes();
      const later = await adopt();
      expect(rowsOf(later.changes).filter((row) => row.includes("timeoutSeconds"))).toEqual([
        "function webhook@europe-west3: timeoutSeconds 30 > 90",
      ]);
      expect([later.adopted, writes()]).toEqual([[], []]);
      undisturbed = rowsOf(later.changes);
    },
    patience,
  );

  it(
    "goes on after a kill in the middle, and ends where an undisturbed one does",
    async () => {
      forgetState();
      const killed = run(["adopt", "--yes"], {
        cwd: fleet,
        env: { REGIONS_PULUMI_ROOT: engine.root ?? "" },
        started: (child) => {
          const seen = setInterval(() => {
            // The state has its skeleton: what is read now is read by the engine.
            if (!existsSync(stateFile()) || !readFileSync(stateFile(), "utf8").includes("regions:fleet:Class")) return;
            clearInterval(seen);
            child.kill("SIGKILL");
          }, 20);
          child.on("exit", () => clearInterval(seen));
        },
      });
      expect((await killed).code).toBe(null);
      const { code, failures, changes, present, adopted } = await adopt();
      const functions = adopted.filter((row: Row) => row.kind === "function").length;
      expect([code, failures, present + functions, rowsOf(changes)]).toEqual([0, [], 14, undisturbed]);
      expect(writes()).toEqual([]);
    },
    patience,
  );

  it(
    "lets its engine end after Ctrl-C, says so, and goes on the next time",
    async () => {
      forgetState();
      const ids = ["webhook", "heard"].map((name) =>
        sandbox.faults.add({ match: { pathIncludes: `/functions/${name}` }, do: { kind: "delay", ms: 5_000 } }),
      );
      const stopped = await run(["adopt", "--yes"], {
        cwd: fleet,
        env: { REGIONS_PULUMI_ROOT: engine.root ?? "" },
        started: (child) => {
          const seen = setInterval(() => {
            if (!existsSync(stateFile()) || !readFileSync(stateFile(), "utf8").includes("regions:fleet:Class")) return;
            clearInterval(seen);
            child.kill("SIGINT");
          }, 20);
          child.on("exit", () => clearInterval(seen));
        },
      });
      for (const id of ids) sandbox.faults.remove(id);
      expect([stopped.code, stopped.stdout]).toEqual([130, ""]);
      expect(stopped.stderr).toContain(
        "Ctrl-C again ends at once; the next `regions adopt` then looks what became of it.",
      );
      const locks = join(fleet, ".regions/sandbox/state/.pulumi/locks");
      const held = existsSync(locks)
        ? readdirSync(locks, { recursive: true }).filter((name) => `${name}`.endsWith(".json"))
        : [];
      expect(held).toEqual([]);
      const { code, failures, changes, present, adopted } = await adopt();
      const functions = adopted.filter((row: Row) => row.kind === "function").length;
      expect([code, failures, present + functions, rowsOf(changes)]).toEqual([0, [], 14, undisturbed]);
      expect(writes()).toEqual([]);
    },
    patience,
  );

  it(
    "takes the regions that it sees, names the one that it does not, and takes that one later",
    async () => {
      forgetState();
      const id = sandbox.faults.add({ match: { region: "europe-west1" }, do: { kind: "unreachable" } });
      const partly = await adopt();
      expect([partly.code, partly.failures]).toEqual([3, []]);
      const regionsOf = (rows: readonly Row[]) => [...new Set(rows.map(({ region }) => region))].sort();
      expect(regionsOf(partly.adopted)).toEqual(["europe-west3", "us-central1"]);
      expect(regionsOf(partly.changes)).toEqual(["europe-west3", null]);
      expect(partly.gaps.map(({ scope }: { scope: string }) => scope)).toContain("europe-west1");
      sandbox.faults.remove(id);
      const rest = await adopt();
      expect([rest.code, regionsOf(rest.adopted), rowsOf(rest.changes)]).toEqual([0, ["europe-west1"], undisturbed]);
      expect(writes()).toEqual([]);
    },
    patience,
  );

  it(
    "adopts nothing where it cannot know what is live",
    async () => {
      forgetState();
      const id = sandbox.faults.add({
        match: { host: "cloudtasks.googleapis.com" },
        do: { kind: "status", status: 403, message: "no" },
      });
      const { code, stdout } = await regions("adopt", "--yes", "--accept-live");
      sandbox.faults.remove(id);
      expect(code).toBe(3);
      expect(stdout).toMatch(/^not seen, and not adopted\n {2}queues \(/);
      expect(stdout.trimEnd().split("\n").at(-1)).toBe(
        "sandbox (project demo-regions): nothing adopted, because it is not known what is live. Exit code 3.",
      );
      expect([existsSync(stateFile()), manifestNow()]).toEqual([false, text]);
    },
    patience,
  );

  it(
    "writes what is live into the manifest, and then only what it has no word for differs",
    async () => {
      const accepted = await adopt("--accept-live");
      expect([accepted.code, accepted.acceptLive.status]).toEqual([0, "written"]);
      expect(accepted.acceptLive.accepted).toEqual([
        { function: null, field: "memory", from: null, to: "512Mi" },
        { function: "webhook", field: "memory", from: "512Mi", to: "1Gi" },
        { function: "heard", field: "minInstances", from: 0, to: 1 },
        { function: null, field: "maxInstances", from: 10, to: 5 },
      ]);
      expect(accepted.acceptLive.left).toEqual([]);
      expect(manifestNow()).toBe(
        text
          .replace("maxInstances: 10 }", "maxInstances: 5, memory: 512Mi }")
          .replace("memory: 512Mi, cpu: 1 } #", "memory: 1Gi, cpu: 1 } #")
          .replace("heard: core", "heard: { class: core, minInstances: 1 }"),
      );
      const left = undisturbed.filter((row) => !/^function .*: (?:memory|maxInstances) /.test(row));
      expect(rowsOf(accepted.changes)).toEqual(left);
      const preview = await regions("preview", "--format", "json");
      expect(rowsOf(JSON.parse(preview.stdout).changes)).toEqual(left);
      expect((await regions("preview")).stdout).toContain("\nwhy\n");
      const again = await adopt("--accept-live");
      expect([again.code, again.acceptLive.status]).toEqual([0, "nothing to write"]);
      expect(writes()).toEqual([]);
    },
    patience,
  );
});
