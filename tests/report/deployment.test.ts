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
  const roles = [role("roles/z.lost", "delete"), ...names(14, "roles/a").map((name) => role(name, "create"))];
  const text = deploymentText(reportOf([...own, ...roles]), layout);
  expect(text.match(/^ {2}~ f\d+$/gm)).toEqual(names(10).map((name) => `  ~ ${name}`));
  expect(text).toContain("  and 15 more functions (--verbose)\n");
  expect(deploymentText(reportOf([...own, ...roles].reverse()), layout)).toBe(text);
  expect(text.match(/^ {2}\+ .*$/gm)).toEqual(names(10, "roles/a").map((name) => `  + ${name} of class core new`));
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
