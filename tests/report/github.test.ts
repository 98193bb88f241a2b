import { expect, it } from "vitest";
import { githubReport } from "../../src/report/github.ts";
import { clean, everything, frame, hostile, many } from "./ci-sample.ts";
import { finding, report } from "./sample.ts";

it("prints an annotation for each open finding and one for what could not be read", () => {
  expect(githubReport(everything, frame())).toBe(
    `::error title=regions could not look::deployed could not be read in full: europe-west4: it did not answer. What hangs on it is not checked; this is not clean.
::error file=fleet/regions.yaml,line=40,col=3,title=wrong-region::stripeWebhook is live in europe-west1 alone; it belongs in europe-west3.
::error file=fleet/web/src/ChatterRegister.tsx,line=12,col=18,title=mismatched-caller::ChatterRegister.tsx:12 calls registerChatter in europe-west1; it belongs in europe-west2. A stray copy still answers there; pruning it breaks this page.%0AMend: Point the call at europe-west2.
::warning file=fleet/regions.yaml,line=14,title=undecided::Likely: Nobody has decided where exportArticles belongs.%0AMend: Decide.
`,
  );
});

it("gives lines without columns where a place goes over several lines", () => {
  const place = { file: "a.ts", line: 3, column: 5, endLine: 9 };
  expect(githubReport(report({ findings: [finding({ place })] }), frame({ folder: "" }))).toContain(
    "::error file=a.ts,line=3,endLine=9,title=mismatched-caller::",
  );
});

it("prints nothing where there is nothing to say", () => {
  expect(githubReport(clean, frame())).toBe("");
});

it("stays within GitHub's ten of a kind, errors first, and says what is left", () => {
  const lines = githubReport(many(12), frame()).trimEnd().split("\n");
  expect(
    lines.filter((line) => line.startsWith("::error ")).map((line) => line.split("::").at(-1)?.slice(0, 8)),
  ).toEqual([...Array(10).keys()].map((index) => `error ${index}%0A`.slice(0, 8)));
  expect(lines.filter((line) => line.startsWith("::warning "))).toHaveLength(10);
  expect(lines[20]).toBe(
    "::notice title=regions::GitHub shows 10 annotations of a kind; 4 more findings in the log of this step.",
  );
  expect(lines.slice(21)).toEqual([
    "- error [mismatched-caller] fleet/web/src/ChatterRegister.tsx:12 error 10",
    "- error [mismatched-caller] fleet/web/src/ChatterRegister.tsx:12 error 11",
    "- warning [mismatched-caller] fleet/web/src/ChatterRegister.tsx:12 warning 10",
    "- warning [mismatched-caller] fleet/web/src/ChatterRegister.tsx:12 warning 11",
  ]);
});

it("lets no name start a command of its own, or leave its property", () => {
  const one = hostile.findings[0];
  if (one === undefined) throw new Error("the sample has findings");
  const text = githubReport({ ...hostile, findings: Array(12).fill(one) }, frame());
  const lines = text.trimEnd().split("\n");
  const commands = lines.filter((line) => line.trimStart().startsWith("::"));
  // Two sources, eight of the twelve findings, the notice; then four plain lines.
  expect(commands.map((line) => /^::(\w+) /.exec(line)?.[1])).toEqual([...Array(10).fill("error"), "notice"]);
  expect(lines).toHaveLength(15);
  for (const line of lines.slice(11)) expect(line).not.toContain("##[");
  // As the runner reads it: properties up to the second "::", set apart by commas.
  const properties = /^::error (.*?)::/.exec(commands[2] ?? "")?.[1]?.split(",") ?? [];
  expect(properties.map((part) => part.split("=")[0])).toEqual(["file", "line", "title"]);
  expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
  expect(decodeURIComponent((properties[0] ?? "").replace("file=", ""))).toContain(
    "%0A::error::x ##[error] ]]> --> `code` [a](1) @acme/admins",
  );
});
