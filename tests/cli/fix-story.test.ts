import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Report } from "../../src/model/finding.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import { copyOfTheFleet } from "../story/copy.ts";
import { type Ran, run } from "./run.ts";

/* `regions fix` on the reference fleet: the built command, a running sandbox, the fleet's own manifest and code. */

const day = ["--today", "2026-11-22"];

/** Every file of the fleet but the sandbox's own, as one string each. */
function filesOf(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).filter((path) => !path.includes("/.regions/"));
  return new Map(paths.sort().map((path) => [path.slice(folder.length + 1), readFileSync(path, "latin1")]));
}

const brief = (report: Report) => report.findings.map(({ rule, function: name }) => `${rule} ${name}`).sort();

describe("the callers of the reference fleet", () => {
  let folder: string;
  let sandbox: Sandbox;
  let before: Map<string, string>;
  const audit = async () => JSON.parse((await run(["audit", "--format", "json", ...day], { cwd: folder })).stdout);
  beforeAll(async () => {
    folder = copyOfTheFleet("fix");
    sandbox = await startSandbox({ folder: join(folder, ".regions/sandbox"), seed: "story" });
    before = filesOf(folder);
  });
  afterAll(async () => {
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("are shown and left alone with --dry-run, and without consent", async () => {
    const dry = await run(["fix", "--dry-run", ...day], { cwd: folder });
    expect(dry.stderr).toBe("");
    expect(dry.code).toBe(1);
    const asked = await run(["fix", ...day], { cwd: folder });
    expect(asked.code).toBe(2);
    expect(asked.stdout).toContain("Nothing written: nobody is at the terminal to agree.");
    expect(asked.stdout.slice(0, asked.stdout.indexOf("To mend"))).toBe(
      dry.stdout.slice(0, dry.stdout.indexOf("To mend")),
    );
    expect(filesOf(folder)).toEqual(before);
  });

  it("are mended line by line where their functions are live, and nothing else is touched", async () => {
    const found: Report = await audit();
    const ran: Ran = await run(["fix", "--yes", "--format", "json", ...day], { cwd: folder });
    const said = JSON.parse(ran.stdout);
    expect([ran.code, ran.stderr, said.status]).toEqual([1, "", "written"]);
    const schema = JSON.parse((await run(["schema", "fix"], { cwd: folder })).stdout);
    const validate = new Ajv2020({ strict: false }).compile(schema);
    expect(validate(said) || validate.errors).toBe(true);

    const changed: Record<string, string[]> = {};
    for (const [file, text] of filesOf(folder)) {
      const old = before.get(file)?.split("\n") ?? [];
      const lines = text.split("\n");
      if (text === before.get(file)) continue;
      changed[file] = lines.flatMap((line, index) => (line === old[index] ? [] : [`-${old[index]}`, `+${line}`]));
    }
    const page = (call: string) => [
      '-import { functions } from "../firebase.ts";',
      '+import { functionsAffiliate } from "../firebase.ts";',
      `-const ${call} = httpsCallable(functions, "${call}");`,
      `+const ${call} = httpsCallable(functionsAffiliate, "${call}");`,
    ];
    expect(changed).toEqual({
      "examples/web/.env": [
        "-VITE_FUNCTIONS_AFFILIATE_REGION=europe-west1",
        "+VITE_FUNCTIONS_AFFILIATE_REGION=europe-west2",
      ],
      "examples/web/src/pages/BloggerRegister.tsx": page("registerBlogger"),
      "examples/web/src/pages/ChatterRegister.tsx": [
        '-import { functions, functionsPayments } from "../firebase.ts";',
        '+import { functionsAffiliate, functionsPayments } from "../firebase.ts";',
        '-    const registerChatter = httpsCallable<unknown, { affiliateCode: string }>(functions, "registerChatter");',
        '+    const registerChatter = httpsCallable<unknown, { affiliateCode: string }>(functionsAffiliate, "registerChatter");',
      ],
      "examples/web/src/pages/GroupAdminRegister.tsx": page("registerGroupAdmin"),
      "examples/web/src/pages/InfluencerRegister.tsx": page("registerInfluencer"),
    });

    expect(said.refused).toEqual([
      {
        rule: null,
        function: "createSubscriptionCheckout",
        place: expect.objectContaining({ file: "examples/web/src/pages/SubscriptionPage.tsx", line: 8 }),
        reason:
          "SubscriptionPage.tsx:8 calls createSubscriptionCheckout in europe-west1, and it is live only in europe-west1",
        mend: "Its move to europe-west3 comes first: `regions explain wrong-region` gives the order. Then run `regions fix` again.",
      },
    ]);
    const after: Report = await audit();
    const gone = [
      "env-region null",
      ...["Blogger", "Chatter", "GroupAdmin", "Influencer"].map((one) => `mismatched-caller register${one}`),
    ];
    expect(brief(found)).toHaveLength(16);
    expect(brief(after)).toEqual(brief(found).filter((one) => !gone.includes(one)));
    expect(after.findings.filter(({ fixable }) => fixable)).toEqual([]);
  });

  it("are left alone the second time", async () => {
    const now = filesOf(folder);
    const ran = await run(["fix", "--yes", ...day], { cwd: folder });
    expect([ran.code, ran.stdout.includes("Nothing to write.")]).toEqual([1, true]);
    expect(filesOf(folder)).toEqual(now);
  });
});
