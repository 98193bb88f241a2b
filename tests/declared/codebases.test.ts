import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readDeclared } from "../../src/sources/declared/read.ts";
import { treeOf } from "./tree.ts";

const packageJson = '{ "main": "index.js", "dependencies": { "firebase-functions": "^7.0.0" } }';
const fixtures = join(import.meta.dirname, "../code/fixtures");

async function rows(root: string, codebases: { name: string; source: string }[], projectId: string | null = null) {
  const { facts, gaps } = await readDeclared({ root, codebases, projectId });
  return {
    functions: facts.functions.map(
      ({ name, codebase, regions, certain, regionSource, file, line }) =>
        `${codebase}: ${name} [${regions.join(", ")}] ${certain ? "certain" : "likely"} ${regionSource} ${file}:${line}`,
    ),
    unresolved: facts.unresolved.map(({ reason }) => reason),
    gaps: gaps.map(({ scope, reason }) => `${scope}: ${reason}`),
  };
}

describe("codebases of firebase.json", () => {
  it("puts a codebase's prefix before every id, one source deployed twice under two of them", async () => {
    const root = treeOf({
      "firebase.json": JSON.stringify({
        functions: [
          { source: "backend", codebase: "shop", prefix: "shop" },
          { source: "backend", codebase: "admin", prefix: "adm" },
          { source: "plain" },
        ],
      }),
      "backend/package.json": packageJson,
      "backend/index.js":
        'const { onCall } = require("firebase-functions/v2/https");\nexports.chat = { send: onCall({ region: "europe-west1" }, () => 1) };\n',
      "plain/package.json": packageJson,
      "plain/index.js": 'exports.hook = require("firebase-functions/v2/https").onRequest(() => {});\n',
    });
    const codebases = [
      { name: "shop", source: "backend" },
      { name: "admin", source: "./backend/" },
      { name: "default", source: "plain" },
    ];
    expect(await rows(root, codebases)).toEqual({
      functions: [
        "shop: shop-chat-send [europe-west1] certain literal backend/index.js:2",
        "admin: adm-chat-send [europe-west1] certain literal backend/index.js:2",
        "default: hook [] certain null plain/index.js:1",
      ],
      unresolved: [],
      gaps: [],
    });
  });

  it("takes a functions.yaml for what it is, and never looks at the code beside it", async () => {
    const root = treeOf({
      "functions/package.json": packageJson,
      "functions/index.js": 'exports.other = require("firebase-functions/v2/https").onRequest(() => {});\n',
      "functions/.env": "PAY_REGION=europe-west3\n",
      "functions/functions.yaml": `specVersion: v1alpha1
params:
  - { name: OPEN_REGION, type: string, default: europe-west9 }
endpoints:
  chat-send: { platform: gcfv2, region: [europe-west1, europe-west2], entryPoint: chat.send, callableTrigger: {} }
  pay: { region: "{{ params.PAY_REGION }}", entryPoint: pay, httpsTrigger: {} }
  open: { region: "{{ params.OPEN_REGION }}", entryPoint: open, httpsTrigger: {} }
  worked: { region: "{{ params.A == 'x' ? 'us-east1' : 'us-west1' }}", entryPoint: worked, httpsTrigger: {} }
  old: { platform: gcfv1, entryPoint: old, scheduleTrigger: { schedule: every 1 hours } }
  off: { omit: true, entryPoint: off, httpsTrigger: {} }
  odd: { entryPoint: odd, quantumTrigger: {} }
surprise: 1
`,
    });
    expect(await rows(root, [{ name: "default", source: "functions" }])).toEqual({
      functions: [
        "default: chat-send [europe-west1, europe-west2] certain literal functions/functions.yaml:5",
        "default: pay [europe-west3] certain env:PAY_REGION functions/functions.yaml:6",
        "default: open [europe-west9] likely env-fallback:OPEN_REGION functions/functions.yaml:7",
        "default: worked [] likely null functions/functions.yaml:8",
        "default: old [] certain null functions/functions.yaml:9",
      ],
      unresolved: [
        "the region of worked cannot be told: it is an expression that the Firebase CLI works out when it deploys",
      ],
      gaps: [
        'functions/functions.yaml: its key "surprise" is not known',
        'functions/functions.yaml: odd cannot be read: its trigger "quantumTrigger" is not known',
      ],
    });
  });

  it("says why a codebase cannot be read", async () => {
    const root = treeOf({
      "firebase.json": JSON.stringify({ functions: [{ source: "dart", codebase: "dart", runtime: "dart3" }] }),
      "extension/extension.yaml": "name: x\n",
      "extension/package.json": packageJson,
      "broken/functions.yaml": "endpoints: [",
      "empty/functions.yaml": "hello: 1\n",
      "dart/lib/main.dart": "void main() {}\n",
    });
    const codebases = ["extension", "broken", "empty", "dart"].map((name) => ({ name, source: name }));
    const { gaps, functions } = await rows(root, codebases);
    expect(functions).toEqual([]);
    expect(gaps.map((gap) => gap.replace(/YAML: .*/, "YAML"))).toEqual([
      "extension: it is an extension (extension.yaml): its functions go where it is installed",
      "broken/functions.yaml: it is no YAML",
      "empty/functions.yaml: it is no manifest of functions: it has no endpoints",
      "dart: it is a Dart codebase, which is not read from source",
    ]);
  });

  it("reads the env file of the project, or of its alias", async () => {
    const root = join(fixtures, "declared-stages");
    const of = async (projectId: string) => {
      const { functions } = await rows(root, [{ name: "default", source: "functions" }], projectId);
      return functions.filter((row) => /: (one|two|byProject) /.test(row));
    };
    expect(await of("acme-prod")).toEqual([
      "default: one [europe-west1] certain env:ONE_REGION functions/index.js:8",
      "default: two [europe-west3] certain env:TWO_REGION functions/index.js:9",
      "default: byProject [europe-west1] certain literal functions/index.js:13",
    ]);
    expect(await of("acme-staging")).toEqual([
      "default: one [europe-west1] certain env:ONE_REGION functions/index.js:8",
      "default: two [europe-west2] certain env:TWO_REGION functions/index.js:9",
      "default: byProject [us-east1] certain literal functions/index.js:13",
    ]);
  });
});

describe("which setGlobalOptions a function is read under", () => {
  const globals = async (name: string) => {
    const root = join(fixtures, name);
    const { facts } = await readDeclared({ root, codebases: [{ name: "default", source: "functions" }] });
    return facts.functions.flatMap(({ name: id, globalOptions: fact }) =>
      fact === undefined
        ? []
        : [`${id} ${fact.reaches ? "has" : "misses"} ${fact.regions.join()} of ${fact.place.file}:${fact.place.line}`],
    );
  };

  it("knows what CommonJS runs before and after", async () => {
    expect(await globals("declared-globals-commonjs")).toEqual([
      "early-call misses europe-west1 of functions/index.js:12",
      "tooEarly misses europe-west1 of functions/index.js:12",
      "late misses europe-west1 of functions/index.js:12",
      "reached has europe-west1 of functions/index.js:12",
      "reachedWithOptions has europe-west1 of functions/index.js:12",
      "afterPayments misses europe-west1 of functions/index.js:12",
      "emptied misses europe-west1 of functions/index.js:12",
      "payments-before misses europe-west3,europe-west4 of functions/payments.js:4",
      "payments-after has europe-west3,europe-west4 of functions/payments.js:4",
    ]);
  });

  it("expects no region of a call that names none", async () => {
    const root = treeOf({
      "functions/package.json": packageJson,
      "functions/index.js":
        'const { onCall } = require("firebase-functions/v2/https");\nrequire("firebase-functions/v2").setGlobalOptions({ memory: "1GiB" });\nexports.pay = onCall(() => 1);\n',
    });
    const { facts } = await readDeclared({ root, codebases: [{ name: "default", source: "functions" }] });
    expect(facts.functions.map(({ name, globalOptions }) => [name, globalOptions])).toEqual([["pay", undefined]]);
  });

  it("knows that ES modules run their imports first", async () => {
    expect(await globals("declared-globals-esm")).toEqual([
      "stop misses europe-west1 of functions/index.js:5",
      "chat-send misses europe-west1 of functions/index.js:5",
      "chat-swept has europe-west1 of functions/index.js:5",
      "reached has europe-west1 of functions/index.js:5",
      "factory has europe-west1 of functions/index.js:5",
    ]);
    expect(await globals("declared-globals-first")).toEqual([
      "after misses europe-west1 of functions/setup.js:4",
      "send has europe-west1 of functions/setup.js:4",
      "pay has europe-west3 of functions/payments/options.js:2",
    ]);
  });
});
