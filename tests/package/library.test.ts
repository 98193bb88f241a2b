import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bareEnvironment } from "../cli/run.ts";
import { install, ownNode, root } from "./installed.ts";

/* `import { audit } from "gcp-regions"`, from the tarball, as a program of somebody else. */

let installed: ReturnType<typeof install>;
beforeAll(() => {
  installed = install();
  cpSync(join(root, "tests/cli/fixtures/shop"), join(installed.folder, "shop"), { recursive: true });
  const page = join(installed.folder, "shop/web/src/Checkout.tsx");
  writeFileSync(page, readFileSync(page, "utf8").replaceAll("functionsWest3", "functionsWest1"));
  mkdirSync(join(installed.folder, "node_modules/@types"), { recursive: true });
  symlinkSync(join(root, "node_modules/@types/node"), join(installed.folder, "node_modules/@types/node"));
});
afterAll(() => installed.remove());

/** Runs a module in the folder; `told` is what it hands over as JSON, on a channel that is neither output. */
function program(text: string, env: Record<string, string> = {}) {
  writeFileSync(
    join(installed.folder, "program.mjs"),
    `import { writeFileSync } from "node:fs";\nconst tell = (it) => writeFileSync("told.json", JSON.stringify(it));\n${text}`,
  );
  const { status, stdout, stderr } = spawnSync(process.execPath, ["program.mjs"], {
    cwd: installed.folder,
    encoding: "utf8",
    env: { ...bareEnvironment(), PATH: ownNode().PATH ?? "", ...env },
  });
  return { status, stdout, stderr, told: JSON.parse(readFileSync(join(installed.folder, "told.json"), "utf8")) };
}

const offline = '{ root: "shop", sources: ["declared", "callers"], today: "2026-11-22" }';

describe("audit()", () => {
  it("gives what the command prints as JSON, prints nothing, and leaves the process and its exit code alone", () => {
    const { told, ...rest } = program(`
      import { audit } from "gcp-regions";
      const report = await audit(${offline});
      tell(report);
      setTimeout(() => process.stdout.write("still here"), 5);
    `);
    expect(rest).toEqual({ status: 0, stdout: "still here", stderr: "" });
    const command = spawnSync(
      process.execPath,
      [
        join(installed.folder, "node_modules/gcp-regions/dist/regions.js"),
        ...["audit", "--root", "shop", "--sources", "declared,callers", "--today", "2026-11-22", "--format", "json"],
        "--no-cache",
      ],
      { cwd: installed.folder, encoding: "utf8", env: bareEnvironment() },
    );
    expect(command.status).toBe(1);
    expect(told).toEqual(JSON.parse(command.stdout));
    expect(told.findings.map((one: { rule: string }) => one.rule)).toEqual(["mismatched-caller"]);
    expect(existsSync(join(installed.folder, "shop/.regions"))).toBe(false);
  });

  it("reads no variable of the process: keys, tokens, caches are what `env` hands over", () => {
    const variables = {
      ACME_STRIPE_KEY: "rk_live_0123456789",
      GOOGLE_OAUTH_ACCESS_TOKEN: "of-the-process",
      GOOGLE_APPLICATION_CREDENTIALS: join(installed.folder, "key.json"),
      REGIONS_CACHE: join(installed.folder, "cache"),
      HOME: installed.folder,
      FORCE_COLOR: "1",
    };
    const { told, ...rest } = program(
      `
      import { audit } from "gcp-regions";
      const { gaps, sources } = await audit({ root: "shop", today: "2026-11-22", cache: true });
      tell({ sources, reasons: [...new Set(gaps.map(({ facet, reason }) => facet + ": " + reason.split(";")[0]))] });
    `,
      variables,
    );
    expect(rest).toEqual({ status: 0, stdout: "", stderr: "" });
    expect(told).toEqual({
      sources: { declared: "read", callers: "read", deployed: "failed", holders: "failed", state: "not asked" },
      reasons: [
        "functions: no Google credentials were found",
        "stripe: the environment variable ACME_STRIPE_KEY is not set",
        "scheduler: no Google credentials were found",
        "task-queues: no Google credentials were found",
        "push: no Google credentials were found",
      ],
    });
    expect([existsSync(join(installed.folder, "cache")), existsSync(join(installed.folder, ".cache"))]).toEqual([
      false,
      false,
    ]);
  });

  it("takes the file of credentials that `env` names, and no other", () => {
    const { told } = program(
      `
      import { audit } from "gcp-regions";
      const env = { GOOGLE_APPLICATION_CREDENTIALS: "/nonexistent/key.json" };
      const { gaps } = await audit({ root: "shop", sources: ["deployed"], env });
      tell(gaps.map(({ reason }) => reason.split(";")[0]));
    `,
      { GOOGLE_APPLICATION_CREDENTIALS: join(installed.folder, "package.json") },
    );
    expect(told).toEqual(["the file of GOOGLE_APPLICATION_CREDENTIALS could not be used: it cannot be read"]);
  });

  it("rejects wrong options and a wrong manifest with all that is wrong, and an abort with its reason", () => {
    const { told, ...rest } = program(`
      import { audit, RegionsInputError } from "gcp-regions";
      const problems = async (options) => {
        try {
          await audit(options);
          return "it was taken";
        } catch (error) {
          return error instanceof RegionsInputError ? error.problems.map((one) => [one.message, one.mend]) : String(error);
        }
      };
      const controller = new AbortController();
      controller.abort(new Error("enough"));
      tell([
        await problems({ manifst: "regions.yaml", discover: "yes" }),
        await problems({ root: "shop", sources: ["declred"] }),
        await problems({ root: "shop", today: "2026-02-30" }),
        await problems({ root: "nowhere" }),
        await problems({ root: "" }),
        await problems({ root: "shop", baseline: "none.json" }),
        await problems({ root: "shop", signal: controller.signal }),
      ]);
    `);
    expect(rest).toEqual({ status: 0, stdout: "", stderr: "" });
    expect(told).toEqual([
      [
        ['audit() has no option "manifst".', "did you mean manifest?"],
        ['The option "discover" of audit() is wrong: Invalid input: expected boolean, received string.', null],
      ],
      [['sources names "declred", which is no source.', "did you mean declared?"]],
      [['today is "2026-02-30", which is no day.', "Write it as YYYY-MM-DD."]],
      [["--root nowhere is no folder that can be read.", null]],
      [['The option "root" of audit() is wrong: it is given nothing.', null]],
      [["none.json cannot be read: it does not exist.", "Write a first one with `regions baseline write`."]],
      "Error: enough",
    ]);
  });
});

describe("its types", () => {
  /** What tsc says of a file in the folder, without the positions. */
  const compile = (text: string) => {
    writeFileSync(join(installed.folder, "use.ts"), text);
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    const options = ["--strict", "--exactOptionalPropertyTypes", "--noEmit", "--module", "nodenext"];
    const { stdout } = spawnSync(
      process.execPath,
      [tsc, ...options, "--target", "es2024", "--types", "node", "use.ts"],
      {
        cwd: installed.folder,
        encoding: "utf8",
      },
    );
    return stdout;
  };

  const page = readFileSync(join(root, "docs/library.md"), "utf8");
  const [, example = ""] = /```ts\n([\s\S]*?)```/.exec(page) ?? [];

  it("are what the report holds, in the example of the documentation and beyond it", () => {
    expect(example).toContain("await audit(");
    expect(
      compile(`${example}
        import type { AuditOptions, AuditReport, Finding, Gap, Problem, SourceName } from "gcp-regions";
        const options: AuditOptions = { sources: ["state"] satisfies SourceName[], env: process.env };
        const another: AuditReport = await audit(options);
        const first: Finding | undefined = another.findings[0];
        const line: number | undefined = first?.place?.line;
        const gaps: readonly Gap[] = report.gaps;
        const status: "read" | "partial" | "failed" | "not asked" = report.sources.deployed;
        const overall: number | null = report.score.overall;
        const told = (error: unknown): readonly Problem[] => (error instanceof RegionsInputError ? error.problems : []);
        export { isClean, line, gaps, status, overall, told };
      `),
    ).toBe("");
  });

  it("refuse a wrong option, a wrong source, a wrong reading", () => {
    const said = compile(`
      import { audit } from "gcp-regions";
      await audit({ manifst: "regions.yaml" });
      await audit({ sources: ["declred"] });
      await audit({ today: new Date() });
      (await audit()).findings[0].severity === "info";
      (await audit()).clean;
    `);
    const at = [...said.matchAll(/^use\.ts\((\d+),\d+\): error TS(\d+)/gm)].map(([, line, code]) => `${line} ${code}`);
    expect(at).toEqual(["3 2561", "4 2820", "5 2322", "6 2367", "7 2339"]);
  });
});
