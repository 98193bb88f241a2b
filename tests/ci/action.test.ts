import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { jobPath, root, type Shop, shopIn, withOldFault } from "./shop.ts";

/*
 * The action as GitHub would run it: its step's own command, under the shell and with the variables that GitHub
 * documents for composite actions. What GitHub does with the annotations is GitHub's.
 */

/** action.yml of a composite action, by the keys that GitHub documents and no other. */
const actionShape = z.strictObject({
  name: z.string(),
  description: z.string().max(125),
  branding: z.strictObject({
    icon: z.string().regex(/^[a-z0-9-]+$/),
    color: z.enum(["white", "black", "yellow", "blue", "green", "orange", "red", "purple", "gray-dark"]),
  }),
  inputs: z.record(
    z.string().regex(/^[a-z][a-z-]*$/),
    // GitHub hands inputs over as text, so a default of another type would say something else than it seems to.
    z.strictObject({ description: z.string(), required: z.boolean().optional(), default: z.string() }),
  ),
  outputs: z.record(z.string(), z.strictObject({ description: z.string(), value: z.string() })),
  runs: z.strictObject({
    using: z.literal("composite"),
    steps: z.array(
      z.union([
        z.strictObject({
          id: z.string().optional(),
          if: z.string().optional(),
          shell: z.literal("bash"),
          run: z.string(),
          env: z.record(z.string(), z.string()),
        }),
        z.strictObject({ if: z.string().optional(), uses: z.string(), with: z.record(z.string(), z.string()) }),
      ]),
    ),
  }),
});
const action = actionShape.parse(parse(readFileSync(join(root, "action.yml"), "utf8")));
const [step] = action.runs.steps.flatMap((one) => ("run" in one ? [one] : []));

let shop: Shop;
afterEach(() => shop.remove());

/** Runs the action in the shop's workspace. */
function runAction(inputs: Record<string, string> = {}, more: Record<string, string> = {}) {
  const temp = join(shop.workspace, "../temp");
  mkdirSync(temp, { recursive: true });
  const files = { GITHUB_OUTPUT: join(temp, "output"), GITHUB_STEP_SUMMARY: join(temp, "summary") };
  for (const file of Object.values(files)) writeFileSync(file, "");
  const given = (name: string) => inputs[name] ?? action.inputs[name]?.default ?? `no input ${name}`;
  const mapped = Object.entries(step?.env ?? {}).map(([name, text]) => [
    name,
    text.replaceAll(/\$\{\{ inputs\.([a-z-]+) \}\}/g, (_, input: string) => given(input)),
  ]);
  const { status, stdout, stderr } = spawnSync(
    "bash",
    ["--noprofile", "--norc", "-eo", "pipefail", "-c", step?.run ?? "exit 99"],
    {
      cwd: shop.workspace,
      encoding: "utf8",
      env: {
        PATH: jobPath(shop),
        HOME: "/nonexistent",
        CI: "true",
        GITHUB_ACTIONS: "true",
        GITHUB_ACTION_PATH: root,
        GITHUB_WORKSPACE: shop.workspace,
        RUNNER_TEMP: temp,
        ...files,
        ...Object.fromEntries(mapped),
        ...more,
      },
    },
  );
  const outputs = Object.fromEntries(
    readFileSync(files.GITHUB_OUTPUT, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
  const left = readdirSync(temp).filter((name) => name !== "output" && name !== "summary");
  return { status, stdout, stderr, outputs, summary: readFileSync(files.GITHUB_STEP_SUMMARY, "utf8"), left };
}

const annotation =
  /^::error file=web\/src\/Checkout\.tsx,line=\d+,.*title=mismatched-caller.*::.*createPaymentIntent.*europe-west3/m;

describe("action.yml", () => {
  it("hands every input over through the environment, and none into the text of a script", () => {
    shop = shopIn();
    expect(step?.run).not.toContain("$" + "{{");
    const handed = Object.values(step?.env ?? {}).map((text) => /^\$\{\{ inputs\.([a-z-]+) \}\}$/.exec(text)?.[1]);
    expect([...handed, "node-version"].sort()).toEqual(Object.keys(action.inputs).sort());
  });

  it("is told of in the documentation, with each input and output, and in the version of the package", () => {
    shop = shopIn();
    const [, section = ""] = readFileSync(join(root, "docs/ci.md"), "utf8").split("\n## GitHub\n");
    const [own = ""] = section.split("\n## ");
    const names = [...Object.keys(action.inputs), ...Object.keys(action.outputs)];
    expect(names.filter((name) => !own.includes(`\`${name}\``))).toEqual([]);
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    expect(own).toContain(`@v${version}\n`);
  });

  it("pins what it uses by commit", () => {
    shop = shopIn();
    const uses = action.runs.steps.flatMap((one) => ("uses" in one ? [one.uses] : []));
    expect(uses.filter((name) => !/@[0-9a-f]{40}$/.test(name))).toEqual([]);
    expect(uses).toHaveLength(1);
  });
});

describe("the action", () => {
  it("ends with 1 on a finding: an annotation, a file for code scanning, a summary", () => {
    shop = shopIn();
    shop.fault();
    const { status, stdout, outputs, summary, left } = runAction();
    expect(status).toBe(1);
    expect(stdout).toMatch(annotation);
    expect(outputs).toEqual({ "sarif-file": "regions.sarif", "exit-code": "1" });
    expect(left).toEqual([]);
    const { version, runs } = JSON.parse(readFileSync(join(shop.workspace, "regions.sarif"), "utf8"));
    expect([version, runs[0].results.map((one: { ruleId: string }) => one.ruleId)]).toEqual([
      "2.1.0",
      ["mismatched-caller"],
    ]);
    expect(summary).toContain("mismatched-caller");
    expect(summary).toContain("web/src/Checkout.tsx");
  });

  it("ends with 0 where all is well, and then the summary is silent", () => {
    shop = shopIn();
    const { status, stdout, stderr, outputs, summary } = runAction();
    expect({ status, stdout, stderr, summary }).toEqual({ status: 0, stdout: "", stderr: "", summary: "" });
    expect(outputs["exit-code"]).toBe("0");
  });

  it("ends with 3 where it could not look, which is no success", () => {
    shop = shopIn();
    const { status, stdout, outputs, summary } = runAction({
      sources: "declared,callers,deployed,holders",
      deployed: "listing.txt",
    });
    expect(status).toBe(3);
    expect(outputs["exit-code"]).toBe("3");
    expect(stdout).toContain("ACME_STRIPE_KEY is not set");
    expect(summary).toContain("this is not clean");
  });

  it("takes other files and formats, no summary and no file for code scanning", () => {
    shop = shopIn();
    shop.fault();
    const { status, stdout, outputs, summary } = runAction({
      format: "json\njunit=out/audit.xml  gitlab=quality.json",
      "sarif-file": "",
      summary: "false",
    });
    expect([status, outputs, summary]).toEqual([1, { "exit-code": "1" }, ""]);
    expect(JSON.parse(stdout).findings).toHaveLength(1);
    const written = ["out/audit.xml", "quality.json", "regions.sarif"].map((file) =>
      existsSync(join(shop.workspace, file)),
    );
    expect(written).toEqual([true, true, false]);
  });

  it("looks from a folder of the workspace, and names files from the workspace", () => {
    shop = shopIn("apps/shop");
    spawnSync("git", ["init", "-q", shop.workspace]);
    shop.fault();
    const { status, stdout, outputs } = runAction({ "working-directory": "apps/shop", manifest: "regions.yaml" });
    expect([status, outputs["sarif-file"]]).toEqual([1, "apps/shop/regions.sarif"]);
    expect(stdout).toMatch(/^::error file=apps\/shop\/web\/src\/Checkout\.tsx,/m);
  });

  it("tells of a change what it brings alone, and the rest as set aside", () => {
    shop = shopIn();
    const base = withOldFault(shop);
    expect(runAction().status).toBe(1);
    const right = runAction({ "changed-since": base });
    expect([right.status, right.stdout]).toEqual([0, ""]);
    shop.fault();
    const wrong = runAction({ "changed-since": "before" });
    expect(wrong.status).toBe(1);
    expect(wrong.stdout).toMatch(annotation);
    expect(wrong.stdout).not.toContain("Old.tsx");
    expect(wrong.stderr).toContain("Set aside, as it was before the change: 1 error.");
    const { runs } = JSON.parse(readFileSync(join(shop.workspace, "regions.sarif"), "utf8"));
    const files = runs[0].results.map(
      (one: { locations: { physicalLocation: { artifactLocation: { uri: string } } }[] }) =>
        one.locations[0]?.physicalLocation.artifactLocation.uri,
    );
    expect(files).toEqual(["web/src/Checkout.tsx"]);
    expect(runAction({ "changed-since": "nowhere" }).status).toBe(2);
  });

  it("ends with 2 on wrong inputs, says which, and leaves no file of an earlier step", () => {
    shop = shopIn();
    writeFileSync(join(shop.workspace, "regions.sarif"), "{}");
    const environment = runAction({ env: "productoin" });
    expect([environment.status, environment.outputs]).toEqual([2, { "exit-code": "2" }]);
    expect(environment.stderr).toContain("productoin");
    expect(existsSync(join(shop.workspace, "regions.sarif"))).toBe(false);
    const outside = runAction({ "working-directory": "../.." });
    expect(outside.status).toBe(2);
    expect(outside.stdout).toBe(
      '::error title=regions audit::working-directory is "../..", which is no folder of the workspace.\n',
    );
    expect(runAction({ summary: "yes" }).status).toBe(2);
    expect(runAction({ "fail-on": "warnings" }).status).toBe(2);
  });

  it("ends with 3, and not with what means findings, where it cannot even begin", () => {
    shop = shopIn();
    const { status, stdout, outputs } = runAction({ "sarif-file": "web" });
    expect([status, outputs]).toEqual([3, { "exit-code": "3" }]);
    expect(stdout).toMatch(/^::error title=regions audit::nothing was looked at: .*web.*\n$/);
    expect(existsSync(join(shop.workspace, "web/src/Checkout.tsx"))).toBe(true);
  });

  it("takes an input for a value, whatever is in it", () => {
    shop = shopIn();
    const hostile = ["$(touch pwned)", "`touch pwned`", "'; touch pwned; '", "--help", "--format=text=pwned"];
    const names = ["manifest", "env", "sources", "baseline", "deployed", "fail-on"];
    for (const [index, value] of hostile.entries()) {
      for (const name of [names[index] ?? "env", names[(index + 3) % names.length] ?? "env"]) {
        expect([name, value, runAction({ [name]: value }).status]).toEqual([name, value, 2]);
      }
    }
    expect(existsSync(join(shop.workspace, "pwned"))).toBe(false);
    expect(runAction({ version: "1; touch pwned" }).status).toBe(2);
    const annotated = runAction({ "working-directory": "x%0A\n::warning::forged" });
    expect(annotated.stdout.split("\n")).toHaveLength(2);
    expect(annotated.stdout).toContain("x%250A%0A::warning::forged");
  });
});

describe("a repository without gcp-regions", () => {
  const npm = (then: string) => `echo "$@" > "$LOG"\n${then}`;
  const fetched = (version: string) => {
    const log = join(shop.workspace, "../npm.log");
    const link = `mkdir -p node_modules/gcp-regions && ln -s ${join(root, "dist")} node_modules/gcp-regions/dist`;
    shop.command("npm", npm(link));
    const ran = runAction({ version }, { LOG: log });
    return { ...ran, asked: readFileSync(log, "utf8").trim().split(" ").at(-1) };
  };

  it("runs the version that is asked for, else that of the action, and no install script of anybody", () => {
    shop = shopIn();
    shop.fault();
    expect(fetched("0.9.1")).toMatchObject({ status: 1, asked: "gcp-regions@0.9.1" });
    expect(readFileSync(join(shop.workspace, "../npm.log"), "utf8")).toContain("--ignore-scripts");
    spawnSync("rm", ["-r", join(shop.workspace, "node_modules")]);
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    expect(fetched("")).toMatchObject({ status: 1, asked: `gcp-regions@${version}` });
  });

  it("ends with 3, and not with what means findings, where it cannot be had", () => {
    shop = shopIn();
    shop.command("npm", "exit 1");
    const { status, stdout, outputs } = runAction({ version: "0.9.1" });
    expect([status, outputs]).toEqual([3, { "exit-code": "3" }]);
    expect(stdout).toBe(
      "::error title=regions audit::gcp-regions 0.9.1 could not be installed; nothing was looked at.\n",
    );
  });
});
