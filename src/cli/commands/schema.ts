import { defineCommand } from "../command.ts";
import { exitCodes } from "../exit.ts";

const names = [
  "manifest",
  "adopt",
  "audit",
  "baseline",
  "callers",
  "declared",
  "fix",
  "guard",
  "journal",
  "migrate",
  "migrate-list",
  "migrate-plan",
  "migrate-status",
  "replay",
  "report",
  "snapshot",
  "verify",
] as const;

export const schema = defineCommand({
  name: "schema",
  summary: "prints a JSON Schema: of regions.yaml, or of a JSON output",
  description: "Prints the JSON Schema (draft 2020-12) of regions.yaml, or of what a command prints as JSON.",
  arguments: [{ name: "name", description: "which one (default: manifest)", required: false, choices: names }],
  options: {},
  examples: [
    { command: "regions schema > regions.schema.json", does: "lets an editor check and complete regions.yaml" },
    { command: "regions schema audit", does: "the contract of `regions audit --format json`" },
  ],
  run: async ({ args }, io) => {
    const name = names.find((one) => one === args[0]) ?? "manifest";
    await io.stdout.write(`${JSON.stringify(await schemaOf(name), null, 2)}\n`);
    return exitCodes.clean;
  },
});

async function schemaOf(name: (typeof names)[number]): Promise<object> {
  if (name === "manifest") return (await import("../../manifest/json-schema.ts")).manifestJsonSchema();
  const { auditSchema, baselineSchema, callersSchema, declaredSchema, fixSchema, jsonSchemaOf } = await import(
    "../../report/schema.ts"
  );
  switch (name) {
    case "adopt": {
      const { adoptSchema } = await import("../../report/adopt-schema.ts");
      return jsonSchemaOf(adoptSchema, "regions adopt --format json");
    }
    case "audit":
      return jsonSchemaOf(auditSchema, "regions audit --format json");
    case "baseline":
      return jsonSchemaOf(baselineSchema, "regions baseline");
    case "callers":
      return jsonSchemaOf(callersSchema, "regions list callers --format json");
    case "declared":
      return jsonSchemaOf(declaredSchema, "regions list declared --format json");
    case "fix":
      return jsonSchemaOf(fixSchema, "regions fix --format json");
    case "guard": {
      const { guardSchema } = await import("../../report/guard-schema.ts");
      return jsonSchemaOf(guardSchema, "regions guard --format json");
    }
    case "replay": {
      const { replaySchema } = await import("../../report/replay-schema.ts");
      return jsonSchemaOf(replaySchema, "regions replay --format json");
    }
    case "report": {
      const { documentSchema } = await import("../../report/document/schema.ts");
      return jsonSchemaOf(documentSchema, "regions report --format json");
    }
    case "verify": {
      const { verifySchema } = await import("../../report/verify-schema.ts");
      return jsonSchemaOf(verifySchema, "regions verify --format json");
    }
    case "journal":
      return jsonSchemaOf((await moves()).journalRecordSchema, "one line of a journal of regions migrate");
    case "migrate":
      return jsonSchemaOf((await moves()).moveEndSchema, "regions migrate apply|resume|rollback --format json");
    case "migrate-list":
      return jsonSchemaOf((await moves()).moveListSchema, "regions migrate list|status --format json");
    case "migrate-plan":
      return jsonSchemaOf((await moves()).planFileSchema, "regions migrate plan -o FILE");
    case "migrate-status":
      return jsonSchemaOf((await moves()).moveStatusSchema, "regions migrate status MOVE --format json");
    case "snapshot": {
      const { snapshotSchema } = await import("../../sources/snapshot-schema.ts");
      return jsonSchemaOf(snapshotSchema, "regions snapshot");
    }
  }
}

const moves = () => import("../../report/move-schema.ts");
