import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, it } from "vitest";
import type { CallerFacts } from "../../src/model/callers.ts";
import { auditJson, callersJson, declaredJson } from "../../src/report/json.ts";
import { auditSchema, callersSchema, declaredSchema, jsonSchemaOf } from "../../src/report/schema.ts";
import { finding, report } from "./sample.ts";

const callers: CallerFacts = {
  callers: [
    {
      file: "web/src/Chatter.tsx",
      line: 12,
      column: 9,
      endLine: 14,
      how: "callable",
      targets: [
        { function: "registerChatter", region: "europe-west1", when: null },
        { function: "registerChatter", region: "europe-west2", when: "VITE_AFFILIATE_REGION unset" },
      ],
      certain: false,
      regionSource: "env-fallback:VITE_AFFILIATE_REGION",
      regionPlace: { file: "web/src/firebase.ts", line: 4, column: 1 },
      project: null,
      via: [{ file: "web/src/firebase.ts", line: 4 }],
      symbol: "ChatterRegister",
      snippet: 'httpsCallable(functions, "registerChatter")',
      owner: "web",
    },
  ],
  unresolved: [
    {
      file: "web/src/api.ts",
      line: 3,
      endLine: 3,
      reason: "the name comes from a parameter",
      symbol: null,
      snippet: "",
      owner: "web",
    },
  ],
  env: [],
  files: 40,
};

it("prints the audit contract with keys in a fixed order", () => {
  const value = JSON.parse(auditJson(report({ findings: [finding()] })));
  expect(Object.keys(value)).toEqual([
    "version",
    "project",
    "environment",
    "today",
    "findings",
    "gaps",
    "notChecked",
    "sources",
    "checked",
    "score",
    "notes",
  ]);
  expect(value.findings[0]).toEqual({ ...finding() });
  expect(Object.keys(value.findings[0].place)).toEqual(["file", "line", "column", "endLine"]);
});

it("flattens functions and regions of a caller, each once, and keeps the targets", () => {
  const [row] = JSON.parse(callersJson(callers, [])).callers;
  expect(row.functions).toEqual(["registerChatter"]);
  expect(row.regions).toEqual(["europe-west1", "europe-west2"]);
  expect(row.targets).toEqual(callers.callers[0]?.targets);
});

const schemas = [
  ["audit", auditSchema, auditJson(report({ findings: [finding()] }))],
  ["callers", callersSchema, callersJson(callers, [])],
  ["declared", declaredSchema, declaredJson({ functions: [], unresolved: [], files: 0 }, [])],
] as const;

it.each(schemas)("%s: the output is valid by the published schema, and a wrong version is not", (_, schema, text) => {
  const validate = new Ajv2020({ strict: false }).compile(jsonSchemaOf(schema, "test"));
  const value = JSON.parse(text);
  expect(validate(value) || validate.errors).toBe(true);
  expect(validate({ ...value, version: 2 })).toBe(false);
});

it.each(schemas)("%s: a later version of the contract may add keys", (_, schema, text) => {
  const validate = new Ajv2020({ strict: false }).compile(jsonSchemaOf(schema, "test"));
  expect(validate({ ...JSON.parse(text), later: true }) || validate.errors).toBe(true);
});
