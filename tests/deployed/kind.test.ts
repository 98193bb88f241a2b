import { describe, expect, test } from "vitest";
import type { Generation } from "../../src/model/deployed.ts";
import { codebaseOf, deployerOf, kindOf } from "../../src/sources/deployed/kind.ts";
import { mebibytesOf, secondsOf, vcpuOf } from "../../src/sources/deployed/quantity.ts";

describe("kindOf", () => {
  const cases: readonly (readonly [Record<string, string>, Generation, boolean, string])[] = [
    [{ "deployment-scheduled": "true" }, 2, false, "scheduled"],
    [{ "deployment-scheduled": "true", "deployment-callable": "true" }, 1, true, "scheduled"],
    [{ "deployment-taskqueue": "true" }, 2, false, "task"],
    [{ "deployment-callable": "true" }, 2, false, "callable"],
    [{ "deployment-callable": "true", "genkit-action": "true" }, 2, false, "callable"],
    [{ "deployment-callabled": "true" }, 1, false, "callable"],
    [{ "deployment-callabled": "true" }, 2, false, "https"],
    [{ "deployment-fdcgraphql": "true" }, 2, false, "other"],
    [{ "ailogic-event-type": "before-generate-content", "ailogic-locality": "regional" }, 2, false, "other"],
    [{ "deployment-blocking": "before-sign-in" }, 1, true, "blocking"],
    [{}, 2, true, "event"],
    [{}, 2, false, "https"],
    [{ "deployment-callable": "false" }, 2, false, "https"],
  ];
  test.each(cases)("%j of generation %i, event trigger %s, is %s", (labels, generation, hasEvent, kind) => {
    expect(kindOf(labels, generation, hasEvent)).toBe(kind);
  });
});

test.each([
  ["cli-firebase", "firebase"],
  ["cli-firebase--gemini-cli", "firebase"],
  ["cli-gcloud", "gcloud"],
  ["console-cloud", "console"],
  ["regions", "regions"],
])("deployment-tool %s is %s", (tool, deployer) => {
  expect(deployerOf({ "deployment-tool": tool })).toBe(deployer);
});

test("a codebase is the label, else default for firebase, else unknown", () => {
  expect(codebaseOf({ "firebase-functions-codebase": "payments" })).toBe("payments");
  expect(codebaseOf({ "deployment-tool": "cli-firebase" })).toBe("default");
  expect(codebaseOf({ "deployment-tool": "regions" })).toBeNull();
  expect(codebaseOf({})).toBeNull();
});

test.each([
  ["256Mi", 256],
  ["256M", 244.140625],
  ["1Gi", 1024],
  ["1G", 953.67431640625],
  ["512Ki", 0.5],
  ["268435456", 256],
  ["1.5Gi", 1536],
  ["lots", null],
  ["", null],
  [null, null],
])("memory %s is %s MiB", (text, mebibytes) => {
  expect(mebibytesOf(text)).toBe(mebibytes);
});

test.each([
  ["0.1666", 0.1666],
  ["2", 2],
  ["1000m", 1],
  ["x", null],
])("cpu %s is %s vCPU", (text, vcpu) => {
  expect(vcpuOf(text)).toBe(vcpu);
});

test("durations are seconds with an s", () => {
  expect([secondsOf("540s"), secondsOf("3.5s"), secondsOf("60"), secondsOf(null)]).toEqual([540, 3.5, null, null]);
});
