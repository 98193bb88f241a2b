import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { emptySeed, type Seed } from "../../src/sandbox/seed.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import { projectCopy, run } from "./run.ts";

/* The real process: exit codes, signals, closed pipes, and services that answer badly or not at all. */

let project: ReturnType<typeof projectCopy>;
beforeEach(() => {
  project = projectCopy("shop");
});
afterEach(() => project.remove());

const files = ["audit", "--sources", "declared,callers,deployed", "--deployed", "listing.txt", "--today", "2026-11-22"];
const regions = (args: readonly string[], more: Partial<Parameters<typeof run>[1]> = {}) =>
  run(args, { cwd: project.folder, ...more });
const write = (file: string, content: string | Buffer) => writeFileSync(join(project.folder, file), content);
const read = (file: string) => readFileSync(join(project.folder, file), "utf8");

/** The shop as the sandbox holds it. */
const shopSeed: Seed = {
  ...emptySeed,
  project: "acme-shop",
  functions: [
    { name: "searchArticles", region: "europe-west1", trigger: "callable", runtime: "nodejs22" },
    { name: "createPaymentIntent", region: "europe-west3", trigger: "callable", runtime: "nodejs22" },
    { name: "stripeWebhook", region: "europe-west3", trigger: "https", runtime: "nodejs22" },
  ],
};

/** Turns the shop's environment into one on the sandbox, and starts that on the folder. */
function onSandbox(): Promise<Sandbox> {
  const text = read("regions.yaml").replace(/ {4}stripe: .*\n/, "    endpoint: sandbox\n");
  write("regions.yaml", text);
  return startSandbox({ folder: join(project.folder, ".regions/sandbox"), seed: shopSeed });
}

describe("exit codes", () => {
  it("0: nothing found and nothing left unread", async () => {
    expect((await regions(files)).code).toBe(0);
  });

  it("1: a finding, also beside a gap", async () => {
    write("web/src/Checkout.tsx", read("web/src/Checkout.tsx").replaceAll("functionsWest3", "functionsWest1"));
    expect((await regions(files)).code).toBe(1);
    const withGap = await regions(["audit", "--deployed", "listing.txt", "--format", "json"]);
    expect(withGap.code).toBe(1);
    expect(JSON.parse(withGap.stdout).gaps).toHaveLength(1);
  });

  it("2: a manifest that is wrong, with nothing on standard output", async () => {
    write("regions.yaml", read("regions.yaml").replace("version: 1", "version: 9"));
    const ran = await regions(files);
    expect([ran.code, ran.stdout]).toEqual([2, ""]);
    expect(ran.stderr).toMatch(/^regions\.yaml:1:\d+: /);
  });

  it("2: a path or a function to fix that is not there, which is no clean result", async () => {
    expect(await regions(["fix", "web/src/Chekout.tsx", "--dry-run"])).toEqual({
      code: 2,
      stdout: "",
      stderr: "web/src/Chekout.tsx does not exist.\n  Name a file or folder of the tree.\n",
    });
    expect(await regions(["fix", "--function", "searchArticle", "--dry-run"])).toEqual({
      code: 2,
      stdout: "",
      stderr: "--function names searchArticle, which regions.yaml does not list.\n  Did you mean searchArticles?\n",
    });
  });

  it("3: something asked for could not be looked at", async () => {
    const ran = await regions(["audit", "--deployed", "listing.txt", "--format", "json"]);
    expect(ran.code).toBe(3);
    expect(JSON.parse(ran.stdout).gaps).toEqual([
      {
        source: "holders",
        facet: "stripe",
        scope: "stripe",
        region: null,
        reason: "the environment variable ACME_STRIPE_KEY is not set",
      },
    ]);
  });

  it("130: Ctrl-C during a slow listing; nothing on standard output, nothing half-written", async () => {
    const sandbox = await onSandbox();
    try {
      const slow = { host: "cloudfunctions.googleapis.com", pathIncludes: "/functions" };
      sandbox.faults.add({ match: slow, do: { kind: "delay", ms: 20_000 } });
      const before = readdirSync(project.folder).sort();
      const ran = await regions(["snapshot", "-o", "look.json"], {
        started: (child) => {
          // By the time that Cloud Run has answered, the listing of functions is under way.
          const timer = setInterval(() => {
            if (!sandbox.log.entries().some(({ host }) => host === "run.googleapis.com")) return;
            clearInterval(timer);
            child.kill("SIGINT");
          }, 20);
        },
      });
      const answered = sandbox.log
        .entries()
        .filter(({ host, path }) => host === slow.host && path.includes("/functions"));
      expect([ran.code, ran.stdout, ran.stderr]).toEqual([130, "", ""]);
      expect(answered).toEqual([]);
      expect(readdirSync(project.folder).sort()).toEqual(before);
    } finally {
      sandbox.faults.clear();
      await sandbox.close();
    }
  });

  it("130: Ctrl-C ends `regions sandbox`, which has said where it listens", async () => {
    const ran = await regions(["sandbox"], {
      started: (child) => child.stdout?.once("data", () => child.kill("SIGINT")),
    });
    expect(ran.code).toBe(130);
    expect(ran.stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\n$/);
    expect(existsSync(join(project.folder, ".regions/sandbox/server.json"))).toBe(false);
  });
});

describe("Google answers badly", () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await onSandbox();
  });
  afterEach(async () => {
    sandbox.faults.clear();
    await sandbox.close();
  });
  const audit = async () => {
    const ran = await regions(["audit", "--format", "json", "--today", "2026-11-22"]);
    const report = JSON.parse(ran.stdout);
    return { code: ran.code, stderr: ran.stderr, report };
  };

  it("a healthy one is clean", async () => {
    const { code, report } = await audit();
    expect([code, report.findings, report.gaps]).toEqual([0, [], []]);
  });

  it("403 on one region is a gap of that region", async () => {
    sandbox.faults.add({ match: { region: "europe-west3" }, do: { kind: "status", status: 403 } });
    const { code, stderr, report } = await audit();
    expect([code, stderr, report.findings]).toEqual([3, "", []]);
    expect(report.gaps.length).toBeGreaterThan(0);
    expect(report.gaps.every((gap: { region: string }) => gap.region === "europe-west3")).toBe(true);
  });

  it("a region that cannot be reached is a gap, and its functions are not missing", async () => {
    sandbox.faults.add({ match: { region: "europe-west3" }, do: { kind: "unreachable" } });
    const { code, report } = await audit();
    expect([code, report.findings, report.sources.deployed]).toEqual([3, [], "partial"]);
  });

  it("a web page instead of JSON is a gap", async () => {
    sandbox.faults.add({ match: { host: "cloudfunctions.googleapis.com" }, do: { kind: "html" } });
    const { code, stderr, report } = await audit();
    expect([code, stderr, report.findings, report.sources.deployed]).toEqual([3, "", [], "failed"]);
  });

  it("429 with Retry-After is waited out", async () => {
    const busy = { kind: "status", status: 429, retryAfterSeconds: 1 } as const;
    sandbox.faults.add({ match: { host: "cloudfunctions.googleapis.com" }, times: 3, do: busy });
    const { code, report } = await audit();
    expect([code, report.gaps]).toEqual([0, []]);
  });

  it("a connection that dies in the middle of a page is tried again", async () => {
    sandbox.faults.add({ match: { host: "run.googleapis.com" }, times: 2, do: { kind: "drop" } });
    const { code, report } = await audit();
    expect([code, report.gaps]).toEqual([0, []]);
  });
});

describe("nobody answers", () => {
  const secret = "sk_live_never_to_be_shown";
  beforeEach(() => {
    // Port 9 is closed: a service that would be asked there is one too many.
    write("regions.yaml", read("regions.yaml").replace("    stripe:", "    endpoint: http://127.0.0.1:9\n    stripe:"));
  });

  it("code alone needs no service and no credential", async () => {
    const env = { GOOGLE_APPLICATION_CREDENTIALS: join(project.folder, "no-such-key.json") };
    const ran = await regions(["audit", "--sources", "declared,callers", "--format", "json"], { env });
    expect([ran.code, ran.stderr, JSON.parse(ran.stdout).gaps]).toEqual([0, "", []]);
  });

  it("everything is a gap, nothing is a finding, and the key stands nowhere", async () => {
    const ran = await regions(["audit", "--format", "json"], { env: { ACME_STRIPE_KEY: secret } });
    const report = JSON.parse(ran.stdout);
    expect([ran.code, report.findings]).toEqual([3, []]);
    const read = { declared: "read", callers: "read" };
    expect(report.sources).toEqual({ ...read, deployed: "failed", holders: "failed", state: "not asked" });
    expect(ran.stdout + ran.stderr).not.toContain(secret);
  });
});

describe("streams", () => {
  it("a reader that leaves early ends the output quietly", async () => {
    const ran = await regions(["audit", "--deployed", "listing.txt", "--format", "json"], {
      started: (child) => child.stdout?.destroy(),
    });
    expect([ran.code, ran.stderr]).toEqual([3, ""]);
  });

  it("a long result reaches a slow reader whole", async () => {
    const many = Array.from({ length: 3_000 }, (_, index) => ({
      platform: "gcfv2",
      id: `function${index}`,
      project: "acme-shop",
      region: "europe-west1",
      runtime: "nodejs22",
      callableTrigger: {},
    }));
    write("listing.json", JSON.stringify({ status: "success", result: many }));
    const ran = await regions(["list", "deployed", "--deployed", "listing.json", "--format", "json"], {
      started: (child) => {
        child.stdout?.pause();
        setTimeout(() => child.stdout?.resume(), 700);
      },
    });
    expect(ran.stdout.length).toBeGreaterThan(1_000_000);
    expect(JSON.parse(ran.stdout).functions).toHaveLength(3_000);
  });

  it("colours where they are asked for, and none for NO_COLOR or --no-color", async () => {
    const colored = { NO_COLOR: "", FORCE_COLOR: "1" };
    expect((await regions(files, { env: colored })).stdout).toContain("\u001b[");
    expect((await regions(files, { env: { ...colored, NO_COLOR: "1" } })).stdout).not.toContain("\u001b[");
    expect((await regions([...files, "--no-color"], { env: colored })).stdout).not.toContain("\u001b[");
  });

  it("--version prints the package's version", async () => {
    const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
    expect(await regions(["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  });

  it("--help lists every command and nothing that does not exist", async () => {
    const { code, stdout } = await regions(["--help"]);
    const listed = [...(stdout.split("\nCommands:\n")[1]?.split("\n\n")[0] ?? "").matchAll(/^ {2}([a-z]+)/gm)];
    expect(code).toBe(0);
    expect(listed.map((match) => match[1])).toEqual([
      "audit",
      "baseline",
      "replay",
      "init",
      "sync",
      "fix",
      "verify",
      "guard",
      "generate",
      "preview",
      "deploy",
      "adopt",
      "destroy",
      "migrate",
      "prune",
      "list",
      "snapshot",
      "report",
      "doctor",
      "explain",
      "sandbox",
      "schema",
    ]);
  });
});

describe("files that are written", () => {
  it("init writes a manifest that the audit then takes, and replaces nothing unasked", async () => {
    const first = await regions(["init", "--deployed", "listing.txt", "--root", ".", "-o", "draft.yaml"]);
    expect([first.code, first.stderr]).toEqual([0, ""]);
    expect(first.stdout).toContain("Next: read it, then `regions audit -m draft.yaml --deployed listing.txt`.\n");
    expect((await regions(["audit", "-m", "draft.yaml", "--deployed", "listing.txt"])).code).toBe(0);
    const draft = read("draft.yaml");
    const again = await regions(["init", "--deployed", "listing.txt", "-o", "draft.yaml"]);
    expect([again.code, read("draft.yaml")]).toEqual([2, draft]);
  });

  it("sync proposes, writes only when told, and keeps comments", async () => {
    write("regions.yaml", read("regions.yaml").replace("  searchArticles: core\n", "  # the shop\n"));
    const before = read("regions.yaml");
    const check = await regions(["sync", "--sources", "declared", "--check"]);
    expect(check.code).toBe(1);
    expect(check.stdout).toContain("+ searchArticles: core");
    expect(read("regions.yaml")).toBe(before);
    expect((await regions(["sync", "--sources", "declared", "--write"])).code).toBe(0);
    expect(read("regions.yaml")).toContain("# the shop\n");
    expect(read("regions.yaml")).toContain("searchArticles: core");
    expect((await regions(["sync", "--sources", "declared", "--check"])).code).toBe(0);
  });

  it("a folder that cannot be written to is said, and no temporary file stays", async () => {
    const ran = await regions(["snapshot", "--sources", "declared", "-o", "missing/look.json"]);
    expect([ran.code, ran.stderr]).toEqual([2, "missing/look.json cannot be written: it does not exist.\n"]);
    expect(readdirSync(project.folder).filter((name) => name.includes("regions-tmp"))).toEqual([]);
  });
});
