import { describe, expect, it } from "vitest";
import { acceptLive } from "../../src/generate/accept-live.ts";
import { editManifest } from "../../src/manifest/edit.ts";
import { parseManifest } from "../../src/manifest/parse.ts";
import { resolveManifest } from "../../src/manifest/resolve.ts";
import type { LiveSizes, Sizes } from "../../src/model/deployment.ts";

const team = `# the payments team
functions:
  # money
  capture: { class: payments, memory: 1Gi }   # slow at month's end
  refund: payments
`;
const main = `version: 1
include: [teams/payments.yaml]
environments: { production: { project: acme-prod } }
regions: { europe-west1: {}, europe-west3: { quota: { vcpu: 30 } }, us-central1: {} }
classes:
  core: { region: europe-west1, allow: [us-central1] }
  payments: { region: europe-west3 }
runtimes: { allowed: [nodejs22, nodejs24] }
codebases: { default: { source: functions }, kept: { source: kept, deployer: firebase } }
defaults: { runtime: nodejs22, memory: 256Mi, cpu: 0.1666, maxInstances: 10 }
functions:
  stats: core   # for the dashboard
  export: { class: core, maxInstances: 3 }
  both: { class: core, regions: [europe-west1, us-central1] }
`;
const usual: Sizes = { runtime: "nodejs22", memory: "256Mi", cpu: 0.1666, minInstances: 0, maxInstances: 10 };

/** A copy that would get `next` (the defaults, unless told) and is live with `live`. */
function copy(name: string, region: string, live: Partial<Sizes>, next: Partial<Sizes> = {}): LiveSizes {
  const wanted = { ...usual, ...next };
  return { function: name, region, inPlace: true, next: wanted, live: { ...wanted, ...live } };
}

function propose(sizes: readonly LiveSizes[], { text = main, whole = true } = {}) {
  const parsed = parseManifest(text, "regions.yaml", () => team);
  const proposal = acceptLive({ parsed, manifest: resolveManifest(parsed, null), sizes, whole });
  const edited = (file: string, before: string) =>
    editManifest(
      before,
      file,
      proposal.edits.filter((one) => one.file === file).map(({ edit }) => edit),
    )
      .split("\n")
      .filter((line) => !before.split("\n").includes(line));
  return {
    lines: [...edited("regions.yaml", text), ...edited("teams/payments.yaml", team)],
    accepted: proposal.accepted.map(
      ({ function: name, field, from, to }) => `${name ?? "defaults"} ${field} ${from} > ${to}`,
    ),
    left: proposal.left.map(({ function: name, region, field, live, next, reason }) => {
      return `${name} in ${region}: ${field} ${live}, not ${next}: ${reason}`;
    }),
  };
}

describe("what is live goes into the manifest", () => {
  it("into the line of each function, in the file where it stands, and comments stay", () => {
    const found = propose([
      copy("stats", "europe-west1", { memory: "512Mi", minInstances: 1 }),
      copy("export", "europe-west1", {}, { maxInstances: 3 }),
      copy("capture", "europe-west3", { memory: "2Gi", cpu: 1 }, { memory: "1Gi" }),
      copy("refund", "europe-west3", { maxInstances: 20 }),
    ]);
    expect(found.lines).toEqual([
      "  stats: { class: core, memory: 512Mi, minInstances: 1 }   # for the dashboard",
      "  capture: { class: payments, memory: 2Gi, cpu: 1 }   # slow at month's end",
      "  refund: { class: payments, maxInstances: 20 }",
    ]);
    expect(found.accepted).toEqual([
      "stats memory 256Mi > 512Mi",
      "capture memory 1Gi > 2Gi",
      "capture cpu 0.1666 > 1",
      "stats minInstances 0 > 1",
      "refund maxInstances 10 > 20",
    ]);
    expect(found.left).toEqual([]);
  });

  it("not again where defaults say it: a line that says otherwise loses the key", () => {
    const found = propose([
      copy("stats", "europe-west1", {}),
      copy("capture", "europe-west3", { memory: "256Mi" }, { memory: "1Gi" }),
    ]);
    expect(found.lines).toEqual(["  capture: { class: payments }   # slow at month's end"]);
    expect(found.accepted).toEqual(["capture memory 1Gi > 256Mi"]);
  });

  it("into defaults where every function agrees that says nothing of its own", () => {
    const sizes = [
      copy("stats", "europe-west1", { memory: "512Mi", maxInstances: 20 }),
      copy("export", "europe-west1", { memory: "512Mi", maxInstances: 5 }, { maxInstances: 3 }),
      copy("refund", "europe-west3", { memory: "512Mi", maxInstances: 20 }),
      copy("capture", "europe-west3", { memory: "512Mi", maxInstances: 20 }, { memory: "1Gi" }),
    ];
    const found = propose(sizes);
    expect(found.lines).toEqual([
      "defaults: { runtime: nodejs22, memory: 512Mi, cpu: 0.1666, maxInstances: 20 }",
      "  export: { class: core, maxInstances: 5 }",
      "  capture: { class: payments }   # slow at month's end",
    ]);
    expect(found.accepted).toEqual([
      "defaults memory 256Mi > 512Mi",
      "capture memory 1Gi > 512Mi",
      "defaults maxInstances 10 > 20",
      "export maxInstances 3 > 5",
    ]);
    // What was not seen may have another.
    expect(propose(sizes, { whole: false }).lines).toEqual([
      "  stats: { class: core, memory: 512Mi, maxInstances: 20 }   # for the dashboard",
      "  export: { class: core, maxInstances: 5, memory: 512Mi }",
      "  capture: { class: payments, memory: 512Mi, maxInstances: 20 }   # slow at month's end",
      "  refund: { class: payments, memory: 512Mi, maxInstances: 20 }",
    ]);
    const bare = main.replace(/^defaults: .*\n/m, "");
    const none = sizes.map((one) => ({ ...one, next: { ...one.next, memory: "128Mi" } }));
    expect(propose(none, { text: bare }).lines).toEqual([
      "  export: { class: core, maxInstances: 5 }",
      "defaults:",
      "  memory: 512Mi",
      "  maxInstances: 20",
      "  capture: { class: payments }   # slow at month's end",
    ]);
  });

  it("from where it is live, also where that is the wrong region, which stays wrong", () => {
    const elsewhere = { ...copy("refund", "europe-west1", { memory: "512Mi" }), inPlace: false };
    expect(propose([copy("stats", "europe-west1", {}), elsewhere]).lines).toEqual([
      "  refund: { class: payments, memory: 512Mi }",
    ]);
  });
});

describe("what is live and stays out of the manifest is told with the reason", () => {
  it("where one line cannot say it, where the manifest's own rules forbid it, and where it has no word for it", () => {
    const found = propose([
      copy("both", "europe-west1", { memory: "512Mi" }),
      copy("both", "us-central1", { memory: "1Gi" }),
      copy("stats", "europe-west1", { runtime: "nodejs20", memory: "256M", maxInstances: null }),
      copy("refund", "europe-west3", { cpu: 2, maxInstances: 20 }),
      copy("capture", "europe-west3", { cpu: 2 }, { memory: "1Gi" }),
    ]);
    expect(found.left).toEqual([
      "stats in europe-west1: runtime nodejs20, not nodejs22: runtimes.allowed does not name it",
      "both in europe-west1: memory 512Mi, not 256Mi: one line holds for all its copies, and they have 512Mi in europe-west1 and 1Gi in us-central1",
      "stats in europe-west1: memory 256M, not 256Mi: regions.yaml has whole amounts of Mi and Gi, and this is none",
      "refund in europe-west3: cpu 2, not 0.1666: cpu 2 times maxInstances 20 is over the 30 vCPU of europe-west3",
      "stats in europe-west1: maxInstances null, not 10: regions.yaml cannot say that there is no ceiling",
      "refund in europe-west3: maxInstances 20, not 10: cpu 2 times maxInstances 20 is over the 30 vCPU of europe-west3",
    ]);
    expect(found.lines).toEqual(["  capture: { class: payments, memory: 1Gi, cpu: 2 }   # slow at month's end"]);
  });

  it("and where nothing differs, nothing is written", () => {
    const first = copy("stats", "europe-west1", { cpu: null }, { cpu: null });
    expect(propose([first, copy("refund", "europe-west3", {})])).toEqual({ lines: [], accepted: [], left: [] });
  });
});
