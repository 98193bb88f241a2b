import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { editManifest, type ManifestEdit } from "../../src/manifest/edit.ts";
import { parseManifest } from "../../src/manifest/parse.ts";
import { textOfProblems } from "./text-of-problems.ts";

const marketplace = readFileSync(join(import.meta.dirname, "fixtures/ok/marketplace.yaml"), "utf8");
const edit = (text: string, ...edits: ManifestEdit[]) => editManifest(text, "regions.yaml", edits);

/** Lines that differ: "-" what went, "+" what came. */
function changes(before: string, after: string): string[] {
  const old = before.split("\n");
  const now = after.split("\n");
  const gone = old.filter((line) => !now.includes(line)).map((line) => `-${line}`);
  const come = now.filter((line) => !old.includes(line)).map((line) => `+${line}`);
  return [...gone, ...come];
}

describe("edits of the full example", () => {
  it("makes a map of shorthand when a key is added, and keeps the comment", () => {
    const moving = { from: "europe-west1", until: "2026-12-24" };
    const after = edit(marketplace, { kind: "set-function", name: "registerChatter", key: "moving", value: moving });
    expect(changes(marketplace, after)).toEqual([
      "-  registerChatter: affiliate                 # shorthand for { class: affiliate }",
      "+  registerChatter: { class: affiliate, moving: { from: europe-west1, until: 2026-12-24 } }                 # shorthand for { class: affiliate }",
    ]);
    const back = edit(after, { kind: "set-function", name: "registerChatter", key: "moving", value: null });
    expect(changes(marketplace, back)[1]).toMatch(/^\+ {2}registerChatter: \{ class: affiliate \} +# shorthand/);
  });

  it("changes one value where it stands", () => {
    const after = edit(
      marketplace,
      { kind: "set-function", name: "registerChatter", key: "class", value: "core" },
      { kind: "set-function", name: "executeScheduledCall", key: "memory", value: "2Gi" },
      { kind: "set-class-region", class: "affiliate", region: "europe-west1", environment: null },
    );
    expect(changes(marketplace, after)).toEqual([
      "-  affiliate: { region: europe-west2, why: sign-up waves and crons must not touch the core }",
      "-  registerChatter: affiliate                 # shorthand for { class: affiliate }",
      "-  executeScheduledCall: { class: calls, trigger: task, memory: 1Gi }",
      "+  affiliate: { region: europe-west1, why: sign-up waves and crons must not touch the core }",
      "+  registerChatter: core                 # shorthand for { class: affiliate }",
      "+  executeScheduledCall: { class: calls, trigger: task, memory: 2Gi }",
    ]);
  });

  it("sets values of many functions in one reading, and what all others have", () => {
    const many = ["registerChatter", "executeScheduledCall"].flatMap((name): ManifestEdit[] => [
      { kind: "set-function", name, key: "memory", value: "2Gi" },
    ]);
    const more = ["registerChatter", "executeScheduledCall"].flatMap((name): ManifestEdit[] => [
      { kind: "set-function", name, key: "cpu", value: 1 },
    ]);
    const after = edit(marketplace, ...many, ...more, { kind: "set-default", key: "maxInstances", value: 20 });
    expect(changes(marketplace, after).filter((line) => line.startsWith("+"))).toEqual([
      "+defaults: { runtime: nodejs22, memory: 256Mi, cpu: 0.1666, maxInstances: 20 }   # only for deployer: pulumi",
      "+  registerChatter: { class: affiliate, memory: 2Gi, cpu: 1 }                 # shorthand for { class: affiliate }",
      "+  executeScheduledCall: { class: calls, trigger: task, memory: 2Gi, cpu: 1 }",
    ]);
    const without = "version: 1\nfunctions: { a: core }\n";
    expect(edit(without, { kind: "set-default", key: "memory", value: "1Gi" })).toBe(
      `${without}defaults:\n  memory: 1Gi\n`,
    );
  });

  it("does what it can of values that hang together through an anchor one by one, and refuses what it cannot", () => {
    const shared = "version: 1\nfunctions:\n  a: &one { class: core }\n  b: *one\n";
    const set = (name: string): ManifestEdit => ({ kind: "set-function", name, key: "cpu", value: 1 });
    expect(edit(shared, set("b"))).toBe(shared.replace("*one", "{ class: core, cpu: 1 }"));
    expect(edit(shared, set("b"), set("a"))).toBe(
      "version: 1\nfunctions:\n  a: &one { class: core, cpu: 1 }\n  b: { class: core, cpu: 1 }\n",
    );
    expect(() => edit(shared, set("a"))).toThrow("cannot be changed in without touching more: functions.a.cpu.");
  });

  it("gives a class another region in one environment", () => {
    const set = (region: string): ManifestEdit => ({
      kind: "set-class-region",
      class: "payments",
      region,
      environment: "production",
    });
    const once = edit(marketplace, set("europe-west2"));
    expect(changes(marketplace, once)[1]).toBe(
      '+  production: { project: acme-prod, backend: "gs://acme-state", journal: "gs://acme-state/moves", classes: { payments: { region: europe-west2 } } }',
    );
    expect(edit(once, set("europe-west1"))).toBe(
      once.replace("{ region: europe-west2 } } }", "{ region: europe-west1 } } }"),
    );
  });

  it("puts new functions beside those of their class, and quotes what YAML could misread", () => {
    const after = edit(
      marketplace,
      { kind: "add-function", name: "yes", entry: "core" },
      { kind: "add-function", name: "123", entry: { class: "payments", undecided: "live in: two" } },
      { kind: "add-function", name: "aCall", entry: "calls" },
    );
    const names = after.slice(after.indexOf("functions:"), after.indexOf("callers:")).match(/^ {2}\S+:/gm);
    expect(names).toEqual([
      "  registerChatter:",
      '  "123":',
      "  createPaymentIntent:",
      "  stripeWebhook:",
      "  aCall:",
      "  executeScheduledCall:",
      "  twilioConferenceWebhook:",
      "  createAndScheduleCall:",
      "  readReplica:",
      "  oldThing:",
      "  nightlyExport:",
      '  "yes":',
    ]);
    expect(after).toContain('  "123": { class: payments, undecided: "live in: two" }\n');
  });

  it("adds and removes ignores and functions without touching another line", () => {
    const ignore = { rule: "undecided", function: "nightlyExport", reason: "asked the owner: #42" };
    const added = edit(marketplace, { kind: "add-ignore", ignore });
    expect(changes(marketplace, added)).toEqual([
      '+  - { rule: undecided, function: nightlyExport, reason: "asked the owner: #42" }',
    ]);
    expect(edit(added, { kind: "remove", path: ["ignore", 1] })).toBe(marketplace);
    const without = edit(marketplace, { kind: "remove-function", name: "oldThing" });
    expect(changes(marketplace, without)).toEqual([
      "-  oldThing: { class: core, moving: { from: us-central1, until: 2026-12-01 } }",
    ]);
  });
});

describe("ways of writing", () => {
  const block = `functions:
  # header of the group

  pay:            # about pay
    class: payments   # why payments
    # between
    trigger: https

  refund: # about refund
    class: "payments"
# tail`;

  it("edits block maps line by line", () => {
    const after = edit(
      block,
      { kind: "set-function", name: "pay", key: "memory", value: "1Gi" },
      { kind: "set-function", name: "refund", key: "class", value: "core" },
      { kind: "set-function", name: "pay", key: "trigger", value: null },
    );
    expect(after).toBe(`functions:
  # header of the group

  pay:            # about pay
    class: payments   # why payments
    # between
    memory: 1Gi

  refund: # about refund
    class: "core"
# tail`);
  });

  it("appends to a last line without an end, and to a file without the section", () => {
    expect(edit("functions:\n  a: core", { kind: "add-function", name: "b", entry: "core" })).toBe(
      "functions:\n  a: core\n  b: core",
    );
    expect(edit("# mine\n", { kind: "add-function", name: "b", entry: "core" })).toBe(
      "# mine\nfunctions:\n  b: core\n",
    );
    expect(edit("a: 1\n", { kind: "add-ignore", ignore: { rule: "undecided", reason: "known" } })).toBe(
      "a: 1\nignore:\n  - { rule: undecided, reason: known }\n",
    );
    expect(edit("functions: {}\nignore: []\n", { kind: "add-function", name: "b", entry: "core" })).toBe(
      "functions: { b: core }\nignore: []\n",
    );
  });

  it("keeps CRLF and the byte order mark", () => {
    const windows = `\uFEFF${marketplace.replaceAll("\n", "\r\n")}`;
    const edits: ManifestEdit[] = [
      { kind: "add-function", name: "aaa", entry: "core" },
      { kind: "remove-function", name: "stripeWebhook" },
      { kind: "add-ignore", ignore: { rule: "undecided", reason: "known" } },
    ];
    expect(edit(windows, ...edits)).toBe(`\uFEFF${edit(marketplace, ...edits).replaceAll("\n", "\r\n")}`);
  });

  it("writes an alias out when what it stands for is to differ", () => {
    const text = "functions:\n  a: &it { class: core, cpu: 1 } # shared\n  b: *it # also\n";
    expect(edit(text, { kind: "set-function", name: "b", key: "cpu", value: 2 })).toBe(
      "functions:\n  a: &it { class: core, cpu: 1 } # shared\n  b: { class: core, cpu: 2 } # also\n",
    );
  });

  it.each<[string, ManifestEdit]>([
    ["functions:\n  a: &it { class: core }\n  b: *it\n", { kind: "set-function", name: "a", key: "cpu", value: 2 }],
    ["functions:\n  a: &it { class: core }\n  b: *it\n", { kind: "remove-function", name: "a" }],
    ["functions:\n  a: { class: &c core }\n  b: *c\n", { kind: "set-function", name: "a", key: "class", value: "x" }],
  ])("refuses to change what others share: %j", (text, change) => {
    expect(textOfProblems(() => edit(text, change))).toMatch(
      /cannot be changed in without touching more: functions\.a.*\n.*\n.*\n {2}change it by hand\n$/,
    );
  });

  it("edits flow maps on one line, on many, and JSON", () => {
    const one = "functions: { a: core, b: core, c: { class: core, cpu: 1 } }\n";
    expect(edit(one, { kind: "remove-function", name: "b" })).toBe(
      "functions: { a: core, c: { class: core, cpu: 1 } }\n",
    );
    expect(edit(one, { kind: "remove-function", name: "c" })).toBe("functions: { a: core, b: core }\n");
    const many = "functions: {\n  a: core, # one\n  b: core # two\n  }\n";
    expect(edit(many, { kind: "add-function", name: "c", entry: "core" })).toBe(
      "functions: {\n  a: core, # one\n  b: core, # two\n  c: core\n  }\n",
    );
    expect(edit(many, { kind: "remove-function", name: "a" })).toBe("functions: {\n  # one\n  b: core # two\n  }\n");
    const json = '{\n  "version": 1,\n  "functions": {\n    "a": "core"\n  }\n}\n';
    expect(edit(json, { kind: "set-function", name: "a", key: "cpu", value: 1 })).toBe(
      '{\n  "version": 1,\n  "functions": {\n    "a": { class: "core", cpu: 1 }\n  }\n}\n',
    );
  });

  it("leaves an empty map behind the last function", () => {
    const text = "functions: # all\n  # first\n  a: core\n  # last\nignore: []\n";
    expect(edit(text, { kind: "remove-function", name: "a" })).toBe(
      "functions: {} # all\n  # first\n  # last\nignore: []\n",
    );
  });

  it("keeps the order of a sorted file, and comments that head a group above what is new", () => {
    const sorted = "functions:\n  b: core\n  d: payments\n  f: core\n";
    const adding = (...names: string[]) =>
      names.map((name): ManifestEdit => ({ kind: "add-function", name, entry: "core" }));
    expect(edit(sorted, ...adding("e", "a", "c", "g"))).toBe(
      "functions:\n  a: core\n  b: core\n  c: core\n  d: payments\n  e: core\n  f: core\n  g: core\n",
    );
    const grouped = "functions:\n  z: core\n\n  # payments\n  m: payments\n  n: payments\n  y: core\n";
    expect(edit(grouped, { kind: "add-function", name: "a", entry: "payments" })).toBe(
      "functions:\n  z: core\n\n  # payments\n  a: payments\n  m: payments\n  n: payments\n  y: core\n",
    );
    const attached = "functions:\n  z: core\n  # about m\n  m: payments\n  n: payments\n  y: core\n";
    expect(edit(attached, { kind: "add-function", name: "a", entry: "payments" })).toBe(
      "functions:\n  z: core\n  a: payments\n  # about m\n  m: payments\n  n: payments\n  y: core\n",
    );
    const followed = "functions:\n  n: core\n  m: core\n\n  # payments\n  z: payments\n";
    expect(edit(followed, { kind: "add-function", name: "a", entry: "core" })).toBe(
      "functions:\n  n: core\n  m: core\n  a: core\n\n  # payments\n  z: payments\n",
    );
    const unsorted = "functions:\n  n: core\n  m: core\n  z: payments\n";
    expect(edit(unsorted, { kind: "add-function", name: "a", entry: "core" })).toBe(
      "functions:\n  n: core\n  m: core\n  a: core\n  z: payments\n",
    );
  });

  it("adds and removes hundreds at once", () => {
    const lines = Array.from({ length: 500 }, (_, index) => `  f${index}: core # ${index}\n`);
    const edits = lines.flatMap((_, index): ManifestEdit[] => [
      { kind: "add-function", name: `g${index}`, entry: "core" },
      ...(index % 2 === 0 ? [{ kind: "remove-function" as const, name: `f${index}` }] : []),
    ]);
    const after = edit(`functions:\n${lines.join("")}`, ...edits);
    const left = lines.filter((_, index) => index % 2 === 1);
    const added = Array.from({ length: 500 }, (_, index) => `  g${index}: core\n`);
    expect(after).toBe(`functions:\n${left.join("")}${added.join("")}`);
  });

  it.each<[ManifestEdit, string]>([
    [
      { kind: "remove-function", name: "stripWebhook" },
      "There is no function stripWebhook to change in regions.yaml.\n  did you mean stripeWebhook?\n",
    ],
    [
      { kind: "set-function", name: "oldThing", key: "cpu", value: null },
      "There is no cpu of oldThing to change in regions.yaml.\n",
    ],
    [{ kind: "remove", path: ["ignore", 7] }, "There is no entry ignore.7 to change in regions.yaml.\n"],
    [
      { kind: "set-class-region", class: "cor", region: "europe-west1", environment: null },
      "There is no class cor to change in regions.yaml.\n  did you mean core?\n",
    ],
  ])("says what there is not: %j", (change, said) => {
    expect(textOfProblems(() => edit(marketplace, change))).toBe(said);
  });

  it("refuses a file that is no YAML, and a function that is there already", () => {
    expect(textOfProblems(() => edit("functions:\n\ta: b\n", { kind: "remove-function", name: "a" }))).toMatch(
      /not valid YAML/,
    );
    expect(textOfProblems(() => edit(marketplace, { kind: "add-function", name: "oldThing", entry: "core" }))).toMatch(
      /^regions\.yaml:30:3: oldThing is declared already\./,
    );
  });

  it("leaves a manifest that parses", () => {
    const after = edit(
      marketplace,
      {
        kind: "set-function",
        name: "registerChatter",
        key: "moving",
        value: { from: "europe-west1", until: "2026-12-24" },
      },
      { kind: "add-function", name: "on", entry: { class: "calls", holders: ["twilio"], cpu: 0.5 } },
    );
    expect(parseManifest(after, "regions.yaml").functions.get("on")?.value).toEqual({
      class: "calls",
      holders: ["twilio"],
      cpu: 0.5,
    });
  });
});
