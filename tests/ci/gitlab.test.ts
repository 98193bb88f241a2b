import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { jobPath, regionsCommand, root, type Shop, shopIn, withOldFault } from "./shop.ts";

/* The template for GitLab: its keys as GitLab documents them, and its jobs' own commands, run as its runner does. */

const job = z.strictObject({
  extends: z.string().optional(),
  stage: z.string().optional(),
  image: z.string().optional(),
  interruptible: z.boolean().optional(),
  variables: z.record(z.string(), z.string()).optional(),
  before_script: z.array(z.string()).optional(),
  script: z.array(z.string()).optional(),
  rules: z.array(z.strictObject({ if: z.string() })).optional(),
  artifacts: z
    .strictObject({
      when: z.enum(["always", "on_success", "on_failure"]),
      expire_in: z.string(),
      paths: z.array(z.string()),
      reports: z.strictObject({ codequality: z.string(), junit: z.string() }),
    })
    .optional(),
});
const text = readFileSync(join(root, "ci/regions.gitlab-ci.yml"), "utf8");
const { variables, ...jobs } = z
  .object({ variables: z.record(z.string(), z.string()) })
  .catchall(job)
  .parse(parse(text));
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

let shop: Shop;
afterEach(() => shop?.remove());

/** Runs a job's scripts line by line in one shell that ends at the first failure. */
function runJob(name: string, env: Record<string, string> = {}) {
  const own = jobs[name];
  const base = own?.extends === undefined ? undefined : jobs[own.extends];
  const lines = [...(own?.before_script ?? base?.before_script ?? []), ...(own?.script ?? [])];
  return spawnSync("bash", ["-eo", "pipefail", "-c", lines.join("\n")], {
    cwd: shop.workspace,
    encoding: "utf8",
    env: { PATH: jobPath(shop), HOME: "/nonexistent", CI: "true", ...variables, ...own?.variables, ...env },
  });
}

/** A shop without packages, and an npm that puts the command on the path. */
function withNpm() {
  const made = shopIn();
  spawnSync("rm", ["-r", join(made.workspace, "node_modules")]);
  made.command("fetched", regionsCommand);
  made.command(
    "npm",
    `echo "$@" >> "$PWD/../npm.log"\nln -sf ${join(made.bin, "fetched")} ${join(made.bin, "regions")}`,
  );
  return made;
}

const read = (file: string) => readFileSync(join(shop.workspace, file), "utf8");

it("names the version of this package", () => {
  expect(variables.REGIONS_VERSION).toBe(version);
});

it("keeps the reports of a job that has failed", () => {
  const { artifacts } = jobs[".regions"] ?? {};
  expect(artifacts?.when).toBe("always");
  expect(artifacts?.paths).toEqual([artifacts?.reports.codequality, artifacts?.reports.junit]);
});

it("ends with 1 on a finding, with a report on code quality and one of tests, and with 0 without", () => {
  shop = withNpm();
  shop.fault();
  const found = runJob("regions");
  expect(found.status).toBe(1);
  expect(found.stdout).toContain("web/src/Checkout.tsx:");
  expect(read("../npm.log")).toBe(`install --global --ignore-scripts --no-audit --no-fund gcp-regions@${version}\n`);
  const issues = JSON.parse(read("regions-code-quality.json"));
  expect(issues.map((issue: { location: { path: string } }) => issue.location.path)).toEqual(["web/src/Checkout.tsx"]);
  expect(read("regions-junit.xml")).toContain("<failure");
  shop.mend();
  expect(runJob("regions").status).toBe(0);
  expect(read("regions-code-quality.json")).toBe("[]\n");
});

it("ends with 3 where it could not look, and with npm's own code where it could not be installed", () => {
  shop = withNpm();
  expect(runJob("regions", { REGIONS_SOURCES: "declared,callers,holders" }).status).toBe(3);
  shop.command("npm", "exit 7");
  expect(runJob("regions").status).toBe(7);
});

it("takes a variable for a value, whatever is in it", () => {
  shop = withNpm();
  expect(runJob("regions", { REGIONS_SOURCES: "declared --help; touch pwned $(touch pwned)" }).status).toBe(2);
  expect(spawnSync("ls", [shop.workspace], { encoding: "utf8" }).stdout).not.toContain("pwned");
});

it("audits in a merge request what it brings, and on the default branch everything", () => {
  shop = withNpm();
  const base = withOldFault(shop);
  const request = { CI_MERGE_REQUEST_DIFF_BASE_SHA: base };
  expect(runJob("regions:change", request).status).toBe(0);
  shop.fault();
  expect(runJob("regions:change", request).status).toBe(1);
  const files = () =>
    JSON.parse(read("regions-code-quality.json")).map((one: { location: { path: string } }) => one.location.path);
  expect(files()).toEqual(["web/src/Checkout.tsx"]);
  expect(runJob("regions").status).toBe(1);
  expect(files().sort()).toEqual(["web/src/Checkout.tsx", "web/src/Old.tsx"]);
  const rules = ["regions", "regions:change"].map((name) => jobs[name]?.rules?.map((rule) => rule.if));
  expect(rules).toEqual([
    ["$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH"],
    ['$CI_PIPELINE_SOURCE == "merge_request_event"'],
  ]);
  expect(jobs["regions:change"]?.variables).toEqual({ GIT_DEPTH: "0" });
});
