import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";
import type { Manifest } from "../../src/manifest/manifest.ts";
import { parseManifest } from "../../src/manifest/parse.ts";
import { resolveManifest } from "../../src/manifest/resolve.ts";
import type { FleetInput } from "../../src/stacks/plan/fleet.ts";
import { type ProjectFacts, readEndpoints } from "../../src/stacks/read-endpoints.ts";
import { everyKind, wireOf } from "./wire.ts";

const root = join(import.meta.dirname, "../..");

/** Stands for an archive's hash and file where no archive is looked at. */
export const someArchive = { sha256: "0123456789abcdef".repeat(4), file: ".regions/archives/some.zip" };

function factsOf(project: string): ProjectFacts {
  return { projectId: project, storageBucket: `${project}.firebasestorage.app`, databaseURL: null };
}

const known = {
  databases: new Map([["(default)", "eur3"]]),
  buckets: new Map([
    ["demo-regions.firebasestorage.app", "EU"],
    ["acme-photos", "europe-west1"],
  ]),
  storageAgent: { email: "service-481516234200@gs-project-accounts.iam.gserviceaccount.com" },
};

export function inputOf(manifest: Manifest, wire: unknown, values: Readonly<Record<string, string>> = {}): FleetInput {
  const project = factsOf(manifest.environment.project);
  const endpoints = readEndpoints(wire, values, project);
  const codebases = new Map([["default", { endpoints, archive: someArchive, runtime: null }]]);
  return { manifest, codebases, project, places: known };
}

export function manifestOf(text: string, environment: string | null = null): Manifest {
  return resolveManifest(parseManifest(text, "regions.yaml"), environment);
}

/** What src/functions/.env sets. */
export const referenceValues: Readonly<Record<string, string>> = Object.fromEntries(
  readFileSync(join(root, "src/functions/.env"), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split("=", 2)),
);

let reference: Promise<unknown> | null = null;

/** What the SDK writes of src/functions. */
function referenceWire(): Promise<unknown> {
  reference ??= bundle().then((code) => wireOf({ "lib/index.js": code }, referenceValues, "demo-regions"));
  return reference;
}

async function bundle(): Promise<string> {
  const bundled = await rolldown({
    input: join(root, "src/functions/src/index.ts"),
    platform: "node",
    external: (id) => !id.startsWith(".") && !id.startsWith("/") && !/^[A-Za-z]:/.test(id),
  });
  const { output } = await bundled.generate({ format: "esm" });
  await bundled.close();
  return output[0].code;
}

export const referenceText = readFileSync(join(root, "regions.yaml"), "utf8");

/** The fleet of this repository, for a manifest text that may differ from regions.yaml. */
export async function referenceInput(text: string = referenceText): Promise<FleetInput> {
  return inputOf(manifestOf(text), await referenceWire(), referenceValues);
}

/** A manifest for the codebase with one function of every kind. */
export const everyKindManifest = `version: 1
environments:
  production: { project: acme-prod }
regions:
  europe-west1: {}
  europe-west3: { protected: true, role: payments, quota: { vcpu: 30, warn: 80% } }
classes:
  core: { region: europe-west1 }
  payments: { region: europe-west3, isolatedFrom: [core], roles: [roles/datastore.user, roles/firebaseauth.admin] }
codebases:
  default: { source: functions }
defaults: { runtime: nodejs22, maxInstances: 10 }
functions:
  webhook: { class: payments, trigger: https, memory: 512Mi, cpu: 1 }
  internal: core
  partner: core
  pay: { class: payments, trigger: callable }
  nightly: { class: core, trigger: scheduled, cpu: 0.1666 }
  charge: { class: payments, trigger: task }
  created: { class: payments, trigger: event }
  uploaded: core
  heard: core
  grouped-ping: core
  oldCall: { class: core, runtime: nodejs20 }
  oldNightly: { class: core, runtime: nodejs20 }
  oldCreated: { class: core, runtime: nodejs20 }
  oldCharge: { class: core, runtime: nodejs20 }
flows:
  payment:
    - { from: pay, to: charge, via: task }
    - { from: partner, to: oldCharge, via: task }
`;

let every: Promise<unknown> | null = null;

export async function everyKindInput(text: string = everyKindManifest): Promise<FleetInput> {
  every ??= wireOf({ "lib/index.js": everyKind });
  return inputOf(manifestOf(text), await every);
}
