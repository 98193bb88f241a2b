import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { releaseProblems } from "../../tools/release.mjs";
import { root } from "./installed.ts";

describe("a release", () => {
  const packageJson = '{ "version": "1.2.0" }';
  const changelog = "# Changelog\n\n## 1.2.0\n\n- It does more.\n\n## 1.1.0\n";

  it("goes out where tag, package and changes tell of one version", () => {
    expect(releaseProblems("v1.2.0", packageJson, changelog)).toEqual([]);
  });

  it("stops where one of them tells of another, and names all that is wrong", () => {
    expect(releaseProblems("v1.3.0", packageJson, changelog)).toEqual([
      'The tag says 1.3.0, and package.json 1.2.0: run "npm version".',
      'CHANGELOG.md has no heading "## 1.3.0": give its changes one.',
    ]);
    expect(releaseProblems("v1.1.0", packageJson, changelog)).toHaveLength(1);
  });

  it.each(["1.2.0", "v1.2", "v01.2.0", "v1.2.0-", "v1.2.0+build", "v1.2.0\n", ""])(
    "%j is no tag of a version",
    (tag) => {
      expect(releaseProblems(tag, packageJson, changelog)).toEqual([
        `${tag} is no version: a tag reads v1.2.3, or v1.2.3-beta.1.`,
      ]);
    },
  );

  it("may be a preliminary one of what is not released yet", () => {
    const unreleased = `# Changelog\n\n## Unreleased\n\n- It will do more.\n\n${changelog}`;
    expect(releaseProblems("v1.3.0-beta.1", '{ "version": "1.3.0-beta.1" }', unreleased)).toEqual([]);
    expect(releaseProblems("v1.3.0", '{ "version": "1.3.0" }', unreleased)).toHaveLength(1);
  });
});

describe("the workflow of a release", () => {
  interface Step {
    readonly uses?: string;
    readonly run?: string;
  }
  interface Job {
    readonly permissions: Record<string, string>;
    readonly needs?: string;
    readonly steps: readonly Step[];
  }
  const text = readFileSync(join(root, ".github/workflows/release.yml"), "utf8");
  const workflow: { permissions: object; jobs: Record<string, Job> } = parse(text);
  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);

  it("lets only the job that publishes ask who it is, and only after the tests", () => {
    expect(workflow.permissions).toEqual({});
    expect(Object.entries(workflow.jobs).map(([name, job]) => [name, job.needs ?? null, job.permissions])).toEqual([
      ["test", null, { contents: "read" }],
      ["publish", "test", { contents: "read", "id-token": "write" }],
    ]);
  });

  it("publishes with provenance and without a token", () => {
    const publishing = steps.flatMap(({ run = "" }) => run.match(/npm publish.*/g) ?? []);
    expect(publishing).toHaveLength(2);
    expect(publishing.filter((line) => !line.includes("--provenance"))).toEqual([]);
    expect(text).not.toMatch(/secrets\.|NODE_AUTH_TOKEN/);
  });

  it("runs no action that could change under its name", () => {
    expect(steps.flatMap(({ uses }) => uses ?? []).filter((uses) => !/^[\w/-]+@[0-9a-f]{40}$/.test(uses))).toEqual([]);
  });

  it("puts no text of the tag's maker into a script", () => {
    expect(steps.filter(({ run = "" }) => run.includes("$" + "{{"))).toEqual([]);
  });
});
