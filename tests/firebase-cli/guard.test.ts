import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundle, run } from "../cli/run.ts";
import { type FirebaseRoom, openFirebaseRoom } from "./room.ts";

/* The real Firebase CLI on the sandbox, with `regions guard` in the predeploy hook. */

let room: FirebaseRoom;
beforeAll(async () => {
  room = await openFirebaseRoom({
    functions: [
      { name: "stripeWebhook", region: "europe-west1", trigger: "https", runtime: "nodejs22" },
      { name: "ring", region: "europe-west1", trigger: "callable", runtime: "nodejs22" },
    ],
  });
  room.write(
    "firebase.json",
    JSON.stringify({
      functions: [{ source: "functions", codebase: "default", predeploy: [`${process.execPath} ${bundle} guard`] }],
    }),
  );
  room.write(
    "regions.yaml",
    `version: 1
environments:
  production:
    project: acme-test
    endpoint: "${room.sandbox.base}"
    stripe: { key: "env:STRIPE_KEY" }
regions: { europe-west1: {}, europe-west3: {} }
classes:
  core: { region: europe-west1, allow: [europe-west3] }
  payments: { region: europe-west3, allow: [europe-west1] }
codebases: { default: { source: functions, deployer: firebase } }
callers: { web: { root: web } }
functions:
  ring: core
  stripeWebhook: { class: payments, trigger: https, holders: [stripe] }
`,
  );
  room.write("web/package.json", JSON.stringify({ name: "web", dependencies: { firebase: "12.0.0" } }));
  room.write(
    "web/src/ring.ts",
    'import { getFunctions, httpsCallable } from "firebase/functions";\nexport const ring = httpsCallable(getFunctions(undefined, "europe-west1"), "ring");\n',
  );
});
afterAll(() => room.close());

const source = (webhook: string, ring: string, answer: string): string =>
  `const { onCall, onRequest } = require("firebase-functions/v2/https");
exports.stripeWebhook = onRequest({ region: "${webhook}" }, (request, response) => response.send("${answer}"));
exports.ring = onCall({ region: "${ring}" }, () => "${answer}");
`;
const deploy = () => room.firebase("deploy", "--only", "functions", "--force", "--non-interactive");
const writes = () => room.sandbox.log.entries().filter((entry) => entry.writes);

describe("firebase deploy with `regions guard` in its predeploy", () => {
  it("is stopped where a change of region would delete copies that others need, and has changed nothing", async () => {
    room.write("functions/index.js", source("europe-west3", "europe-west3", "one"));
    Object.assign(room.env, { STRIPE_KEY: room.sandbox.access.stripe });
    const { code, output } = await deploy();
    expect(output).toContain(
      "regions guard · project acme-test · environment production · firebase deploy --only functions --force",
    );
    expect(output).toContain(`europe-west1
  delete ring, stripeWebhook
europe-west3
  create ring, stripeWebhook
`);
    expect(output).toContain("Must not be deleted  2 copies");
    expect(output).toContain("    - web/src/ring.ts:2:21  calls it in europe-west1\n");
    expect(output).toContain('    - Stripe endpoint "payments 1" sends to it in europe-west1\n');
    expect(output).toContain("Stopped: 2 copies would be deleted that something still hangs on. Exit code 1.");
    expect(output).toContain("functions predeploy error: Command terminated with non-zero exit code 1");
    expect(code).toBe(1);
    expect(writes()).toEqual([]);
    expect(await room.live()).toEqual(["europe-west1/ring", "europe-west1/stripeWebhook"]);
  }, 180_000);

  it("says the same as data when it is typed by hand, and what is not known of the deployment", async () => {
    const { code, stdout, stderr } = await run(["guard", "--format", "json"], { cwd: room.folder, env: room.env });
    expect([code, stderr]).toEqual([1, ""]);
    const report = JSON.parse(stdout);
    const schema = JSON.parse((await run(["schema", "guard"], { cwd: room.folder })).stdout);
    const validate = new Ajv2020({ strict: false }).compile(schema);
    expect([validate(report), validate.errors]).toEqual([true, null]);
    expect(report.run).toMatchObject({ only: null, onlyFrom: "assumed", force: false, unattended: true });
    expect(report.status).toBe("refused");
    expect(report.refused.map((one: { function: string; region: string }) => `${one.function}@${one.region}`)).toEqual([
      "ring@europe-west1",
      "stripeWebhook@europe-west1",
    ]);
    const narrowed = await run(["guard", "--only", "hosting"], { cwd: room.folder, env: room.env });
    expect([narrowed.code, narrowed.stdout]).toEqual([0, expect.stringContaining("Nothing is deleted. Exit code 0.")]);
  });

  it("3: does not take a region that did not answer for an empty one", async () => {
    const fault = room.sandbox.faults.add({
      match: { host: "cloudfunctions.googleapis.com", region: "europe-west1" },
      do: { kind: "unreachable" },
    });
    const { code, stdout } = await run(["guard"], { cwd: room.folder, env: room.env });
    room.sandbox.faults.remove(fault);
    expect([code, stdout]).toEqual([3, expect.stringContaining("deployed (europe-west1): ")]);
  });

  it("2: refuses to judge a deployment to a project that it does not know", async () => {
    const env = { ...room.env, GCLOUD_PROJECT: "acme-other", RESOURCE_DIR: `${room.folder}/functions` };
    expect(await run(["guard"], { cwd: room.folder, env })).toEqual({
      code: 2,
      stdout: "",
      stderr:
        "The deployment goes to project acme-other, which is no environment of regions.yaml.\n  Add an environment for it, or take the guard out of its predeploy.\n",
    });
  });

  it("goes on where nothing of that kind would happen, and deploys", async () => {
    room.write("functions/index.js", source("europe-west1", "europe-west1", "two"));
    const { code, output } = await deploy();
    expect(output).toContain("europe-west1\n  update ring, stripeWebhook\n");
    expect(output).toContain("Nothing is deleted. Exit code 0.");
    expect([code, output]).toEqual([0, expect.stringContaining("Deploy complete!")]);
    expect(await room.live()).toEqual(["europe-west1/ring", "europe-west1/stripeWebhook"]);
    const patched = writes().filter(({ method, status }) => method === "PATCH" && status === 200);
    expect(patched.map(({ path }) => path.replace(/\?.*/, "").split("/").at(-1)).sort()).toEqual([
      "gcf-artifacts",
      "ring",
      "stripeWebhook",
    ]);
    expect(room.strangers()).toEqual([]);
  }, 180_000);
});
