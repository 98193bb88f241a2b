import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Figure, printIfMain } from "./figure.ts";
import { node, pairedProcesses } from "./paired.ts";

const bundle = fileURLToPath(new URL("../dist/regions.js", import.meta.url));
const yaml = import.meta.resolve("yaml");

const functions = 10_000;
const regions = ["europe-west1", "europe-west2", "europe-west3"] as const;
const classes = ["core", "affiliate", "payments"] as const;

/**
 * A files-only audit of 10,000 functions in a manifest against 30,000 deployed records, each function live in three
 * regions, two of them one too many. The reference only parses the same two inputs.
 */
export async function audit10000(): Promise<Figure> {
  const folder = mkdtempSync(join(tmpdir(), "regions-bench-"));
  try {
    writeFileSync(join(folder, "regions.yaml"), manifestText());
    writeFileSync(join(folder, "listing.json"), listingText());
    const reference = join(folder, "parse.mjs");
    writeFileSync(
      reference,
      `import { readFileSync } from "node:fs";
import { parse } from ${JSON.stringify(yaml)};
const manifest = parse(readFileSync("regions.yaml", "utf8"), { uniqueKeys: false });
const listing = JSON.parse(readFileSync("listing.json", "utf8"));
if (Object.keys(manifest.functions).length !== ${functions} || listing.result.length !== ${functions * 3}) process.exit(9);
`,
    );
    const subject = [bundle, "audit", "--sources", "deployed", "--deployed", "listing.json", "--format", "json"];
    const run = pairedProcesses(11, node(...subject), node(reference), { cwd: folder, allowed: [0, 1] });
    return {
      what: "`regions audit` from files, 10,000 functions against 30,000 records",
      against: "a script that only parses both files",
      ratio: run.ratio,
      target: 2.5,
      detail: `${run.subject.toFixed(0)} ms against ${run.reference.toFixed(0)} ms`,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function nameOf(index: number): string {
  return `${["capture", "register", "notify", "export", "reconcile"][index % 5]}${index}`;
}

function manifestText(): string {
  const lines = [
    "version: 1",
    "environments:",
    "  production: { project: acme-prod }",
    "regions:",
    ...regions.map((region) => `  ${region}: { role: ${region} }`),
    "classes:",
    ...classes.map((name, index) => `  ${name}: { region: ${regions[index]}, allow: [us-central1], why: load }`),
    "codebases:",
    "  default: { source: functions, deployer: firebase }",
    "functions:",
  ];
  lines.splice(7, 0, "  us-central1: { role: leftovers }");
  for (let index = 0; index < functions; index++) {
    lines.push(
      `  ${nameOf(index)}: { class: ${classes[index % 3]}, trigger: ${index % 4 === 0 ? "https" : "callable"} }`,
    );
  }
  return `${lines.join("\n")}\n`;
}

/** As `firebase functions:list --json` prints it. */
function listingText(): string {
  const result = [];
  for (let index = 0; index < functions; index++) {
    for (const region of regions) {
      const id = nameOf(index);
      const hash = "7h5k2q9xja";
      const trigger = index % 4 === 0 ? { httpsTrigger: {} } : { callableTrigger: {} };
      result.push({
        ...trigger,
        platform: "gcfv2",
        id,
        project: "acme-prod",
        region,
        uri: `https://${id}-${hash}-ew.a.run.app`,
        entryPoint: id,
        runtime: "nodejs22",
        timeoutSeconds: 60,
        availableMemoryMb: 256,
        ingressSettings: "ALLOW_ALL",
        serviceAccount: "417203945511-compute@developer.gserviceaccount.com",
        environmentVariables: {
          FIREBASE_CONFIG: '{"projectId":"acme-prod","storageBucket":"acme-prod.appspot.com"}',
          GCLOUD_PROJECT: "acme-prod",
          EVENTARC_CLOUD_EVENT_SOURCE: `projects/acme-prod/locations/${region}/services/${id}`,
          FUNCTION_TARGET: id,
          LOG_EXECUTION_ID: "true",
        },
        labels: {
          "deployment-tool": "cli-firebase",
          "firebase-functions-hash": "3c1e0a2b4d5f66778899aabbccddeeff00112233",
        },
        concurrency: 80,
        cpu: 1,
        minInstances: 0,
        maxInstances: 10,
        codebase: "default",
        hash: "3c1e0a2b4d5f66778899aabbccddeeff00112233",
        state: "ACTIVE",
      });
    }
  }
  return JSON.stringify({ status: "success", result });
}

await printIfMain(import.meta.url, audit10000);
