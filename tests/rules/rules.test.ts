import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { audit } from "../../src/audit/audit.ts";
import { rules } from "../../src/audit/rules.ts";
import { parseManifest } from "../../src/manifest/parse.ts";
import { resolveManifest } from "../../src/manifest/resolve.ts";
import type { Finding } from "../../src/model/finding.ts";
import { parseSnapshot } from "../../src/sources/snapshot-file.ts";

const today = "2026-11-22";
const folder = import.meta.dirname;
const cases = readdirSync(folder)
  .filter((name) => statSync(join(folder, name)).isDirectory())
  .flatMap((rule) => readdirSync(join(folder, rule)).map((kind) => ({ rule, kind, at: join(folder, rule, kind) })));

/** severity rule function place message; "-" for what is null, "(likely)" and "(ignored)" where they hold. */
function line(finding: Finding): string {
  const { severity, confidence, rule, place, message, suppressed } = finding;
  const marks = `${confidence === "likely" ? " (likely)" : ""}${suppressed === null ? "" : " (ignored)"}`;
  const where = place === null ? "-" : `${place.file}:${place.line}`;
  return `${severity}${marks} ${rule} ${finding.function ?? "-"} ${where} ${message}`;
}

describe("every rule on a case that fails and a near miss", () => {
  it("has both for each rule, and for nothing else", () => {
    const wanted = rules.flatMap(({ id }) => [`${id}/fails`, `${id}/passes`]).sort();
    expect(cases.map(({ rule, kind }) => `${rule}/${kind}`).sort()).toEqual(wanted);
  });

  it.each(cases)("$rule $kind", ({ rule, kind, at }) => {
    const text = (file: string) => readFileSync(join(at, file), "utf8");
    const manifest = resolveManifest(parseManifest(text("regions.yaml"), "regions.yaml"), null);
    const report = audit(parseSnapshot(text("snapshot.json"), "snapshot.json"), manifest, today);
    expect(report.findings.map((finding) => `${line(finding)}\n`).join("")).toBe(text("expected.txt"));
    const own = report.findings.filter((finding) => finding.rule === rule);
    expect(own.length > 0).toBe(kind === "fails");
    expect(report.notChecked.filter((row) => row.rule === rule)).toEqual([]);
  });
});
