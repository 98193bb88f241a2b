import { expect, it } from "vitest";
import { markdownReport } from "../../src/report/markdown.ts";
import { clean, everything, frame, hostile, many, suppressed } from "./ci-sample.ts";
import { report } from "./sample.ts";

it("tells findings and gaps for a comment of a pull request", () => {
  expect(markdownReport(everything, frame())).toBe(`<!-- regions audit -->

### regions audit: 2 errors, 1 warning, could not look at 1 source

\`acme-prod\` · \`production\` · 2026-11-22

> **Could not look:** deployed could not be read in full: europe-west4: it did not answer. What hangs on it is not checked; this is not clean.

- **error** \`stripeWebhook\` \`wrong-region\` (broken for customers today)<br>
  stripeWebhook is live in europe-west1 alone; it belongs in europe-west3.<br>
  stripe calls it there<br>
  \`fleet/regions.yaml:40\` class payments wants it in europe-west3
- **error** \`fleet/web/src/ChatterRegister.tsx:12\` \`mismatched-caller\` (breaks at the next step)<br>
  ChatterRegister.tsx:12 calls registerChatter in europe-west1; it belongs in europe-west2. A stray copy still answers there; pruning it breaks this page.<br>
  *Mend:* Point the call at europe-west2.<br>
  \`fleet/web/src/firebase.ts:9\` the region comes from here
- **warning** \`fleet/regions.yaml:14\` \`undecided\` (not felt by customers yet, likely)<br>
  Nobody has decided where exportArticles belongs.<br>
  *Mend:* Decide.

<sub>Checked 22 rules on 423 functions, 118 callers, 0 holders. Score 9.2 of 10. 1 finding suppressed.</sub>
`);
});

it("is silent when clean, also where all that is found is suppressed", () => {
  expect(markdownReport(clean, frame())).toBe("");
  expect(markdownReport(report({ findings: [suppressed] }), frame())).toBe("");
});

it("is not silent where a source was not read, though nobody wrote a gap down", () => {
  const sources = { ...clean.sources, deployed: "failed" as const };
  expect(markdownReport(report({ sources }), frame())).toContain("> **Could not look:** deployed could not be read.");
});

it("stays within a comment of GitHub's, errors first, and counts what has no room", () => {
  const text = markdownReport(many(400), frame());
  expect(text.length).toBeLessThan(61_000);
  const shown = text.match(/^- \*\*(error|warning)\*\*/gm) ?? [];
  expect(new Set(shown)).toEqual(new Set(["- **error**"]));
  expect(text).toContain(`\n- and ${800 - shown.length} more findings, for which there is no room here\n`);
});

it("makes no markup, link or mention of hostile names", () => {
  const text = markdownReport(hostile, frame());
  expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
  // Outside of code, nothing of the names is left that Markdown would read.
  const outside = text.replace(/(`+)(?!`).*?(?<!`)\1(?!`)/g, "");
  expect(outside).not.toMatch(/<b>|@acme|(?<!\\)\[/);
  expect(
    outside.match(/<[^>]*>/g)?.filter((tag) => !["<br>", "<sub>", "</sub>", "<!-- regions audit -->"].includes(tag)),
  ).toEqual([]);
});
