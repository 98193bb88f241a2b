import { describe, expect, it } from "vitest";
import { usualRegion } from "../../src/firebase/default-region.ts";
import { findInvocation } from "../../src/firebase/invocation.ts";
import { isSelected, selectionsOf, selectsCodebase } from "../../src/firebase/only.ts";

describe("--only of the Firebase CLI", () => {
  const codebases = ["default", "payments"];

  it("selects codebases, functions and groups as the CLI does", () => {
    const selections = selectionsOf("hosting,functions:payments:stripe.webhook,functions:ring", codebases);
    expect(selections).toEqual([
      { codebase: "payments", name: "stripe-webhook" },
      { codebase: "default", name: "ring" },
    ]);
    expect(isSelected(selections, "payments", "stripe-webhook")).toBe(true);
    expect(isSelected(selections, "payments", "stripe-webhook-old")).toBe(true);
    expect(isSelected(selections, "payments", "stripe-webhooks")).toBe(false);
    expect(isSelected(selections, "payments", "ring")).toBe(false);
    expect(isSelected(selections, "default", "ring")).toBe(true);
  });

  it("takes a word that is a codebase's name for the codebase", () => {
    const selections = selectionsOf("functions:payments", codebases);
    expect(selections).toEqual([{ codebase: "payments", name: null }]);
    expect([selectsCodebase(selections, "payments"), selectsCodebase(selections, "default")]).toEqual([true, false]);
    expect(isSelected(selections, "payments", "anything")).toBe(true);
  });

  it("narrows nothing down where it is not given, or names all functions", () => {
    expect(selectionsOf(null, codebases)).toBeNull();
    expect(selectionsOf("functions", codebases)).toBeNull();
    expect(selectionsOf("hosting,functions", codebases)).toBeNull();
    expect(isSelected(null, "payments", "ring")).toBe(true);
  });

  it("selects none where no functions are named", () => {
    expect(selectionsOf("hosting", codebases)).toEqual([]);
    expect(selectsCodebase([], "default")).toBe(false);
  });
});

describe("how `firebase deploy` was typed", () => {
  const shells = [
    ["/bin/sh", "-c", "regions guard"],
    ["/usr/bin/node", "/app/node_modules/cross-env/src/bin/cross-env-shell.js", "regions guard"],
    ["/bin/sh", "-c", '"/usr/bin/node" ".../cross-env-shell.js" "regions guard"'],
  ];

  it("is read from the nearest ancestor that is the CLI", () => {
    const cli = "/app/node_modules/firebase-tools/lib/bin/firebase.js";
    const words = ["/usr/bin/node", cli, "--project", "deploy", "deploy", "--only=functions:ring", "-f", "--json"];
    expect(findInvocation([...shells, words, ["npm", "run", "deploy"]])).toEqual({
      only: "functions:ring",
      force: true,
      nonInteractive: true,
      dryRun: false,
      config: null,
      program: cli,
    });
  });

  it.each([
    ["a link in node_modules", ["node", "/app/node_modules/.bin/firebase", "deploy", "--only", "functions"]],
    ["a global one", ["/usr/local/bin/firebase", "deploy", "--only", "functions"]],
    ["a binary", ["/opt/firebase-tools-linux", "deploy", "--only", "functions"]],
    ["Windows", ["C:\\node.exe", "C:\\npm\\firebase.js", "deploy", "--only", "functions"]],
  ])("is known of %s", (_, words) => {
    expect(findInvocation([words])).toMatchObject({ only: "functions", force: false, nonInteractive: false });
  });

  it.each([
    ["another command", [["firebase", "functions:list"]]],
    ["a program of another name", [["node", "deploy.js", "deploy"]]],
    ["words of a script alone", [["/bin/sh", "-c", "firebase deploy --only functions"]]],
    ["nobody", []],
  ])("is not known of %s", (_, ancestors) => {
    expect(findInvocation(ancestors)).toBeNull();
  });
});

it("a missing region means by version what the CLI makes of it", () => {
  expect(usualRegion("15.16.9", null)).toEqual({ kind: "fixed", region: "us-central1" });
  expect(usualRegion("9.23.3", "europe-west1")).toEqual({ kind: "fixed", region: "us-central1" });
  expect(usualRegion("15.17.0", null)).toEqual({ kind: "where it is" });
  expect(usualRegion("15.34.2", "europe-west1")).toEqual({ kind: "fixed", region: "europe-west1" });
  expect(usualRegion(null, null)).toEqual({ kind: "not known" });
  expect(usualRegion("next", null)).toEqual({ kind: "not known" });
});
