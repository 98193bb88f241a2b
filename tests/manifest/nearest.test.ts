import { describe, expect, it } from "vitest";
import { nearest } from "../../src/manifest/nearest.ts";

describe("nearest", () => {
  it.each([
    ["europe-wst3", ["europe-west1", "europe-west3", "us-central1"], "europe-west3"],
    ["paymnets", ["payments", "calls"], "payments"],
    ["CORE", ["core", "calls"], "core"],
    ["a", ["b"], "b"],
    ["ab", ["xy"], null],
    ["completely", ["different", "words"], null],
    ["same", ["same"], null],
    ["x".repeat(200), ["x".repeat(199)], null],
  ])("%s among %j", (word, candidates, expected) => {
    expect(nearest(word, candidates)).toBe(expected);
  });
});
