import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { audit } from "../../src/audit/audit.ts";
import { areas } from "../../src/audit/rule.ts";
import { rules } from "../../src/audit/rules.ts";
import { parseManifest } from "../../src/manifest/parse.ts";
import { resolveManifest } from "../../src/manifest/resolve.ts";
import type { Finding } from "../../src/model/finding.ts";
import { parseSnapshot } from "../../src/sources/snapshot-file.ts";

const folder = join(import.meta.dirname, "../../src/audit/rules");
const files = readdirSync(folder);
const ids = rules.map(({ id }) => id).sort();

function namesOf(extension: string): string[] {
  return files.filter((file) => file.endsWith(extension)).map((file) => basename(file, extension));
}

/** A finding as the terminal shows it, before lines are wrapped. */
function shown(finding: Finding): string {
  const { place, severity, confidence, rule, message, mend } = finding;
  const spot = place === null ? [finding.function ?? "the project"] : [place.file, place.line, place.column];
  const where = spot.filter((part) => part !== undefined).join(":");
  return `${where}  ${severity}${confidence === "likely" ? " (likely)" : ""}  [${rule}]\n  ${message}\n  mend: ${mend}`;
}

describe("the list of rules", () => {
  it("names every rule of the folder once, and every rule has its page", () => {
    expect(new Set(ids).size).toBe(ids.length);
    expect(namesOf(".ts").sort()).toEqual(ids);
    expect(namesOf(".md").sort()).toEqual(ids);
  });

  it("has rules in every area", () => {
    expect(new Set(rules.map(({ area }) => area))).toEqual(new Set(areas));
  });
});

describe("what rules and pages tell a person to type", () => {
  const commands = readdirSync(join(import.meta.dirname, "../../src/cli/commands")).map((file) =>
    basename(file, ".ts"),
  );
  const sources = files.map((file) => join(folder, file));
  const docs = ["README.md", "docs/manifest.md", "docs/ci.md", "docs/fix.md", "docs/score.md"];
  const pages = docs.map((file) => join(import.meta.dirname, "../..", file));

  it.each([...sources, ...pages])("%s names no command that does not exist", (file) => {
    const named = [...readFileSync(file, "utf8").matchAll(/`regions ([a-z]+)/g)].map((match) => match[1]);
    expect(commands).toEqual(expect.arrayContaining(named));
  });
});

describe("the page of each rule", () => {
  it.each(ids)("%s has its parts, and its example is what the audit really says", (id) => {
    const page = readFileSync(join(folder, `${id}.md`), "utf8");
    expect(page.match(/^#+ .*$/gm)).toEqual([
      `# ${id}`,
      "## Why",
      "## An example that fails",
      "## A near miss",
      "## The mend",
    ]);
    const at = join(import.meta.dirname, id, "fails");
    const text = (file: string) => readFileSync(join(at, file), "utf8");
    const yaml = text("regions.yaml");
    const [input = "", output = ""] = [...page.matchAll(/```(?:yaml|text)\n([\s\S]*?)\n```/g)].map((match) => match[1]);
    const written = yaml.split("\n").map((line) => line.trim());
    for (const line of input.split("\n")) expect(written).toContain(line);

    const manifest = resolveManifest(parseManifest(yaml, "regions.yaml"), null);
    const report = audit(parseSnapshot(text("snapshot.json"), "snapshot.json"), manifest, "2026-11-22");
    const own = report.findings.filter((finding) => finding.rule === id);
    expect(output).toBe(own.map(shown).join("\n\n"));
  });
});
