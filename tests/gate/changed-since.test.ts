import { readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { auditSchema, jsonSchemaOf } from "../../src/report/schema.ts";
import { parseXml } from "../report/strict-xml.ts";
import { page, type Repository, shopRepository } from "./repository.ts";

/* A pull request against a shop that has two old findings: what is brought or touched counts, and nothing else. */

const gate = ["audit", "--sources", "declared,callers", "--today", "2026-11-22"];
const since = [...gate, "--changed-since", "main"];
const validate = new Ajv2020({ strict: false }).compile(jsonSchemaOf(auditSchema, "test"));

interface Json {
  readonly findings: readonly {
    readonly rule: string;
    readonly change: string;
    readonly fingerprint: string;
    readonly suppressed: unknown;
    readonly place: { readonly file: string; readonly line: number } | null;
  }[];
  readonly gaps: readonly { readonly scope: string }[];
  readonly changedSince: {
    readonly ref: string;
    readonly mergeBase: string;
    readonly setAside: object;
    readonly oldGaps: number;
  };
  readonly notes: readonly string[];
}

let shop: Repository;
beforeEach(() => {
  shop = shopRepository();
});
afterEach(() => shop.remove());

/** Two callers that are wrong before the pull request begins, and the branch of it. */
function withOldFindings(): string {
  shop.put("web/src/Old.tsx", page("Old", "functionsWest1", "createPaymentIntent"));
  shop.put("web/src/Older.tsx", page("Older", "functionsWest3", "searchArticles"));
  const base = shop.commit("Add two wrong callers");
  shop.git("checkout", "--quiet", "-b", "change");
  return base;
}

async function judged(args: readonly string[] = since, within?: string): Promise<{ code: number; json: Json }> {
  const { code, stdout, stderr } = await shop.regions([...args, "--format", "json"], within);
  expect(stderr).toBe("");
  const json = JSON.parse(stdout);
  expect(validate(json) || validate.errors).toBe(true);
  return { code, json };
}

const shown = ({ findings }: Json) =>
  findings.map(({ rule, change, place }) => `${change} ${rule} ${place?.file}:${place?.line}`);

describe("a change that adds one wrong caller", () => {
  const wrong = "web/src/New.tsx";
  const told = "New.tsx:5 calls searchArticles in europe-west3; it belongs in europe-west1.";

  it("is stopped for exactly that one, and says what it set aside", async () => {
    const base = withOldFindings();
    shop.put(wrong, page("New", "functionsWest3", "searchArticles"));
    shop.commit("Search from a new page");
    const { code, json } = await judged();
    expect([code, shown(json)]).toEqual([1, [`new mismatched-caller ${wrong}:5`]]);
    expect(json.changedSince).toEqual({
      ref: "main",
      mergeBase: base,
      setAside: { errors: 2, warnings: 0, suppressed: 0 },
      oldGaps: 0,
    });
    expect(json.notes).toEqual([]);
  });

  it("is that one finding in every format", async () => {
    const base = withOldFindings();
    shop.put(wrong, page("New", "functionsWest3", "searchArticles"));
    shop.commit("Search from a new page");
    const files = ["sarif", "gitlab", "junit", "github", "markdown"].map((one) => `--format=${one}=out.${one}`);
    const { code, stdout } = await shop.regions([...since, ...files]);
    expect(code).toBe(1);
    expect(stdout).toContain(`changed since main (${base.slice(0, 10)})`);
    expect(stdout.match(/^\S+:\d+:\d+ {2}(?:error|warning).*$/gm)).toEqual([
      `${wrong}:5:16  error  [mismatched-caller]  new`,
    ]);
    expect(stdout).toContain("Set aside, as it was before the change: 2 errors.\n1 error, 0 gaps. Exit code 1:");
    const [sarif] = JSON.parse(shop.read("out.sarif")).runs;
    expect(sarif.results.map((one: { message: { text: string } }) => one.message.text.split(" Whether")[0])).toEqual([
      told,
    ]);
    expect(sarif.results[0].properties.change).toBe("new");
    expect(sarif.automationDetails.id).toBe("regions/production/declared+callers/changes/");
    const gitlab = JSON.parse(shop.read("out.gitlab"));
    expect(gitlab.map((one: { location: object }) => one.location)).toEqual([
      { path: wrong, lines: { begin: 5, end: 5 } },
    ]);
    expect(gitlab[0].fingerprint).toBe(sarif.results[0].partialFingerprints["regionsFinding/v1"]);
    expect(parseXml(shop.read("out.junit")).attributes).toMatchObject({ failures: "1", errors: "0" });
    expect(shop.read("out.junit")).toContain(`<property name="mergeBase" value="${base}"/>`);
    expect(shop.read("out.github").match(/^::/gm)).toHaveLength(1);
    expect(shop.read("out.github")).toMatch(/^::error file=web\/src\/New\.tsx,line=5,col=16,title=mismatched-caller::/);
    expect(shop.read("out.markdown").match(/^- /gm)).toHaveLength(1);
    expect(shop.read("out.markdown")).toContain(
      "- **error** `web/src/New.tsx:5` `mismatched-caller` (breaks at the next step, new)<br>",
    );
  });

  it("counts before it is committed, and before git knows the file", async () => {
    withOldFindings();
    shop.put(wrong, page("New", "functionsWest3", "searchArticles"));
    const untracked = await judged();
    shop.git("add", wrong);
    const staged = await judged();
    shop.git("reset", "--quiet");
    shop.git("add", "--intent-to-add", wrong);
    const intended = await judged();
    for (const { code, json } of [untracked, staged, intended]) {
      expect([code, shown(json)]).toEqual([1, [`new mismatched-caller ${wrong}:5`]]);
    }
    expect(untracked.json.notes).toEqual(["HEAD is part of main already, so only what is not committed is judged."]);
  });

  it("is not blamed for what the other branch has brought meanwhile", async () => {
    withOldFindings();
    shop.git("checkout", "--quiet", "main");
    shop.put("web/src/Theirs.tsx", page("Theirs", "functionsWest3", "searchArticles"));
    shop.commit("Bring a third one");
    shop.git("checkout", "--quiet", "change");
    shop.put(wrong, page("New", "functionsWest3", "searchArticles"));
    shop.commit("Search from a new page");
    expect(shown((await judged()).json)).toEqual([`new mismatched-caller ${wrong}:5`]);
    shop.git("merge", "--quiet", "-m", "Take theirs", "main");
    expect(shown((await judged()).json)).toEqual([`new mismatched-caller ${wrong}:5`]);
  });
});

describe("a change that has nothing to do with old findings", () => {
  it("passes, though they are there", async () => {
    withOldFindings();
    expect((await shop.regions(gate)).code).toBe(1);
    shop.put("web/src/About.tsx", "export const About = () => <p>About us</p>;\n");
    shop.edit("web/src/Search.tsx", (text) => `${text}\nexport const rows = 20;\n`);
    shop.commit("Say who we are");
    const { code, json } = await judged();
    expect([code, shown(json)]).toEqual([0, []]);
    expect(json.changedSince.setAside).toEqual({ errors: 2, warnings: 0, suppressed: 0 });
    const text = await shop.regions(since);
    expect(text.stdout).toContain(
      "No findings, 0 gaps. Exit code 0: the change brings and touches no error, and all that was asked for\n  was read.",
    );
    expect(await shop.regions([...since, "--format", "markdown"])).toEqual({
      code: 0,
      stdout: "",
      stderr: "Set aside, as it was before the change: 2 errors.\n",
    });
  });

  it("passes where lines move, and no fingerprint changes", async () => {
    withOldFindings();
    const prints = async () => (await judged(gate)).json.findings.map(({ fingerprint }) => fingerprint);
    const before = await prints();
    shop.edit(
      "web/src/Old.tsx",
      (text) => `// Pays.\n\n${text.replace("  const send", "  const [a] = [1];\n  const send")}`,
    );
    shop.commit("Explain the page");
    expect(await prints()).toEqual(before);
    const { code, json } = await judged();
    expect([code, shown(json)]).toEqual([0, []]);
  });

  it("passes where files are renamed, and edited at once", async () => {
    withOldFindings();
    shop.git("mv", "web/src", "web/pages");
    shop.edit("web/pages/Old.tsx", (text) => `// Pays.\n${text}`);
    shop.commit("Call them pages");
    const { code, json } = await judged();
    expect([code, shown(json)]).toEqual([0, []]);
    expect(json.changedSince.setAside).toEqual({ errors: 2, warnings: 0, suppressed: 0 });
  });

  it("is stopped where it edits the line of one", async () => {
    withOldFindings();
    shop.edit("web/src/Old.tsx", (text) => text.replace('"createPaymentIntent");', '"createPaymentIntent"); // pays'));
    shop.commit("Explain the call");
    const { code, json } = await judged();
    expect([code, shown(json)]).toEqual([1, ["touched mismatched-caller web/src/Old.tsx:5"]]);
    expect(json.changedSince.setAside).toEqual({ errors: 1, warnings: 0, suppressed: 0 });
  });

  it("is stopped where it adds a place to a finding that stands for several", async () => {
    shop.put("web/src/One.tsx", page("One", "functionsWest1", "sendMail"));
    shop.commit("Call what is not there");
    shop.git("checkout", "--quiet", "-b", "change");
    shop.put("web/src/Two.tsx", page("Two", "functionsWest1", "sendMail"));
    const { code, json } = await judged();
    expect([code, shown(json)]).toEqual([1, ["touched unknown-callee web/src/One.tsx:5"]]);
  });
});

describe("what is declared", () => {
  it("blames a change of regions.yaml for the callers that it makes wrong", async () => {
    withOldFindings();
    shop.edit("regions.yaml", (text) => text.replace("searchArticles: core", "searchArticles: payments"));
    shop.edit("functions/src/index.ts", (text) => text.replace("europe-west1", "europe-west3"));
    shop.commit("Move the search");
    // What was wrong by calling it there is right now.
    expect(shown((await judged()).json)).toEqual(["new mismatched-caller web/src/Search.tsx:5"]);
  });

  it("blames a committed env value", async () => {
    shop.edit("web/src/firebase.ts", (text) => text.replace('"europe-west3"', "import.meta.env.VITE_PAY_REGION"));
    shop.put("web/.env.production", "VITE_PAY_REGION=europe-west3\n");
    shop.commit("Take the region from the build");
    shop.git("checkout", "--quiet", "-b", "change");
    shop.put("web/.env.production", "# where we pay\nVITE_PAY_REGION=europe-west1\n");
    shop.commit("Pay elsewhere");
    expect(shown((await judged()).json)).toEqual(["new env-region web/.env.production:2"]);
  });

  it("takes what is deployed for both sides", async () => {
    withOldFindings();
    shop.put("web/src/New.tsx", page("New", "functionsWest3", "searchArticles"));
    const live = [
      "audit",
      "--sources",
      "declared,callers,deployed",
      "--deployed",
      "listing.txt",
      "--today",
      "2026-11-22",
    ];
    const { code, json } = await judged([...live, "--changed-since", "main"]);
    expect([code, shown(json)]).toEqual([1, ["new mismatched-caller web/src/New.tsx:5"]]);
    expect(json.changedSince.setAside).toEqual({ errors: 2, warnings: 0, suppressed: 0 });
  });

  it("counts all that the manifest says as brought where the base has none, and says so", async () => {
    shop.git("mv", "regions.yaml", "elsewhere.yaml");
    shop.put("web/src/Old.tsx", page("Old", "functionsWest1", "createPaymentIntent"));
    const base = shop.commit("Live without a manifest");
    shop.git("checkout", "--quiet", "-b", "change");
    shop.git("mv", "elsewhere.yaml", "regions.yaml");
    shop.edit("regions.yaml", (text) => text.replace("searchArticles: core", "searchArticles: payments"));
    shop.commit("Write a manifest");
    const { code, json } = await judged();
    // Old.tsx was wrong by what the source declares; the manifest makes two more places wrong.
    expect(code).toBe(1);
    expect(shown(json)).toEqual([
      "new mismatched-caller web/src/Search.tsx:5",
      "new source-region functions/src/index.ts:3",
    ]);
    expect(json.notes).toEqual([
      `There is no regions.yaml at the merge base with main (${base.slice(0, 10)}), so all that it says counts as brought by this change.`,
    ]);
  });

  it("says so where the manifest of the base is wrong, and where it goes", async () => {
    shop.put("web/src/Old.tsx", page("Old", "functionsWest1", "createPaymentIntent"));
    const good = shop.read("regions.yaml");
    shop.put("regions.yaml", good.replace("version: 1", "version: 9"));
    shop.commit("Break the manifest");
    shop.git("checkout", "--quiet", "-b", "change");
    shop.put("regions.yaml", good);
    const mended = await judged();
    expect([mended.code, shown(mended.json)]).toEqual([0, []]);
    expect(mended.json.notes.join("\n")).toMatch(
      /^The manifest of the merge base with main \(\w{10}\) cannot be used, .*: regions\.yaml:1:/m,
    );
    shop.commit("Mend it");
    shop.git("checkout", "--quiet", "-B", "main");
    shop.git("checkout", "--quiet", "-B", "change");
    shop.git("rm", "--quiet", "regions.yaml");
    const gone = await judged();
    expect(gone.json.notes.join("\n")).toMatch(/^regions\.yaml is there at the merge base .* and not here: /m);
  });
});

describe("what somebody lives with", () => {
  const ignore = `ignore:
  - { rule: mismatched-caller, file: web/src/Old.tsx, reason: goes soon, owner: web }
`;

  it("is brought by whoever takes the ignore back", async () => {
    shop.edit("regions.yaml", (text) => text + ignore);
    withOldFindings();
    shop.edit("regions.yaml", (text) => text.replace(ignore, ""));
    const { code, json } = await judged();
    expect([code, shown(json)]).toEqual([1, ["new mismatched-caller web/src/Old.tsx:5"]]);
  });

  it("is set aside where it stays, also where its file is renamed with its ignore", async () => {
    shop.edit("regions.yaml", (text) => text + ignore);
    withOldFindings();
    shop.git("mv", "web/src/Old.tsx", "web/src/Pay.tsx");
    const lost = await judged();
    expect([lost.code, shown(lost.json)]).toEqual([1, ["new mismatched-caller web/src/Pay.tsx:5"]]);
    shop.edit("regions.yaml", (text) => text.replace("src/Old.tsx", "src/Pay.tsx"));
    const { code, json } = await judged();
    expect([code, shown(json)]).toEqual([0, []]);
    expect(json.changedSince.setAside).toEqual({ errors: 1, warnings: 0, suppressed: 1 });
  });

  it("goes by the baseline of each side", async () => {
    shop.put("web/src/Old.tsx", page("Old", "functionsWest1", "createPaymentIntent"));
    await shop.regions([
      "baseline",
      "write",
      "--sources",
      "declared,callers",
      "--today",
      "2026-11-22",
      "--reason",
      "old",
    ]);
    shop.commit("Live with it");
    shop.git("checkout", "--quiet", "-b", "change");
    const args = [...since, "--baseline", "regions-baseline.json"];
    const kept = await judged(args);
    expect([kept.code, kept.json.changedSince.setAside]).toEqual([0, { errors: 0, warnings: 0, suppressed: 1 }]);
    shop.put("regions-baseline.json", '{ "version": 1, "findings": [] }\n');
    const { code, json } = await judged(args);
    expect([code, shown(json)]).toEqual([1, ["new mismatched-caller web/src/Old.tsx:5"]]);
  });
});

describe("what could not be looked at", () => {
  const broken = `${page("Broken", "functionsWest1", "searchArticles")}\nexport function (((`;

  it("is a gap where the change brings it", async () => {
    withOldFindings();
    shop.put("web/src/Broken.tsx", broken);
    const { code, json } = await judged();
    expect([code, json.gaps.map(({ scope }) => scope), json.changedSince.oldGaps]).toEqual([
      3,
      ["web/src/Broken.tsx"],
      0,
    ]);
  });

  it("is a gap where it was there before, too, since nobody knows what the change brings there", async () => {
    shop.put("web/src/Broken.tsx", broken);
    withOldFindings();
    shop.put("web/src/About.tsx", "export const About = () => <p>About us</p>;\n");
    const { code, json } = await judged();
    expect([code, shown(json), json.changedSince.oldGaps]).toEqual([3, [], 1]);
    expect(json.notes).toContain(
      "1 gap was there before this change. What the change brings where nobody could look is not known, so a gap is not clean whoever made it.",
    );
  });

  it("hides nothing where only the base has it", async () => {
    shop.put("web/src/Broken.tsx", broken);
    withOldFindings();
    shop.put("web/src/Broken.tsx", page("Broken", "functionsWest3", "searchArticles"));
    const { code, json } = await judged();
    expect([code, shown(json)]).toEqual([1, ["new mismatched-caller web/src/Broken.tsx:5"]]);
    expect(json.notes.join("\n")).toMatch(/^One thing could not be read at the merge base with main /m);
  });

  it("is the whole base where its content is not in the clone, and then nothing is set aside", async () => {
    withOldFindings();
    shop.put("web/src/Old.tsx", page("Old", "functionsWest3", "createPaymentIntent"));
    shop.commit("Mend one");
    shop.git("config", "uploadpack.allowFilter", "true");
    shop.git("clone", "--quiet", "--no-local", "--filter=blob:none", "--branch=change", ".", "clone");
    const { code, json } = await judged([...gate, "--changed-since", "origin/main"], "clone");
    expect([code, shown(json)]).toEqual([1, ["new mismatched-caller web/src/Older.tsx:5"]]);
    expect(json.notes.join("\n")).toMatch(
      /^The files of the merge base with origin\/main \(\w{10}\) could not be read \(.+\), so nothing is set aside: /m,
    );
  });
});

describe("folders", () => {
  it("audits a folder of a larger repository, and nothing of its neighbours", async () => {
    shop.remove();
    shop = shopRepository("apps/shop");
    shop.put("apps/shop/web/src/Old.tsx", page("Old", "functionsWest1", "createPaymentIntent"));
    shop.commit("Add a wrong caller");
    shop.git("checkout", "--quiet", "-b", "change");
    shop.put("apps/shop/web/src/New.tsx", page("New", "functionsWest3", "searchArticles"));
    shop.put("apps/other/web/src/Old.tsx", "export {};\n");
    shop.commit("Search from a new page");
    const { code, json } = await judged();
    expect([code, shown(json)]).toEqual([1, ["new mismatched-caller web/src/New.tsx:5"]]);
    expect(json.changedSince.setAside).toEqual({ errors: 1, warnings: 0, suppressed: 0 });
    const above = await judged([...since, "-m", "apps/shop/regions.yaml"], "");
    expect(shown(above.json)).toEqual(shown(json));
  });

  it("counts everything as new where the base has no such folder", async () => {
    shop.remove();
    shop = shopRepository("apps/shop");
    shop.git("checkout", "--quiet", "-b", "change");

    shop.git("mv", "apps/shop", "apps/store");
    shop.put("apps/store/web/src/New.tsx", page("New", "functionsWest3", "searchArticles"));
    const { code, json } = await judged(since, "apps/store");
    expect([code, shown(json)]).toEqual([1, ["new mismatched-caller web/src/New.tsx:5"]]);
  });

  it("reads submodules at the commits that each side names", async () => {
    const pages = `${shop.folder}-pages`;
    shop.git("init", "--quiet", "--initial-branch=main", pages);
    const inPages = (...args: string[]) => shop.git("-C", pages, ...args);
    try {
      const write = (name: string, text: string) => shop.put(join("..", basename(pages), "src", name), text);
      write("firebase.ts", shop.read("web/src/firebase.ts"));
      write("Old.tsx", page("Old", "functionsWest1", "createPaymentIntent"));
      inPages("add", "-A");
      inPages("commit", "--quiet", "-m", "Pages");
      shop.git("submodule", "--quiet", "add", pages, "web/shared");
      shop.commit("Share pages");
      shop.git("checkout", "--quiet", "-b", "change");
      shop.put("web/shared/src/New.tsx", page("New", "functionsWest3", "searchArticles"));
      shop.edit("web/shared/src/Old.tsx", (text) => `// Pays.\n${text}`);
      const { code, json } = await judged();
      expect([code, shown(json)]).toEqual([1, ["new mismatched-caller web/shared/src/New.tsx:5"]]);
      expect(json.changedSince.setAside).toEqual({ errors: 1, warnings: 0, suppressed: 0 });
      expect(readFileSync(join(shop.folder, "web/shared/.git"), "utf8")).toMatch(/^gitdir: /);
    } finally {
      rmSync(pages, { recursive: true });
    }
  });
});
