import { expect, it } from "vitest";
import { deployProgress } from "../../src/cli/deploy-progress.ts";
import type { Io, Output } from "../../src/cli/io.ts";
import type { Change, DeploymentEvent } from "../../src/model/deployment.ts";
import { outcomeText } from "../../src/report/deployment-outcome.ts";
import { nameOf } from "../../src/report/part-name.ts";

function world(columns: number | null, env: Record<string, string> = {}) {
  let text = "";
  const out: Output = {
    write: async (more) => {
      text += more;
    },
    isTerminal: columns !== null,
    columns,
  };
  const io: Io = {
    stdout: out,
    stderr: out,
    env,
    cwd: "/",
    signal: new AbortController().signal,
    now: () => new Date(),
  };
  return { io, told: () => text };
}

function change(name: string, region = "europe-west1"): Change {
  return {
    part: { kind: "function", function: name, region, class: null, detail: null },
    operation: "create",
    fields: [],
  };
}
const done = (name: string): DeploymentEvent => ({ kind: "done", change: change(name) });
const failure = { part: change("pay").part, operation: "create", message: "403 PERMISSION_DENIED\nmore" } as const;
const plain = { quiet: false, verbose: false };

it("tells what is done where nobody has counted what there is to do", () => {
  const { io, told } = world(40);
  deployProgress(io, plain, null, nameOf).hear(done("pay"));
  expect(told()).toBe("\r\u001b[K1 part done: pay in europe-west1");
  const pipe = world(null);
  const { hear } = deployProgress(pipe.io, plain, null, nameOf);
  for (let index = 0; index < 120; index++) hear(done(`f${index}`));
  expect(pipe.told()).toBe("50 parts done\n100 parts done\n");
});

it("is one line on a terminal, drawn anew and never wider than it", () => {
  const { io, told } = world(40);
  const { hear, clear } = deployProgress(io, plain, 400, nameOf);
  hear(done("aFunctionWithAnUncommonlyLongName"));
  hear({ kind: "failed", failure });
  hear(done("b"));
  clear();
  const start = "\r\u001b[K";
  expect(told()).toBe(
    `${start}1/400 parts done: aFunctionWithAnUncomm${start}failed  pay in europe-west1: 403 PERMISSION_DENIED\n${start}2/400 parts done, 1 failed: b in europe${start}`,
  );
});

it("is at most twenty lines where nobody watches, in a pipe and in CI, and one for each part if asked", () => {
  for (const { io, told } of [world(null), world(80, { CI: "true" })]) {
    const { hear } = deployProgress(io, plain, 400, nameOf);
    for (let index = 0; index < 400; index++) hear(done(`f${index}`));
    const lines = told().trimEnd().split("\n");
    expect([lines.length, lines[0], lines.at(-1)]).toEqual([19, "20/400 parts done", "380/400 parts done"]);
  }
  const { io, told } = world(null);
  const { hear } = deployProgress(io, { ...plain, verbose: true }, 400, nameOf);
  hear(done("pay"));
  expect(told()).toBe("    1  created  pay in europe-west1\n");
});

it("sums up by region and class, and counts what failed once", () => {
  const classOf = (name: string) => (name === "gone" ? null : name === "pay" ? "payments" : "core");
  const changes = [
    change("a"),
    { ...change("b"), operation: "update" as const },
    change("pay", "europe-west3"),
    { ...change("gone", "us-central1"), operation: "delete" as const },
    // regions.yaml names it no longer, and the state does.
    { ...change("gone"), part: { ...change("gone").part, class: "retired" }, operation: "delete" as const },
    { ...change("c"), part: { ...change("c").part, kind: "queue" as const } },
  ];
  expect(outcomeText(changes, [failure, failure], classOf)).toBe(
    [
      "europe-west1  core       1 new, 1 changed",
      "europe-west1  payments   1 function failed",
      "europe-west1  retired    1 removed",
      "europe-west3  payments   1 new",
      "us-central1  (no class)  1 removed",
      "",
      "",
    ].join("\n"),
  );
});
