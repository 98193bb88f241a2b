import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import type { Change, FieldChange } from "../../src/model/deployment.ts";
import { adoptSchema } from "../../src/report/adopt-schema.ts";
import {
  type AdoptionReport,
  acceptanceText,
  adoptionJson,
  adoptionSum,
  adoptionText,
} from "../../src/report/adoption.ts";
import { jsonSchemaOf } from "../../src/report/schema.ts";

const layout = { width: 100, color: false, verbose: false };
const account = (group: string): FieldChange => {
  return { field: "account", from: "1-compute@example.com", to: `regions-${group}@acme-prod.iam.gserviceaccount.com` };
};

function change(
  name: string,
  region: string,
  fields: readonly FieldChange[],
  more: Partial<Change["part"]> = {},
): Change {
  const part = { kind: "function" as const, function: name, region, class: null, detail: null, ...more };
  return { part, operation: fields.length === 0 ? "create" : "update", fields };
}

/** Ten admin functions of one class, and two that pay, of another. */
const admins = Array.from({ length: 10 }, (_, index) => `admin${index}`);
const changes: readonly Change[] = [
  ...admins.map((name) =>
    change(name, "europe-west1", [
      account("core"),
      ...(name === "admin3" ? [{ field: "memory", from: "512Mi", to: "256Mi" }] : []),
      { field: "variable LOG_EXECUTION_ID", from: null, to: null },
      { field: "variable ZONE", from: null, to: null },
    ]),
  ),
  change("capture", "europe-west3", [account("payments"), { field: "timeoutSeconds", from: "540", to: "60" }]),
  change("stripeWebhook", "europe-west3", []),
  change("stripeWebhook", "europe-west3", [], { kind: "invoker", detail: "allUsers" }),
  ...admins.map((name) => change(name, "europe-west1", [], { kind: "invoker", detail: "regions-core" })),
];
const report: AdoptionReport = {
  environment: "production",
  project: "acme-prod",
  changes,
  unchanged: 0,
  failures: [],
  notes: [],
  adopted: [change("capture", "europe-west3", [])],
  present: 11,
  refusals: [{ part: null, operation: null, message: "stripeWebhook is live in europe-west1.\nDeclare a move." }],
  acceptance: {
    status: "written",
    accepted: [
      { function: "admin1", field: "cpu", from: 0.1666, to: 1 },
      { function: null, field: "maxInstances", from: null, to: 20 },
      { function: "admin0", field: "cpu", from: 0.1666, to: 1 },
    ],
    left: [
      {
        function: "capture",
        region: "europe-west3",
        field: "runtime",
        live: "nodejs20",
        next: "nodejs22",
        reason: "runtimes.allowed does not name it",
      },
    ],
    files: [{ file: "regions.yaml", diff: "--- a/regions.yaml\n+++ b/regions.yaml\n@@ -1 +1 @@\n-a\n+b\n" }],
  },
  gaps: [
    { source: "deployed", facet: "queues", scope: "us-east1", region: "us-east1", reason: "it answered with 503" },
  ],
};

describe("an adoption, as text", () => {
  it("tells once what is alike on many, with whose it is, and each other difference at its function", () => {
    expect(adoptionText(report, layout).split("\n\nwhy\n")[0]).toBe(`europe-west1
  ~ admin3
        memory: 512Mi -> 256Mi

europe-west3
  ~ capture
        timeoutSeconds: 540 -> 60
  + 1 function new with 1 part
      stripeWebhook

alike on many
  ~ 11 functions changed: all that change
        account: 1-compute@example.com -> regions-CLASS@acme-prod.iam.gserviceaccount.com
  ~ 10 functions changed: admin0, admin1, admin2, admin3, admin4, admin5 and 4 more (--verbose)
        variables LOG_EXECUTION_ID, ZONE differ
  + invoker regions-CLASS new on 10 functions: admin0, admin1, admin2, admin3, admin4, admin5 and 4
      more (--verbose)

not written: what the manifest cannot say
  capture in europe-west3: runtime: nodejs20 -> nodejs22: runtimes.allowed does not name it`);
  });

  it("says why each of them is one, what would be refused and what was not seen", () => {
    const [, why = ""] = adoptionText(report, layout).split("\n\nwhy\n");
    expect(why.match(/^ {2}[^ ].*?:/gm)).toEqual([
      "  memory, cpu, instances, runtime:",
      "  new functions:",
      "  variables:",
      "  timeout, concurrency, secrets, triggers, schedules, queues:",
      "  account:",
      "  variables of the platform:",
      "  invokers:",
      "  queues (us-east1):",
    ]);
    expect(why.split("\n\n").slice(1)).toEqual([
      "what a deployment would be refused for\n  stripeWebhook is live in europe-west1.\n    Declare a move.",
      "not seen, and not adopted\n  queues (us-east1): it answered with 503",
      "",
    ]);
    expect(adoptionSum(report)).toBe(
      "production (project acme-prod): 1 copy adopted with 0 parts, 11 known before. 3 values written into the manifest. What was not seen is not adopted: type it again once it can be. Above is what the next deployment would change; until then nothing is.",
    );
  });

  it("shows the values that are live before it asks, then the diff", () => {
    expect(acceptanceText(report, layout)).toBe(`what is live, for the manifest
  cpu: 0.1666 -> 1: admin0, admin1
  maxInstances: (not set) -> 20: defaults

--- a/regions.yaml
+++ b/regions.yaml
@@ -1 +1 @@
-a
+b

`);
  });
});

it("an adoption, as data, has every difference with who says so and why, by the published schema", () => {
  const validate = new Ajv2020({ strict: false }).compile(jsonSchemaOf(adoptSchema, "test"));
  const value = JSON.parse(adoptionJson(report));
  expect(validate(value) || validate.errors).toBe(true);
  expect(validate({ ...value, acceptLive: { ...value.acceptLive, status: "perhaps" } })).toBe(false);
  expect(value.changes.length).toBe(changes.length);
  const admin3 = value.changes.find((row: { function: string }) => row.function === "admin3");
  const fields = admin3.fields.map(({ field, owner }: { field: string; owner: string }) => [field, owner]);
  expect(fields).toEqual([
    ["account", "tool"],
    ["memory", "manifest"],
    ["variable LOG_EXECUTION_ID", "tool"],
    ["variable ZONE", "code"],
  ]);
  const missing = value.changes.find(({ kind, operation }: Record<string, string>) => {
    return kind === "function" && operation === "create";
  });
  expect(missing).toMatchObject({ operation: "create", function: "stripeWebhook", owner: "manifest" });
  expect(missing.why).toBe(
    "regions.yaml wants them where they are not. One that is live elsewhere waits for a declared move.",
  );
});
