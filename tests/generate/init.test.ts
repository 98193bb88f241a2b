import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DraftInput, draftManifest } from "../../src/generate/init.ts";
import { parseManifest } from "../../src/manifest/parse.ts";
import { resolveManifest } from "../../src/manifest/resolve.ts";
import type { Gap } from "../../src/model/gap.ts";
import { InputError } from "../../src/model/problem.ts";
import { copy, deployedOf as deployed } from "../audit/look.ts";
import { declared, exported } from "./facts.ts";

const draft = (input: Partial<DraftInput>) =>
  draftManifest({ deployed: null, declared: null, gaps: [], project: null, codebases: [], callers: [], ...input });
const read = (text: string) => resolveManifest(parseManifest(text, "regions.yaml"), null);

describe("a first manifest", () => {
  it("asks about the few that lie in the default region, unless their source puts them there", () => {
    const names = Array.from({ length: 60 }, (_, number) => `job${number}`);
    const live = [
      ...names.map((name) => copy(name, "europe-west1")),
      copy("onArticleCreated", "us-central1"),
      copy("exportLedger", "us-central1"),
      copy("billingHook", "us-central1"),
    ];
    const source = declared([exported("exportLedger", ["us-central1"]), exported("billingHook", [])]);
    const { doubts, text } = draft({ deployed: deployed(live), declared: source });
    const asked = doubts.filter((doubt) => doubt.kind === "default-region");
    expect(asked.map((doubt) => doubt.function)).toEqual(["billingHook", "onArticleCreated"]);
    expect(asked[0]?.message).toBe(
      "billingHook is in us-central1, where a function lands whose source names no region; nearly all others are elsewhere. Is that meant?",
    );
    expect(read(text).functions.get("billingHook")?.undecided?.text).toBe(
      "in us-central1, the default, while nearly all others are elsewhere when this file was written",
    );
    const many = draft({ deployed: deployed([...live, ...names.map((name) => copy(`us${name}`, "us-central1"))]) });
    expect(many.doubts.filter((doubt) => doubt.kind === "default-region")).toEqual([]);
  });

  it("is ready for a person: regions with what is in them, a class for each, a line for each function", () => {
    const { text, doubts, functions } = draft({
      deployed: deployed([
        copy("stripeWebhook", "europe-west3", { trigger: "https" }),
        copy("registerChatter", "europe-west2"),
        copy("createPaymentIntent", "europe-west3"),
        copy("adminStats", "europe-west1"),
        copy("paymentSweep", "europe-west3", { trigger: "https" }),
        copy("elsewhere", "us-east1", { project: "acme-other" }),
      ]),
      codebases: [{ name: "default", source: "functions" }],
      callers: [{ name: "web", root: "web" }],
    });
    expect(text).toBe(`# Where every function belongs. Written by \`regions init\` from what is deployed.

version: 1

environments:
  production: { project: acme-prod }

regions:   # role: what the region is for; protected: true where nothing may be added lightly
  europe-west1: {}   # 1 function: 1 callable
  europe-west2: {}   # 1 function: 1 callable
  europe-west3: {}   # 3 functions: 2 https, 1 callable

classes:   # one for each region to begin with: rename and split them by what must not fail together
  europe-west1: { region: europe-west1 }
  europe-west2: { region: europe-west2 }
  europe-west3: { region: europe-west3 }

codebases:
  default: { source: functions, deployer: firebase }

functions:
  adminStats: europe-west1
  createPaymentIntent: europe-west3
  paymentSweep: europe-west3
  registerChatter: europe-west2
  stripeWebhook: europe-west3

callers:
  web: { root: web }
`);
    expect(doubts).toEqual([]);
    expect(functions).toBe(5);
    expect(read(text).functions.size).toBe(5);
  });

  it("makes a decision of a function that is live in two regions", () => {
    const { text, doubts } = draft({
      deployed: deployed([
        copy("registerChatter", "europe-west3"),
        copy("registerChatter", "europe-west1"),
        copy("adminStats", "europe-west1"),
      ]),
    });
    expect(doubts).toEqual([
      {
        kind: "several-regions",
        function: "registerChatter",
        regions: ["europe-west1", "europe-west3"],
        message:
          "registerChatter is live in europe-west1 and europe-west3: keep one copy, or say that it is meant to be in several.",
        undecided: "live in europe-west1 and europe-west3 when this file was written",
      },
    ]);
    expect(text).toContain("1 of 2 functions carry");
    expect(text).toContain(
      "  europe-west1: { region: europe-west1, allow: [europe-west3] }   # allow: for the functions in several regions below\n",
    );
    expect(text).toContain(
      "  registerChatter: { class: europe-west1, regions: [europe-west1, europe-west3], undecided: live in europe-west1 and europe-west3 when this file was written }\n",
    );
    expect(read(text).functions.get("registerChatter")).toMatchObject({
      regions: ["europe-west1", "europe-west3"],
      undecided: { text: "live in europe-west1 and europe-west3 when this file was written" },
    });
  });

  it("believes a source that names exactly the regions a function is live in", () => {
    const both = ["europe-west1", "us-central1"];
    const live = deployed(both.map((region) => copy("readReplica", region)));
    const meant = draft({ deployed: live, declared: declared([exported("readReplica", both)]) });
    expect(meant.doubts).toEqual([]);
    expect(read(meant.text).functions.get("readReplica")).toMatchObject({ regions: both, undecided: null });
    const guessed = draft({ deployed: live, declared: declared([exported("readReplica", both, { certain: false })]) });
    expect(guessed.doubts.map((doubt) => doubt.kind)).toEqual(["several-regions"]);
    const other = draft({ deployed: live, declared: declared([exported("readReplica", ["us-central1"])]) });
    expect(other.doubts.map((doubt) => doubt.message)).toEqual([
      "readReplica is live in europe-west1 and us-central1 (its source names us-central1): keep one copy, or say that it is meant to be in several.",
    ]);
  });

  it("makes a decision of a source that names another region than the live one", () => {
    const { text, doubts } = draft({
      deployed: deployed([copy("stripeWebhook", "europe-west1")]),
      declared: declared([exported("stripeWebhook", ["europe-west3"])]),
    });
    expect(doubts.map(({ kind, undecided }) => [kind, undecided])).toEqual([
      ["declared-elsewhere", "live in europe-west1 and declared in europe-west3 when this file was written"],
    ]);
    expect(read(text).functions.get("stripeWebhook")?.regions).toEqual(["europe-west1"]);
  });

  it("doubts what no source declares only where the whole source was read", () => {
    const live = deployed([copy("twilioWebhook", "europe-west1"), copy("adminStats", "europe-west1")]);
    const source = declared([exported("adminStats", ["europe-west1"])]);
    const gap: Gap = { source: "declared", facet: "files", scope: "functions", region: null, reason: "unreadable" };
    const unresolved = [{ file: "a.ts", line: 1, endLine: 1, codebase: "default", reason: "computed name" }];
    const kinds = (input: Partial<DraftInput>) => draft({ deployed: live, ...input }).doubts.map((doubt) => doubt.kind);
    expect(kinds({ declared: source })).toEqual(["undeclared"]);
    expect(kinds({ declared: source, gaps: [gap] })).toEqual([]);
    expect(kinds({ declared: { ...source, unresolved } })).toEqual([]);
    expect(kinds({})).toEqual([]);
  });

  it("makes a decision of one function apart from its kin, and of no other split", () => {
    const kin = ["Conference", "Gather", "Amd", "Status", "Voice"].map((word) =>
      copy(`twilio${word}Hook`, "europe-west3"),
    );
    const { doubts } = draft({
      deployed: deployed([...kin, copy("twilioSms", "europe-west1"), copy("adminX", "europe-west1")]),
    });
    expect(doubts).toEqual([
      {
        kind: "apart",
        function: "twilioSms",
        regions: ["europe-west1"],
        message:
          'twilioSms is alone in europe-west1; the 5 other "twilio" functions are in europe-west3. Is that meant?',
        undecided: "in europe-west1 while 5 others of its family are in europe-west3 when this file was written",
      },
    ]);
    // A second copy of one of the kin, left behind by a move, is no company.
    const left = copy("twilioGatherHook", "europe-west1");
    const both = draft({ deployed: deployed([...kin, left, copy("twilioSms", "europe-west1")]) });
    expect(both.doubts.map(({ kind, function: name }) => [kind, name])).toEqual([
      ["several-regions", "twilioGatherHook"],
      ["apart", "twilioSms"],
    ]);
    expect(draft({ deployed: deployed([...kin, left]) }).doubts.map(({ kind }) => kind)).toEqual(["several-regions"]);
    const two = [copy("twilioSms", "europe-west1"), copy("twilioFax", "europe-west1")];
    expect(draft({ deployed: deployed([...kin, ...two]) }).doubts).toEqual([]);
    const few = kin.slice(0, 3);
    expect(draft({ deployed: deployed([...few, copy("twilioSms", "europe-west1")]) }).doubts).toEqual([]);
    const verbs = ["A", "B", "C", "D", "E"].map((word) => copy(`getThing${word}`, "europe-west3"));
    expect(draft({ deployed: deployed([...verbs, copy("getOther", "europe-west1")]) }).doubts).toEqual([]);
  });

  it("makes decisions of names that differ in case or punctuation alone", () => {
    const { doubts, functions } = draft({
      deployed: deployed([
        copy("validateVat", "europe-west3"),
        copy("validateVAT", "europe-west1"),
        copy("validate_vat", "europe-west1"),
      ]),
    });
    expect(functions).toBe(3);
    expect(doubts.map(({ kind, function: name, undecided }) => [kind, name, undecided])).toEqual([
      [
        "look-alike",
        "validate_vat",
        "its name differs from validateVAT and validateVat in case or punctuation alone when this file was written",
      ],
      [
        "look-alike",
        "validateVAT",
        "its name differs from validate_vat and validateVat in case or punctuation alone when this file was written",
      ],
      [
        "look-alike",
        "validateVat",
        "its name differs from validate_vat and validateVAT in case or punctuation alone when this file was written",
      ],
    ]);
  });

  it("is no doubt about an old runtime", () => {
    expect(draft({ deployed: deployed([copy("old", "europe-west1", { runtime: "nodejs8" })]) }).doubts).toEqual([]);
  });

  it("takes the source's word where nothing is deployed, and firebase's default where it names no region", () => {
    const { text, doubts } = draft({
      declared: declared([
        exported("named", ["europe-west1"]),
        exported("unnamed", []),
        exported("both", ["europe-west1", "europe-west3"]),
        exported("either", ["europe-west1", "europe-west3"], { certain: false }),
      ]),
      project: "acme-prod",
    });
    const { functions } = read(text);
    expect(
      [...functions.values()].map(({ name, regions, undecided }) => [name, regions, undecided?.text ?? null]),
    ).toEqual([
      ["both", ["europe-west1", "europe-west3"], null],
      [
        "either",
        ["europe-west1", "europe-west3"],
        "its source could mean europe-west1 or europe-west3 when this file was written",
      ],
      ["named", ["europe-west1"], null],
      ["unnamed", ["us-central1"], null],
    ]);
    expect(doubts.map((doubt) => doubt.function)).toEqual(["either"]);
  });

  it("writes the codebase where there are several, and asks where it is not known", () => {
    const { text } = draft({
      deployed: deployed([
        copy("a", "europe-west1", { codebase: "api" }),
        copy("b", "europe-west1", { codebase: null }),
      ]),
      codebases: [
        { name: "api", source: "api" },
        { name: "my jobs", source: "" },
      ],
    });
    const manifest = read(text);
    expect([...manifest.codebases.values()].map(({ name, source }) => [name, source])).toEqual([
      ["api", "api"],
      ["my-jobs", "."],
    ]);
    expect(manifest.functions.get("a")).toMatchObject({ codebase: "api", undecided: null });
    expect(manifest.functions.get("b")).toMatchObject({ codebase: "api", undecided: null });
    expect(text).toContain("# The codebase of 1 of 2 functions is a guess: nothing that was read shows it.\n");
  });

  it("says in the file what could not be looked at, and what it had to leave out", () => {
    const gap: Gap = {
      source: "deployed",
      facet: "functions",
      scope: "europe-west4",
      region: "europe-west4",
      reason: "403\nForbidden",
    };
    const { text, doubts } = draft({
      deployed: deployed([copy("good", "europe-west1"), copy("odd name", "europe-west1"), copy("lost", "moon")]),
      gaps: [gap],
    });
    expect(text).toContain(
      "# Not looked at: deployed functions europe-west4 (403 Forbidden). Functions may be missing here.\n" +
        '# "odd name" is left out of the file: its name is no function ID.\n' +
        '# "lost" is left out of the file: "moon" is no region id.\n',
    );
    expect(doubts.map(({ kind, function: name }) => [kind, name])).toEqual([
      ["unplaced", "odd name"],
      ["unplaced", "lost"],
    ]);
    expect([...read(text).functions.keys()]).toEqual(["good"]);
  });

  it("marks the place of a project that nothing names, and refuses one that is none", () => {
    const { text } = draft({ declared: declared([exported("a", ["europe-west1"])]) });
    expect(text).toContain("{ project: your-project-id }   # write the Google Cloud project id here\n");
    expect(() => draft({ project: "Acme Prod" })).toThrow(InputError);
    expect(read(draft({}).text).functions.size).toBe(0);
  });

  it("parses whatever functions are called and wherever they are", () => {
    const name = fc.oneof(
      fc.constantFrom(
        "null",
        "yes",
        "on",
        "y",
        "true",
        "123",
        "1e3",
        "0x1f",
        "constructor",
        "__proto__",
        "toString",
        "-",
        "~",
        "a: b",
      ),
      fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,12}$/),
      fc.string({ maxLength: 8 }),
    );
    const region = fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom("europe-west1", "europe-west3", "us-central1", "europe-west99") },
      { weight: 1, arbitrary: fc.string() },
    );
    const live = fc.array(fc.tuple(name, region), { maxLength: 30 });
    const source = fc.array(fc.tuple(name, fc.uniqueArray(region, { maxLength: 2 }), fc.boolean()), { maxLength: 20 });
    fc.assert(
      fc.property(live, source, fc.boolean(), (copies, exports, several) => {
        const { text, doubts, functions } = draft({
          deployed: deployed(copies.map(([one, where]) => copy(one, where))),
          declared: declared(exports.map(([one, where, certain]) => exported(one, where, { certain }))),
          project: "acme-prod",
          codebases: several
            ? [
                { name: "api", source: "api" },
                { name: "jobs", source: "jobs" },
              ]
            : [],
        });
        const manifest = read(text);
        expect(manifest.functions.size).toBe(functions);
        // Nobody is forgotten: every name seen is in the file, or said to be left out.
        const left = doubts.filter((doubt) => doubt.kind === "unplaced").map((doubt) => doubt.function);
        const names = new Set([...copies, ...exports].map(([one]) => one));
        expect([...manifest.functions.keys(), ...left].sort()).toEqual([...names].sort());
        for (const doubt of doubts) {
          if (doubt.kind !== "unplaced")
            expect(manifest.functions.get(doubt.function)?.undecided?.text).toContain(doubt.undecided);
        }
      }),
      { numRuns: 300 },
    );
  });
});
