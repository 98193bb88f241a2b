import { expect, it } from "vitest";
import type { Change, FieldChange, Operation } from "../../src/model/deployment.ts";
import type { Drift } from "../../src/model/state.ts";
import { type DeploymentReport, deploymentJson, deploymentText } from "../../src/report/deployment.ts";

const layout = { width: 80, color: false, verbose: false };
const whole = { ...layout, verbose: true };

function change(name: string, operation: Operation, fields: readonly FieldChange[] = []): Change {
  const part = { kind: "function", function: name, region: "europe-west1", class: "core", detail: null } as const;
  return { part, operation, fields };
}

function role(detail: string, operation: Operation): Change {
  const part = { kind: "role", function: null, region: null, class: "core", detail } as const;
  return { part, operation, fields: [] };
}

function reportOf(changes: readonly Change[], more: Partial<DeploymentReport> = {}): DeploymentReport {
  return { environment: "production", project: "acme-prod", changes, unchanged: 0, failures: [], notes: [], ...more };
}

const names = (count: number, prefix = "f"): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${String(index).padStart(3, "0")}`);

it("names a few of the functions that are new, and says how to see the others", () => {
  const report = reportOf(names(300).map((name) => change(name, "create")));
  expect(deploymentText(report, layout)).toBe(`europe-west1
  + 300 functions new
      f000, f001, f002, f003, f004, f005 and 294 more (--verbose)

`);
  const all = deploymentText(report, whole);
  expect(names(300).filter((name) => !all.includes(name))).toEqual([]);
  expect(all).not.toContain("--verbose");
});

it("names a few of the functions that are alike in a change", () => {
  const fields = [{ field: "memory", from: "256Mi", to: "512Mi" }];
  const other = [{ field: "memory", from: "1Gi", to: "512Mi" }];
  const changed = names(40).map((name) => change(name, "update", fields));
  const report = reportOf([...changed, change("pay", "update", other)]);
  expect(deploymentText(report, layout)).toBe(`europe-west1
  ~ pay
        memory: 1Gi -> 512Mi

alike on many
  ~ 40 functions changed: f000, f001, f002, f003, f004, f005 and 34 more
      (--verbose)
        memory: 256Mi -> 512Mi

`);
});

it("names everything that is lost, also where nobody asks for more", () => {
  const gone = names(30, "gone").map((name) => change(name, "delete"));
  const anew = names(30, "anew").map((name, index) =>
    change(name, "replace", [{ field: "name", from: `old${index}`, to: `new${index}` }]),
  );
  const roles = names(30, "roles/a").map((name) => role(name, "delete"));
  const text = deploymentText(reportOf([...gone, ...anew, ...roles]), layout);
  const lost = [...names(30, "gone"), ...names(30, "anew"), ...names(30, "roles/a")];
  expect(lost.filter((name) => !text.includes(name))).toEqual([]);
  expect(text).not.toContain("--verbose");
});

it("shows the first of many functions that each change in their own way, and of parts of the fleet", () => {
  const own = names(25).map((name, index) =>
    change(name, "update", [{ field: "memory", from: `${index}Mi`, to: "512Mi" }]),
  );
  const bucket = (name: string): Change => {
    return { part: { ...role(name, "create").part, kind: "bucket", class: null }, operation: "create", fields: [] };
  };
  const roles = [role("roles/z.lost", "delete"), ...names(14, "roles/a").map(bucket)];
  const text = deploymentText(reportOf([...own, ...roles]), layout);
  expect(text.match(/^ {2}~ f\d+$/gm)).toEqual(names(10).map((name) => `  ~ ${name}`));
  expect(text).toContain("  and 15 more functions (--verbose)\n");
  expect(deploymentText(reportOf([...own, ...roles].reverse()), layout)).toBe(text);
  expect(text.match(/^ {2}\+ .*$/gm)).toEqual(names(10, "roles/a").map((name) => `  + bucket ${name} new`));
  expect(text).toContain("  - roles/z.lost of class core removed\n  and 4 more parts (--verbose)\n");
  const all = deploymentText(reportOf([...own, ...roles]), whole);
  expect(all.match(/^ {2}[~+-] /gm)?.length).toBe(40);
});

it("shows the first of many drifts and failures", () => {
  const drifts = names(30).map((name, index): Drift => {
    const fields = [{ field: "memory", state: "256Mi", cloud: `${index}Mi` }];
    return { part: change(name, "update").part, kind: "changed", fields };
  });
  const failures = names(30).map((name) => {
    return { part: change(name, "update").part, operation: "update" as const, message: "503 UNAVAILABLE" };
  });
  const text = deploymentText(reportOf([], { drifts, failures }), layout);
  expect(text.match(/^ {2}~ f\d+ in europe-west1$/gm)?.length).toBe(10);
  expect(text.match(/^ {2}f\d+ in europe-west1: 503 UNAVAILABLE$/gm)?.length).toBe(10);
  expect(text).toContain("  and 20 more parts (--verbose)\n");
  expect(text).toContain("  and 20 more failures (--verbose)\n");
});

it("tells changes, drifts and failures, as data, in an order that the engine's has no part in", () => {
  const at = (name: string, region: string | null, more: Partial<Change["part"]> = {}): Change["part"] => {
    return { ...change(name, "create").part, region, ...more };
  };
  const parts = [
    at("pay", "europe-west3"),
    at("pay", "europe-west1", { kind: "invoker", detail: "regions-payments" }),
    at("pay", "europe-west1", { kind: "invoker", detail: "allUsers" }),
    at("book", "europe-west1"),
    at("pay", "europe-west1"),
    { ...role("roles/datastore.user", "create").part, class: "payments" },
    role("roles/datastore.user", "create").part,
  ];
  const report = reportOf(
    parts.map((part) => ({ part, operation: "create", fields: [] })),
    {
      drifts: parts.map((part) => ({ part, kind: "gone", fields: [] })),
      failures: [null, ...parts].map((part) => ({ part, operation: null, message: "no" })),
    },
  );
  const told = JSON.parse(deploymentJson(report));
  const rows = (list: readonly Record<string, string | null>[]): string[] =>
    list.map((row) => [row.region, row.function, row.kind, row.detail, row.class].map((one) => one ?? "-").join(" "));
  const expected = [
    "- - role roles/datastore.user core",
    "- - role roles/datastore.user payments",
    "europe-west1 book function - core",
    "europe-west1 pay function - core",
    "europe-west1 pay invoker allUsers core",
    "europe-west1 pay invoker regions-payments core",
    "europe-west3 pay function - core",
  ];
  expect(rows(told.changes)).toEqual(expected);
  expect(rows(told.drifts)).toEqual(expected);
  expect(rows(told.failures)).toEqual(["- - - - -", ...expected]);
});

it("tells once what is alike on a few functions of a region, and what a class gets", () => {
  const fields = [{ field: "secrets", from: null, to: "PAYPAL_CLIENT_ID" }];
  const changed = ["order", "authorize", "payout"].map((name) => change(name, "update", fields));
  const other = change("amd", "update", [{ field: "secrets", from: null, to: "TWILIO_TOKEN" }]);
  const east: Change = {
    ...change("order", "update", fields),
    part: { ...other.part, function: "order", region: "us-east1" },
  };
  const secret = (name: string, group: string): Change => {
    return {
      part: { ...role(name, "create").part, kind: "secret-access", class: group },
      operation: "create",
      fields: [],
    };
  };
  const parts = [
    ...names(9, "KEY").map((name) => secret(name, "core")),
    secret("KEY000", "payments"),
    role("roles/a", "create"),
    role("roles/b", "create"),
    ...names(9, "roles/lost").map((name) => role(name, "delete")),
  ];
  const report = reportOf([...changed, other, east, ...parts]);
  expect(deploymentText(report, layout)).toBe(`europe-west1
  ~ amd
        secrets: (not set) -> TWILIO_TOKEN
  ~ authorize, order, payout
        secrets: (not set) -> PAYPAL_CLIENT_ID

us-east1
  ~ order
        secrets: (not set) -> PAYPAL_CLIENT_ID

classes and fleet
  + access to secrets of class core new: KEY000, KEY001, KEY002, KEY003, KEY004,
      KEY005 and 3 more (--verbose)
  + access to KEY000 of class payments new
  + roles of class core new: roles/a, roles/b
  - roles of class core removed: roles/lost000, roles/lost001, roles/lost002,
      roles/lost003, roles/lost004, roles/lost005, roles/lost006, roles/lost007,
      roles/lost008

`);
  const all = deploymentText(report, whole);
  expect(names(9, "KEY").filter((name) => !all.includes(name))).toEqual([]);
  expect(all).not.toContain("--verbose");
});

it("counts functions, and not groups of them, where it names the first groups alone", () => {
  const changed = names(12).flatMap((name, index) => {
    const fields = [{ field: "memory", from: `${index}Mi`, to: "512Mi" }];
    return [change(name, "update", fields), change(`${name}b`, "update", fields)];
  });
  const text = deploymentText(reportOf(changed), layout);
  expect(text.match(/^ {2}~ .*$/gm)?.length).toBe(10);
  expect(text).toContain("  and 4 more functions (--verbose)\n");
});
