import { existsSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterEach, beforeEach, expect, it } from "vitest";
import { replaySchema } from "../../src/report/replay-schema.ts";
import { jsonSchemaOf } from "../../src/report/schema.ts";
import { page, type Repository, shopRepository } from "./repository.ts";

/* Histories whose commits are a day apart, from 2026-03-01 on: what the gate would have done at each of them. */

const validate = new Ajv2020({ strict: false }).compile(jsonSchemaOf(replaySchema, "test"));

interface Json {
  readonly commits: object;
  readonly findings: object;
  readonly blocked: readonly {
    readonly id: string;
    readonly since: string | null;
    readonly findings: readonly {
      readonly rule: string;
      readonly change: string;
      readonly place: { readonly file: string; readonly line: number } | null;
      readonly fate: { readonly kind: string; readonly how?: string; readonly by?: { readonly id: string } } | null;
    }[];
  }[];
  readonly unread: readonly { readonly id: string; readonly reasons: readonly string[] }[];
  readonly cut: string | null;
}

let shop: Repository;
beforeEach(() => {
  shop = shopRepository();
});
afterEach(() => shop.remove());

async function replayed(args: readonly string[] = ["--since", "2026-03-02"], within?: string) {
  const { code, stdout, stderr } = await shop.regions(["replay", ...args, "--format", "json"], within);
  expect(stderr).toBe("");
  const json: Json = JSON.parse(stdout);
  expect(validate(json) || validate.errors).toBe(true);
  return { code, json };
}

/** "who brought what where → what became of it by whom". */
function told({ blocked }: Json, names: Readonly<Record<string, string>>): readonly string[] {
  const nameOf = (id: string | null | undefined) => Object.keys(names).find((name) => names[name] === id) ?? String(id);
  return blocked.flatMap(({ id, findings }) =>
    findings.map(({ rule, change, place, fate }) => {
      const became = fate === null ? "known" : `${fate.kind} ${fate.how ?? "-"} ${fate.by ? nameOf(fate.by.id) : "-"}`;
      return `${nameOf(id)}: ${change} ${rule} ${place?.file}:${place?.line} → ${became}`;
    }),
  );
}

function after(subject: string, change: () => void): string {
  change();
  return shop.commit(subject);
}

const wrong = (name: string) => page(name, "functionsWest3", "searchArticles");
const right = (name: string) => page(name, "functionsWest1", "searchArticles");

it("names exactly the commits that broke something, and those that mended it", async () => {
  const commits = {
    first: shop.git("rev-parse", "HEAD"),
    breaks: after("Break two pages", () => {
      shop.put("web/src/One.tsx", wrong("One"));
      shop.put("web/src/Two.tsx", wrong("Two"));
    }),
    unrelated: after("Say what it is", () => shop.put("README.md", "The shop.\n")),
    lines: after("Move lines", () => shop.edit("web/src/One.tsx", (text) => `// One.\n\n${text}`)),
    rename: after("Rename a page", () => shop.git("mv", "web/src/Two.tsx", "web/src/Zwei.tsx")),
    mends: after("Mend one page", () => shop.put("web/src/One.tsx", right("One"))),
    touches: after("Rename a variable", () => shop.edit("web/src/Zwei.tsx", (text) => text.replaceAll("send", "sent"))),
    deletes: after("Drop the other page", () => shop.git("rm", "--quiet", "web/src/Zwei.tsx")),
    again: after("Break it again", () => shop.put("web/src/One.tsx", wrong("One"))),
  };
  const { code, json } = await replayed();
  expect(code).toBe(0);
  expect(told(json, commits)).toEqual([
    "breaks: new mismatched-caller web/src/One.tsx:5 → mended line mends",
    "breaks: new mismatched-caller web/src/Two.tsx:5 → mended line deletes",
    "touches: touched mismatched-caller web/src/Zwei.tsx:5 → known",
    "again: new mismatched-caller web/src/One.tsx:5 → open - -",
  ]);
  expect(json.commits).toEqual({ all: 8, passed: 5, blocked: 3, unread: 0 });
  expect(json.findings).toEqual({
    brought: 3,
    mended: 2,
    vanished: 0,
    suppressed: 0,
    open: 1,
    touched: 1,
    medianDaysToMend: 4,
  });
  expect(json.blocked[0]?.since).toBe(commits.first);
  expect([json.unread, json.cut]).toEqual([[], null]);

  const text = await shop.regions(["replay", "--since", commits.unrelated, "--until", "2026-03-09"]);
  expect(text).toEqual({
    code: 0,
    stderr: "",
    stdout: `regions replay · project acme-shop · 2026-03-04 to 2026-03-09 · 6 commits

Would have been stopped

${commits.touches.slice(0, 10)}  2026-03-07  Rename a variable
  web/src/Zwei.tsx:5  error  [mismatched-caller]
    Zwei.tsx:5 calls searchArticles in europe-west3; it belongs in europe-west1. Whether anything
    answers there was not looked at.
    It was there before, and a line of it was changed.

${commits.again.slice(0, 10)}  2026-03-09  Break it again
  web/src/One.tsx:5  error  [mismatched-caller]
    One.tsx:5 calls searchArticles in europe-west3; it belongs in europe-west1. Whether anything
    answers there was not looked at.
    It is open to this day.

6 commits: 2 would have been stopped, 4 passed, 0 could not be read.
They brought 1 finding: 0 mended by hand later, 1 open to this day, 0 that look like noise (0
  suppressed, 0 gone untouched).
1 older finding had a line changed.
Exit code 0: all of it could be read.
`,
  });
});

it("tells what was mended elsewhere from what looks like noise", async () => {
  const ignore = "ignore:\n  - { rule: mismatched-caller, file: web/src/Two.tsx, reason: goes soon }\n";
  const commits = {
    breaks: after("Break three", () => {
      for (const name of ["One", "Three", "Two"]) shop.put(`web/src/${name}.tsx`, wrong(name));
    }),
    ignores: after("Live with one | \u001b[31m<b>@all", () => shop.edit("regions.yaml", (text) => text + ignore)),
    shelves: after("Put one into the attic", () => {
      shop.put("attic/README.md", "Old pages.\n");
      shop.git("mv", "web/src/Three.tsx", "attic/Three.tsx");
    }),
    moves: after("Move the search to where it is called", () => {
      shop.edit("regions.yaml", (text) => text.replace("searchArticles: core", "searchArticles: payments"));
      shop.edit("functions/src/index.ts", (text) => text.replace('"europe-west1"', '"europe-west3"'));
    }),
  };
  const { json } = await replayed();
  expect(told(json, commits)).toEqual([
    "breaks: new mismatched-caller web/src/One.tsx:5 → mended manifest moves",
    "breaks: new mismatched-caller web/src/Three.tsx:5 → vanished - shelves",
    "breaks: new mismatched-caller web/src/Two.tsx:5 → suppressed - ignores",
    "moves: new mismatched-caller web/src/Search.tsx:5 → open - -",
  ]);
  const page = await shop.regions(["replay", "--since", "2026-03-02", "--format", "markdown"]);
  expect(page.stdout).toContain("### regions replay: 2 commits of 4 would have been stopped\n");
  expect(page.stdout).toContain("1 day later: Live with one \\| \\\\u\\{1b\\}\\[31m&lt;b&gt;@&#8203;all |");
  expect(page.stdout).toContain("which touched nothing of it: Put one into the attic |");
  expect(page.stdout.match(/^\| `/gm)).toHaveLength(4);
});

it("counts what it could not read as not read, and concludes nothing from it", async () => {
  const good = shop.read("regions.yaml");
  const commits = {
    breaks: after("Break a page", () => shop.put("web/src/One.tsx", wrong("One"))),
    garbles: after("Garble it", () => shop.edit("web/src/One.tsx", (text) => `${text}\nexport function (((`)),
    manifest: after("Break the manifest", () => shop.put("regions.yaml", good.replace("version: 1", "version: 9"))),
    restores: after("Put both back", () => {
      shop.put("regions.yaml", good);
      shop.put("web/src/One.tsx", wrong("One"));
    }),
    mends: after("Mend the page", () => shop.put("web/src/One.tsx", right("One"))),
  };
  const { code, json } = await replayed();
  expect(code).toBe(3);
  expect(told(json, commits)).toEqual(["breaks: new mismatched-caller web/src/One.tsx:5 → mended line mends"]);
  expect(json.commits).toEqual({ all: 5, passed: 2, blocked: 1, unread: 2 });
  expect(json.unread.map(({ id }) => id)).toEqual([commits.garbles, commits.manifest]);
  expect(json.unread[0]?.reasons[0]).toMatch(/^web\/src\/One\.tsx: /);
  expect(json.unread[1]?.reasons[0]).toMatch(/^its manifest cannot be used: regions\.yaml:1: version: /);
});

it("begins with nothing at the first commit of all, and says where a shallow clone ends", async () => {
  shop.put("web/src/One.tsx", wrong("One"));
  shop.commit("Break a page");
  shop.put("web/src/Two.tsx", wrong("Two"));
  const last = shop.commit("Break another");
  const whole = await replayed(["--since", "2026-01-01"]);
  expect(whole.json.commits).toEqual({ all: 3, passed: 1, blocked: 2, unread: 0 });
  shop.git("clone", "--quiet", "--depth=2", `file://${shop.folder}`, "shallow");
  const { code, json } = await replayed(["--since", "2026-01-01"], "shallow");
  expect([code, json.blocked.map(({ id }) => id)]).toEqual([3, [last]]);
  expect(json.cut).toMatch(
    /^This clone is shallow: what \w{10} of 2026-03-02 and the commits before it have brought cannot be told\.$/,
  );
});

it("follows first parents: a merge is one change", async () => {
  shop.git("checkout", "--quiet", "-b", "change");
  shop.put("web/src/One.tsx", wrong("One"));
  shop.commit("Break a page");
  shop.put("web/src/Two.tsx", wrong("Two"));
  shop.commit("Break another");
  shop.git("checkout", "--quiet", "main");
  shop.put("README.md", "The shop.\n");
  shop.commit("Say what it is");
  shop.git("merge", "--quiet", "--no-ff", "-m", "Merge the pages", "change");
  const merge = shop.git("rev-parse", "HEAD");
  const { json } = await replayed();
  expect(json.commits).toEqual({ all: 2, passed: 1, blocked: 1, unread: 0 });
  expect(json.blocked.map(({ id, findings }) => [id, findings.length])).toEqual([[merge, 2]]);
});

it("refuses a range that is none, and what has no past", async () => {
  const refused = async (...args: string[]) => {
    const { code, stdout, stderr } = await shop.regions(["replay", ...args]);
    expect([code, stdout]).toEqual([2, ""]);
    return stderr.split("\n")[0];
  };
  expect(await refused()).toBe("`regions replay` needs to know where to begin.");
  expect(await refused("--since", "2026-02-30")).toBe('--since is "2026-02-30", which is no day.');
  expect(await refused("--since", "2026-04-01")).toBe("No commit lies between 2026-04-01 and HEAD.");
  expect(await refused("--since", "HEAD")).toBe("No commit lies between HEAD and HEAD.");
  expect(await refused("--since", "v9")).toBe('--since names "v9", which is no commit of this repository.');
  expect(await refused("--since", "2026-01-01", "--sources", "deployed")).toBe(
    "--sources names deployed, of which nobody knows the past.",
  );
  expect(existsSync(`${shop.folder}/.git/index.lock`)).toBe(false);
});
