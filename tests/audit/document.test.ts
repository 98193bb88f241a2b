import { describe, expect, it } from "vitest";
import { audit } from "../../src/audit/audit.ts";
import { type Earlier, earlierOfAudit, earlierOfDocument } from "../../src/audit/document/earlier.ts";
import { historyOf, scoreEntry } from "../../src/audit/document/score.ts";
import type { FleetDocument } from "../../src/model/document.ts";
import { documentFor, emptyDocument, gapDocument, shop, shopDocument, shopParts } from "../report/document/sample.ts";
import { copy, deployedOf, exported, look, manifestOf, today, unreachable } from "./look.ts";

const functionsOf = (document: FleetDocument) =>
  Object.fromEntries(document.functions.map(({ name, standing }) => [name, standing]));

describe("the first line", () => {
  const rightParts = {
    deployed: deployedOf([copy("getArticles", "europe-west1")], {
      usage: [],
      databases: [{ name: "(default)", location: "eur3" }],
    }),
    callers: [],
    declared: [exported("getArticles", 1, ["europe-west1"])],
    holders: [],
    state: {
      copies: [
        { function: "getArticles", region: "europe-west1", generation: 2 as const, adopted: false, compared: true },
      ],
      drifts: [],
      compared: 1,
      interrupted: 0,
    },
  };
  const manifest = manifestOf(["getArticles: core"]);
  const toneOf = (over: object) => documentFor(look({ ...rightParts, ...over }), manifest).verdict.tone;

  it("is clean only where everything was asked, read, judged and right", () => {
    expect(toneOf({})).toBe("clean");
    expect(toneOf({ holders: undefined })).toBe("partial");
    expect(toneOf({ gaps: [unreachable("europe-west2")] })).toBe("unseen");
    expect(toneOf({ deployed: deployedOf([copy("getArticles", "europe-west2")]) })).toBe("wrong");
    expect(toneOf({ deployed: deployedOf([copy("getArticles", "europe-west1", { runtime: "go199" })]) })).toBe(
      "partial",
    );
  });

  it("is not clean where the journals of moves could not be read", () => {
    const document = documentFor(look(rightParts), manifest, { moves: null, unread: ["Journals of moves: torn."] });
    expect([document.verdict.tone, document.moves, document.unread]).toEqual([
      "partial",
      null,
      ["Journals of moves: torn."],
    ]);
  });

  it("of nothing at all is not clean, and has no score", () => {
    const { verdict, score, functions } = emptyDocument();
    expect([verdict.tone, score.overall, functions]).toEqual(["partial", null, []]);
  });
});

describe("functions and regions", () => {
  it("stand as wanted and found", () => {
    expect(functionsOf(shopDocument())).toEqual({
      getArticles: "extra copy",
      getFigures: "in place",
      createPaymentIntent: "in place",
      stripeWebhook: "misplaced",
      onPaid: "in place",
    });
  });

  it("of a region that was not reached are not looked at, and never missing", () => {
    const document = gapDocument();
    expect(functionsOf(document)).toMatchObject({ stripeWebhook: "not looked at", getArticles: "in place" });
    expect(document.regions.map(({ name, inPlace }) => [name, inPlace])).toEqual([
      ["us-central1", 0],
      ["europe-west1", 2],
      ["europe-west3", null],
    ]);
  });

  it("tell roles, classes, and who is kept apart from whom, whichever of the two says so", () => {
    const [, core, payments] = shopDocument().regions;
    expect(core).toMatchObject({ role: "core business", wanted: 2, inPlace: 2, astray: 1 });
    expect(core?.classes.map(({ name, isolatedFrom, functions }) => [name, isolatedFrom, functions])).toEqual([
      ["core", ["payments"], 2],
    ]);
    expect(payments).toMatchObject({ protected: true, wanted: 3, inPlace: 2, astray: 0 });
  });

  it("are undeclared, moving or left to a date as the manifest says", () => {
    const manifest = manifestOf([
      "moved: { class: core, moving: { from: us-central1, until: 2026-12-01 } }",
      "late: { class: core, moving: { from: us-central1, until: 2026-11-01 } }",
      "gone: core",
    ]);
    const live = [copy("moved", "us-central1"), copy("late", "us-central1"), copy("stranger", "europe-west2")];
    expect(functionsOf(documentFor(look({ deployed: live }), manifest))).toEqual({
      moved: "moving",
      late: "overdue",
      gone: "missing",
      stranger: "undeclared",
    });
  });
});

describe("who reaches what", () => {
  it("is right, astray, or waits for the function", () => {
    const { calls, holders, traffic } = shopDocument();
    expect(calls.map(({ function: name, verdict, wanted }) => [name, verdict, wanted])).toEqual([
      ["getArticles", "right", ["europe-west1"]],
      ["createPaymentIntent", "astray", ["europe-west3"]],
    ]);
    expect(holders.map(({ function: name, verdict }) => [name, verdict])).toEqual([["stripeWebhook", "follows"]]);
    expect(traffic).toMatchObject([
      { from: "web", kind: "callers", cells: [{ count: 0 }, { count: 2, astray: 1 }, { count: 0 }] },
      { from: "stripe", kind: "holders", cells: [{ count: 0 }, { count: 1, astray: 0 }, { count: 0 }] },
    ]);
  });

  it("is open where the region was not read, and where nobody can tell", () => {
    const snapshot = look({ ...shopParts, deployed: deployedOf([]), gaps: [unreachable("europe-west3")] });
    const unresolved = [
      { file: "web/src/A.ts", line: 3, endLine: 3, reason: "computed", symbol: null, snippet: "", owner: "web" },
    ];
    const callers = { callers: shopParts.callers, unresolved, env: [], files: 1 };
    const { calls } = documentFor({ ...snapshot, callers });
    expect(calls.map(({ function: name, how, verdict, why }) => [name, how, verdict, why])).toEqual([
      [null, "unresolved", "open", "computed"],
      ["getArticles", "callable", "follows", "the function itself comes first"],
      ["createPaymentIntent", "callable", "astray", null],
    ]);
  });
});

it("flows go hop by hop through their regions", () => {
  const [flow] = shopDocument().flows;
  expect(flow?.hops.map(({ to, toRegions, toFound, verdict }) => [to, toRegions, toFound, verdict])).toEqual([
    ["createPaymentIntent", ["europe-west3"], ["europe-west3"], "whole"],
    ["card confirmation", [], null, "note"],
    ["stripeWebhook", ["europe-west3"], ["europe-west1"], "follows"],
    ["onPaid", ["europe-west3"], ["europe-west3"], "whole"],
  ]);
});

it("capacity is known, over the line, without a quota, or not known and why", () => {
  expect(shopDocument().capacity.map(({ region, standing, why }) => [region, standing, why])).toEqual([
    ["us-central1", "not known", "Google told of no use there"],
    ["europe-west1", "no quota stated", null],
    ["europe-west3", "over the warn line", null],
  ]);
  expect(emptyDocument().capacity).toEqual([]);
  expect(gapDocument().capacity.every(({ vcpu }) => vcpu === null)).toBe(true);
});

it("runtimes come by their end, and a date that is none is not known", () => {
  const strange = { region: "europe-west1", generation: 2 as const, deprecated: "soon", decommissioned: "2027-13-99" };
  const deployed = deployedOf([copy("a", "europe-west1"), copy("b", "europe-west1", { runtime: "nodejs20" })], {
    runtimes: [{ runtime: "nodejs22", ...strange }],
  });
  const rows = documentFor(look({ deployed }), null).runtimes;
  expect(rows.map(({ runtime, standing, decommissioned }) => [runtime, standing, decommissioned])).toEqual([
    ["nodejs20", "dead", "2026-10-30"],
    ["nodejs22", "no date known", null],
  ]);
});

describe("since an earlier look", () => {
  const before = shopDocument();
  const mended = deployedOf([
    copy("getArticles", "europe-west1"),
    copy("getFigures", "europe-west1"),
    copy("createPaymentIntent", "europe-west3"),
    copy("stripeWebhook", "europe-west3", { trigger: "https" }),
    copy("onPaid", "europe-west3", { trigger: "event" }),
  ]);
  const since = (parts: object, earlier: Earlier) => {
    const { changes } = documentFor(look({ ...shopParts, ...parts }), shop, { earlier });
    if (changes === null) throw new Error("there are no changes");
    return changes;
  };

  it("copies are moved and removed, findings mended", () => {
    const { copies, findings, scoreBefore } = since({ deployed: mended }, earlierOfDocument(before, "last.json"));
    expect(copies).toEqual({
      moved: [{ function: "stripeWebhook", from: "europe-west1", to: "europe-west3" }],
      removed: [{ function: "getArticles", from: "us-central1", to: null }],
      added: [],
      open: [],
    });
    expect(scoreBefore).toBe(before.score.overall);
    expect(findings.mended.map(({ rule, function: name }) => `${rule} ${name}`).sort()).toEqual([
      "duplicate-function getArticles",
      "obsolete-runtime getArticles",
      "wrong-region stripeWebhook",
    ]);
  });

  it("what this look did not reach is open, and no finding of it mended", () => {
    const parts = { deployed: deployedOf([]), gaps: [unreachable("europe-west1")] };
    const { copies, findings } = since(parts, earlierOfDocument(before, "last.json"));
    expect(copies?.open.map(({ function: name, from }) => `${name} ${from}`)).toEqual([
      "getArticles europe-west1",
      "getFigures europe-west1",
      "stripeWebhook europe-west1",
    ]);
    expect(findings.mended).toEqual([]);
  });

  it("what the earlier look did not reach is not called new", () => {
    const { copies } = since({}, earlierOfDocument(gapDocument(), "last.json"));
    expect(copies).toMatchObject({
      added: [
        { function: "getArticles", to: "us-central1" },
        { function: "stripeWebhook", to: "europe-west1" },
      ],
      open: [
        { function: "createPaymentIntent", to: "europe-west3" },
        { function: "onPaid", to: "europe-west3" },
      ],
    });
  });

  it("an audit tells findings and no copies", () => {
    const report = audit(look(shopParts), shop, today);
    const { copies, why, findings } = since({ deployed: mended }, earlierOfAudit(report, "audit.json"));
    expect([copies, why, findings.standing]).toEqual([null, "audit.json does not say what was live.", 1]);
  });

  it("moves that ended before are left out, open ones stay", () => {
    const move = (id: string, state: "done" | "under way", at: string) => ({
      id,
      function: "f",
      from: "a",
      to: "b",
      state,
      at,
    });
    const moves = [
      move("old", "done", "2026-11-01T00:00:00Z"),
      move("new", "done", "2026-11-22T09:00:00Z"),
      move("open", "under way", "2026-10-01T00:00:00Z"),
    ];
    const ids = (beside: object) => documentFor(look(shopParts), shop, { moves, ...beside }).moves?.map(({ id }) => id);
    expect(ids({})).toEqual(["new", "old", "open"]);
    expect(ids({ earlier: earlierOfDocument(before, "last.json") })).toEqual(["new", "open"]);
  });
});

it("the history is of this fleet alone, in order, one line a look", () => {
  const report = audit(look(shopParts), shop, today);
  const at = (takenAt: string, over = {}) => ({ ...scoreEntry(report, takenAt), ...over });
  const kept = [
    at("2026-11-20T00:00:00Z"),
    at("2026-11-01T00:00:00Z"),
    at("2026-11-02T00:00:00Z", { project: "other" }),
  ];
  const now = at("2026-11-20T00:00:00Z", { errors: 99 });
  expect(historyOf(kept, now).map(({ takenAt, errors }) => [takenAt, errors])).toEqual([
    ["2026-11-01T00:00:00Z", 4],
    ["2026-11-20T00:00:00Z", 99],
  ]);
});

describe("advice", () => {
  it("tells what is far from its database, and what nobody calls", () => {
    expect(shopDocument().advice.map(({ kind, text, functions }) => [kind, text, functions.length])).toEqual([
      [
        "distance",
        "Class core is at home in europe-west1, and database (default) lies in nam5 (us-central1 and us-central2).",
        2,
      ],
      [
        "distance",
        "Class payments is at home in europe-west3, and database (default) lies in nam5 (us-central1 and us-central2).",
        3,
      ],
      ["uncalled", "1 function of class core.", 1],
    ]);
  });

  it("names families of one size and region, and regions that fill up", () => {
    const names = [..."abcdefgh"]
      .map((letter) => `get${letter.toUpperCase()}`)
      .map((name) => name.replace("get", "getChatter"));
    const many = Array.from({ length: 120 }, (_, index) => copy(`job${index}`, "europe-west2"));
    const document = documentFor(
      look({ deployed: deployedOf([...names.map((name) => copy(name, "europe-west2")), ...many], { databases: [] }) }),
      manifestOf(names.map((name) => `${name}: affiliate`)),
    );
    expect(document.advice).toEqual([
      { kind: "services", text: "europe-west2 holds 128 of 1,000 services (12%).", functions: [] },
      { kind: "merge", text: '8 callables about "chatter" in class affiliate.', functions: names },
    ]);
  });

  it("is not given on what was not seen", () => {
    expect(emptyDocument().unread).toEqual([
      "Services per region: what is deployed was not read.",
      "Functions that nobody calls: callers were not asked for.",
    ]);
    const cut = documentFor(
      look({
        ...shopParts,
        gaps: [{ source: "holders", facet: "stripe", scope: "stripe", region: null, reason: "401" }],
      }),
    );
    expect(cut.unread).toEqual(["Functions that nobody calls: holders could not be read in full."]);
  });
});
