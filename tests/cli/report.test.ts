import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { projectCopy, run } from "./run.ts";

/* `regions report` as a process: what it writes where, what it compares with, and how it ends. */

let project: ReturnType<typeof projectCopy>;
beforeEach(() => {
  project = projectCopy("shop");
});
afterEach(() => project.remove());

const files = ["--sources", "declared,callers,deployed", "--deployed", "listing.txt", "--today", "2026-11-22"];
const report = (...args: readonly string[]) => run(["report", ...files, ...args], { cwd: project.folder });
const pathOf = (file: string) => join(project.folder, file);
const read = (file: string) => readFileSync(pathOf(file), "utf8");
const write = (file: string, text: string) => writeFileSync(pathOf(file), text);
const breakCheckout = () =>
  write("web/src/Checkout.tsx", read("web/src/Checkout.tsx").replaceAll("functionsWest3", "functionsWest1"));

describe("exit codes", () => {
  it("0 where it is written, also with findings: the document is the result", async () => {
    breakCheckout();
    const { code, stdout, stderr } = await report();
    expect(code).toBe(0);
    expect(stdout).toMatch(/^# Regions of acme-shop · production, 2026-11-22\n\n\*\*\d errors?/);
    expect(stderr).toContain("Not asked: holders, state");
  });

  it("3 where it is written, and something that was asked for could not be looked at", async () => {
    const ran = await run(["report", "--deployed", "listing.txt", "-o", "page.html", "--today", "2026-11-22"], {
      cwd: project.folder,
    });
    expect(ran.code).toBe(3);
    expect(ran.stderr).toMatch(/^Written: page\.html\.\n/);
    expect(ran.stderr).toContain("could not look: holders");
    const page = read("page.html");
    expect(/<h1>(.*)<\/h1>/.exec(page)?.[1]).toMatch(
      /^No fault in what could be seen, but \d+ things? could not be looked at\.$/,
    );
    expect(page).toContain('class="masthead unseen"');
  });

  it("2 where what it is given is nothing that it can use, and nothing is written", async () => {
    write("torn.json", '{ "version": 1, "kind": "report"');
    write("other.json", JSON.stringify({ kind: "report", version: 1 }));
    write("scores.jsonl", '{"overall": 3}\n');
    const refused = async (...args: readonly string[]) => {
      const { code, stdout, stderr } = await report("-o", "page.html", ...args);
      return [code, stdout, existsSync(pathOf("page.html")), stderr.split("\n")[0]];
    };
    expect(await refused("--since", "missing.json")).toEqual([
      2,
      "",
      false,
      "missing.json cannot be read: it does not exist.",
    ]);
    expect(await refused("--since", "torn.json")).toEqual([
      2,
      "",
      false,
      expect.stringMatching(/^torn\.json:1:\d+: The earlier report is not whole JSON/),
    ]);
    expect(await refused("--since", "listing.txt")).toEqual([
      2,
      "",
      false,
      expect.stringMatching(/^listing\.txt:1:1: The earlier report/),
    ]);
    expect(await refused("--since", "other.json")).toEqual([
      2,
      "",
      false,
      expect.stringMatching(/^other\.json:1:\d+: /),
    ]);
    expect(await refused("--history", "scores.jsonl")).toEqual([
      2,
      "",
      false,
      "scores.jsonl:1: This line is no score of `regions report`.",
    ]);
    expect(await refused("--format", "html=page.html")).toEqual([2, "", false, "page.html is to be written twice."]);
  });
});

it("one look fills several files, in folders that it makes, and standard output stays empty", async () => {
  const { code, stdout } = await report("--format", "html=out/a.html", "--format", "json=out/a.json", "--quiet");
  expect([code, stdout]).toEqual([0, ""]);
  expect(read("out/a.html")).toMatch(/^<!doctype html>/);
  expect(JSON.parse(read("out/a.json"))).toMatchObject({ version: 1, kind: "report", project: "acme-shop" });
});

it.each([
  ["a.htm", /^<!doctype html>/],
  ["a.JSON", /^\{/],
  ["a.txt", /^# Regions/],
])("the name of %s chooses the format", async (file, start) => {
  expect((await report("-o", file)).code).toBe(0);
  expect(read(file)).toMatch(start);
});

it("--format outweighs the name, and - is standard output", async () => {
  expect((await report("--format", "json", "-o", "-")).stdout).toMatch(/^\{\n {2}"version": 1/);
  await report("--format", "markdown", "-o", "a.html");
  expect(read("a.html")).toMatch(/^# Regions/);
});

it("two looks at the same facts write the same bytes", async () => {
  await run(["snapshot", "--sources", "declared,callers,deployed", "--deployed", "listing.txt", "-o", "look.json"], {
    cwd: project.folder,
  });
  const page = async () =>
    (
      await run(["report", "--snapshot", "look.json", "--format", "html", "--today", "2026-11-22"], {
        cwd: project.folder,
      })
    ).stdout;
  expect(await page()).toBe(await page());
});

describe("--since", () => {
  const changes = async (file: string) =>
    JSON.parse((await report("--since", file, "--format", "json")).stdout).changes;

  it.each([
    ["a report", ["report", ...files, "--format", "json"]],
    ["an audit", ["audit", ...files, "--format", "json"]],
    ["a snapshot", ["snapshot", "--sources", "declared,callers,deployed", "--deployed", "listing.txt"]],
  ])("takes %s, and tells what was found since and what was mended", async (_, command) => {
    write("before.json", (await run(command, { cwd: project.folder })).stdout);
    const sound = read("web/src/Checkout.tsx");
    breakCheckout();
    const found = await changes("before.json");
    expect(found.findings.added.map(({ rule }: { rule: string }) => rule)).toContain("mismatched-caller");
    expect(found.since.file).toBe("before.json");
    // And back.
    write("broken.json", (await report("--format", "json")).stdout);
    write("web/src/Checkout.tsx", sound);
    const mended = (await changes("broken.json")).findings;
    expect([mended.added, mended.standing]).toEqual([[], 0]);
  });

  it("refuses a file of another project, and says which", async () => {
    const other = { ...JSON.parse((await report("--format", "json")).stdout), project: "acme-other" };
    write("other.json", JSON.stringify(other));
    const { code, stderr } = await report("--since", "other.json");
    expect([code, stderr.split("\n")[0]]).toEqual([
      2,
      "other.json is of project acme-other, and this report is of acme-shop.",
    ]);
  });
});

describe("--history", () => {
  it("adds a line for each look, once for the same snapshot, and keeps those of others", async () => {
    await run(["snapshot", "--sources", "declared,callers", "-o", "look.json"], { cwd: project.folder });
    mkdirSync(pathOf("kept"));
    const other = {
      takenAt: "2026-11-01T06:00:00Z",
      project: "other",
      environment: null,
      overall: 7,
      parts: {},
      errors: 1,
      warnings: 0,
      gaps: 0,
      notAsked: [],
    };
    write("kept/scores.jsonl", `${JSON.stringify(other)}\n`);
    const again = ["report", "--snapshot", "look.json", "--history", "kept/scores.jsonl", "--format", "json"];
    await run(again, { cwd: project.folder });
    const { history } = JSON.parse((await run(again, { cwd: project.folder })).stdout);
    expect(history).toHaveLength(1);
    await report("--history", "kept/scores.jsonl");
    const lines = read("kept/scores.jsonl")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.map(({ project: of, notAsked }) => [of, notAsked])).toEqual([
      ["other", []],
      ["acme-shop", ["deployed", "holders", "state"]],
      ["acme-shop", ["holders", "state"]],
    ]);
  });

  it("is left alone where nobody asks, and where the report could not be written", async () => {
    const { code } = await report("--history", "scores.jsonl", "-o", "listing.txt/page.html");
    expect([code, existsSync(pathOf("scores.jsonl"))]).toEqual([2, false]);
  });
});

it("journals that cannot be read are told, and keep the page from looking clean", async () => {
  mkdirSync(pathOf(".regions/production/moves"), { recursive: true });
  write(".regions/production/moves/m1.jsonl", "no journal\n");
  const { code, stdout } = await report("--format", "json");
  const document = JSON.parse(stdout);
  expect([code, document.moves]).toEqual([0, null]);
  expect(document.unread[0]).toMatch(/^Journals of moves: Line 1 of the journal of m1 is no JSON\./);
});

it("journals in a bucket are left alone where nothing else is asked of Google", async () => {
  const manifest = read("regions.yaml").replace(
    "project: acme-shop",
    'project: acme-shop\n    journal: "gs://acme-state/moves"',
  );
  expect(manifest).toContain("gs://acme-state");
  write("regions.yaml", manifest);
  const { code, stdout } = await report("--format", "json");
  const { moves, unread } = JSON.parse(stdout);
  expect([code, moves, unread[0]]).toEqual([
    0,
    null,
    "Journals of moves: they are kept at gs://acme-state/moves, and this look asks nothing of Google.",
  ]);
});

it("a journal of a move is told with how it ended", async () => {
  mkdirSync(pathOf(".regions/production/moves"), { recursive: true });
  const plan = { id: "m1", function: "stripeWebhook", from: "europe-west1", to: "europe-west3", steps: [] };
  const records = [
    { v: 1, n: 0, at: "2026-11-20T08:00:00Z", kind: "planned", plan, by: "ann@laptop" },
    { v: 1, n: 1, at: "2026-11-21T09:00:00Z", kind: "moved" },
  ];
  write(".regions/production/moves/m1.jsonl", `${records.map((record) => JSON.stringify(record)).join("\n")}\n`);
  const { moves } = JSON.parse((await report("--format", "json")).stdout);
  expect(moves).toEqual([
    {
      id: "m1",
      function: "stripeWebhook",
      from: "europe-west1",
      to: "europe-west3",
      state: "done",
      at: "2026-11-21T09:00:00Z",
    },
  ]);
});
