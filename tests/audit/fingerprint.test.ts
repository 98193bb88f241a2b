import { describe, expect, it } from "vitest";
import { audit } from "../../src/audit/audit.ts";
import { fingerprint, normaliseSnippet } from "../../src/audit/fingerprint.ts";
import { caller, copy, look, manifestOf, today } from "./look.ts";

const manifest = manifestOf(["registerChatter: affiliate"]);
const deployed = [copy("registerChatter", "europe-west2")];

function prints(...sites: readonly [file: string, line: number, symbol: string, snippet: string][]): string[] {
  const callers = sites.map(([file, line, symbol, snippet]) =>
    caller(file, line, "registerChatter", "europe-west1", { symbol, snippet }),
  );
  return audit(look({ deployed, callers }), manifest, today).findings.map((finding) => finding.fingerprint);
}

describe("fingerprint", () => {
  it("never changes for the same parts: saved baselines hang on it", () => {
    expect(fingerprint(["wrong-region", "acme-prod", "stripeWebhook"])).toBe("f7516d002345c1bd7c8fa234673329ba");
    expect(fingerprint([])).toMatch(/^[0-9a-f]{32}$/);
  });

  it("keeps the borders between parts", () => {
    expect(fingerprint(["ab", "c"])).not.toBe(fingerprint(["a", "bc"]));
    expect(fingerprint(["a", ""])).not.toBe(fingerprint(["a"]));
  });

  it("does not repeat over a hundred thousand near twins", () => {
    const seen = new Set<string>();
    for (let index = 0; index < 100_000; index++)
      seen.add(fingerprint(["duplicate-function", "acme-prod", `fn${index}`]));
    expect(seen.size).toBe(100_000);
  });

  it("survives lines that move and white space that changes", () => {
    const before = prints(["web/A.tsx", 12, "Register", 'httpsCallable(functions, "registerChatter")']);
    const after = prints(["web/A.tsx", 90, "Register", 'httpsCallable(functions,\n    "registerChatter")']);
    expect(after).toEqual(before);
  });

  it("tells files, symbols and repeated sites apart", () => {
    const all = prints(
      ["web/A.tsx", 1, "Register", "call()"],
      ["web/A.tsx", 2, "Register", "call()"],
      ["web/A.tsx", 3, "Other", "call()"],
      ["web/B.tsx", 1, "Register", "call()"],
    );
    expect(new Set(all).size).toBe(4);
    expect(prints(["web/A.tsx", 7, "Register", "call()"])[0]).toBe(all[0]);
  });

  it("folds white space alone", () => {
    expect(normaliseSnippet("  a(\n\t b,  c )")).toBe("a( b, c )");
  });
});
