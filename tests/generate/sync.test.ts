import { describe, expect, it } from "vitest";
import { proposeSync, type SyncInput } from "../../src/generate/sync.ts";
import { editManifest } from "../../src/manifest/edit.ts";
import { parseManifest } from "../../src/manifest/parse.ts";
import type { Gap } from "../../src/model/gap.ts";
import { copy, deployedOf as deployed } from "../audit/look.ts";
import { declared, exported } from "./facts.ts";

const team = `# the payments team
functions:
  createPaymentIntent: payments
  stripeWebhook: payments
`;
const main = `version: 1
include: [teams/payments.yaml]
environments: { production: { project: acme-prod } }
regions: { europe-west1: {}, europe-west3: {}, us-central1: {} }
classes:
  core: { region: europe-west1, allow: [us-central1] }
  payments: { region: europe-west3 }
  calls: { region: europe-west3 }
functions:
  adminStats: core   # for the dashboard
  twilioGather: calls
  twilioStatus: calls
  oldThing: core
`;
const staged = main.replace(
  "environments: { production: { project: acme-prod } }",
  "defaultEnvironment: production\nenvironments:\n  production: { project: acme-prod }\n  staging: { project: acme-staging, except: [adminStats, oldThing] }",
);
const parse = (text: string) => parseManifest(text, "regions.yaml", () => team);
const known = [
  copy("createPaymentIntent", "europe-west3"),
  copy("stripeWebhook", "europe-west3"),
  copy("adminStats", "europe-west1"),
  copy("twilioGather", "europe-west3"),
  copy("twilioStatus", "europe-west3"),
];
const all = [...known, copy("oldThing", "europe-west1")];
const sync = (input: Partial<SyncInput>, text = main) =>
  proposeSync({ parsed: parse(text), environment: null, deployed: null, declared: null, gaps: [], ...input });

describe("regions sync proposes", () => {
  it("nothing where all agrees", () => {
    expect(sync({ deployed: deployed(all) })).toEqual({ edits: [], lines: [] });
    const source = declared(all.map(({ name, region }) => exported(name, [region])));
    expect(sync({ deployed: deployed(all), declared: source })).toEqual({ edits: [], lines: [] });
  });

  it("lines for new functions: by region, by kin, in the file of their class, doubts undecided", () => {
    const fresh = [
      copy("adminExport", "europe-west1"),
      copy("legacyPing", "us-central1"),
      copy("twilioAmd", "europe-west3"),
      copy("somethingNew", "europe-west3"),
      copy("twice", "europe-west1"),
      copy("twice", "us-central1"),
      copy("far", "asia-east1"),
      copy("otherProject", "europe-west1", { project: "acme-other" }),
    ];
    const { edits, lines } = sync({ deployed: deployed([...all, ...fresh]) });
    expect(lines).toEqual([
      "+ adminExport: core",
      "? far: live in asia-east1; add asia-east1 to regions, with a class, before this function",
      "+ legacyPing: { class: core, region: us-central1 }",
      "+ somethingNew: { class: calls, undecided: its class is a guess among payments and calls when this line was written }",
      "+ twice: { class: core, regions: [europe-west1, us-central1], undecided: live in europe-west1 and us-central1 when this line was written }",
      "+ twilioAmd: calls",
    ]);
    const texts: Record<string, string> = { "regions.yaml": main, "teams/payments.yaml": team };
    for (const { file, edit } of edits) texts[file] = editManifest(texts[file] ?? "", file, [edit]);
    expect(texts["teams/payments.yaml"]).toBe(team);
    const after = parseManifest(texts["regions.yaml"] ?? "", "regions.yaml", () => team);
    expect(after.functions.size).toBe(11);
    expect(texts["regions.yaml"]).toContain("  adminStats: core   # for the dashboard\n");
  });

  it("a line in the team's file where the team has the class", () => {
    const only = main.replace("  calls: { region: europe-west3 }\n", "").replace(/ {2}twilio.*\n/g, "");
    const { edits } = sync({ deployed: deployed([...all, copy("createRefund", "europe-west3")]) }, only);
    expect(edits.find(({ edit }) => "name" in edit && edit.name === "createRefund")).toEqual({
      file: "teams/payments.yaml",
      edit: { kind: "add-function", name: "createRefund", entry: "payments" },
    });
  });

  it("what the source says where the function is not deployed yet", () => {
    const source = declared([
      ...all.map(({ name, region }) => exported(name, [region])),
      exported("soon", ["us-central1"]),
    ]);
    expect(sync({ deployed: deployed(all), declared: source }).lines).toEqual([
      "+ soon: { class: core, region: us-central1 }",
    ]);
    const stray = deployed([...all, copy("ghost", "europe-west1")]);
    expect(sync({ deployed: stray, declared: declared(source.functions.slice(0, -1)) }).lines).toEqual([
      "+ ghost: { class: core, undecided: declared by no source when this line was written }",
    ]);
  });

  it("the removal of what is gone, with its name in except, and nothing else of the file", () => {
    const source = declared(known.map(({ name, region }) => exported(name, [region])));
    const { edits, lines } = sync({ deployed: deployed(known), declared: source }, staged);
    expect(lines).toEqual(["- oldThing"]);
    const after = edits.reduce((text, { file, edit }) => editManifest(text, file, [edit]), staged);
    expect(after).toBe(staged.replace("  oldThing: core\n", "").replace("[adminStats, oldThing]", "[adminStats]"));
    expect(parse(after).functions.has("oldThing")).toBe(false);
  });

  it("no removal while a flow names the function", () => {
    const text = `${main}flows: { f: [{ from: adminStats, to: oldThing, via: task }] }\n`;
    expect(sync({ deployed: deployed(known) }, text)).toEqual({
      edits: [],
      lines: ["? oldThing: seen nowhere, and flow f still names it"],
    });
  });
});

describe("absence is believed only where the look was whole", () => {
  const gap = (more: Partial<Gap>): Gap => ({
    source: "deployed",
    facet: "functions",
    scope: "europe-west1",
    region: "europe-west1",
    reason: "403",
    ...more,
  });

  it("not where its region, or every region, could not be listed", () => {
    expect(sync({ deployed: deployed(known), gaps: [gap({})] }).lines).toEqual([]);
    expect(sync({ deployed: deployed(known), gaps: [gap({ region: null, scope: "*" })] }).lines).toEqual([]);
    expect(sync({ deployed: deployed(known), gaps: [gap({ region: "us-central1" })] }).lines).toEqual(["- oldThing"]);
    expect(sync({ deployed: deployed(known), gaps: [gap({ facet: "jobs" })] }).lines).toEqual(["- oldThing"]);
  });

  it("not where it may still be live in the region it moves from", () => {
    const text = main.replace(
      "oldThing: core",
      "oldThing: { class: core, moving: { from: us-central1, until: 2026-12-01 } }",
    );
    expect(sync({ deployed: deployed(known), gaps: [gap({ region: "us-central1" })] }, text).lines).toEqual([]);
  });

  it("not in a listing that hides unreachable regions and shows nothing of its own", () => {
    const lacks = ["unreachable-regions"] as const;
    const text = main.replace("oldThing: core", "oldThing: { class: core, region: us-central1 }");
    expect(sync({ deployed: deployed(known, { lacks }) }, text).lines).toEqual([]);
    expect(sync({ deployed: deployed(known, { lacks }) }).lines).toEqual(["- oldThing"]);
  });

  it("not where a source could not be read to the end", () => {
    const source = declared(known.map(({ name, region }) => exported(name, [region])));
    const unresolved = [{ file: "a.ts", line: 1, endLine: 1, codebase: "default", reason: "computed name" }];
    expect(sync({ deployed: deployed(known), declared: { ...source, unresolved } }).lines).toEqual([]);
    const unread = gap({ source: "declared", facet: "files", region: null, scope: "functions" });
    expect(sync({ deployed: deployed(known), declared: source, gaps: [unread] }).lines).toEqual([]);
  });

  it("not without a look at what is live, or at the other environments", () => {
    const source = declared(known.map(({ name, region }) => exported(name, [region])));
    expect(sync({ declared: source }).lines).toEqual([
      "? oldThing: no source declares it any more; whether it is live was not looked at",
    ]);
    expect(sync({ deployed: deployed(known) }, staged).lines).toEqual([
      "? oldThing: not live in production; staging and the source were not looked at",
    ]);
    expect(sync({}).lines).toEqual([]);
  });

  it("not in a project without a function, nor in a listing of another project", () => {
    const lines = ["? acme-prod: not one function of it was listed, so no removal is proposed"];
    expect(sync({ deployed: deployed([]) })).toEqual({ edits: [], lines });
    const others = known.map((one) => ({ ...one, project: "acme-other" }));
    expect(sync({ deployed: deployed(others) })).toEqual({ edits: [], lines });
  });

  it("says what is live where the environment leaves it out", () => {
    const copies = [...known, copy("oldThing", "europe-west1")].map((one) => ({ ...one, project: "acme-staging" }));
    expect(sync({ deployed: deployed(copies), environment: "staging" }, staged).lines).toEqual([
      "? adminStats: live in europe-west1, and staging leaves it out (except)",
      "? oldThing: live in europe-west1, and staging leaves it out (except)",
    ]);
  });
});
