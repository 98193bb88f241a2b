import type { Manifest } from "../../src/manifest/manifest.ts";
import { parseManifest } from "../../src/manifest/parse.ts";
import { resolveManifest } from "../../src/manifest/resolve.ts";
import type { PolicyResource } from "../../src/stacks/policy/rule.ts";

/* A fleet small enough to read, with a function of every kind, two regions that are kept apart, and a move. */

export const manifestText = `version: 1
environments:
  production: { project: acme-prod, except: [nightlyExport] }
  staging: { project: acme-staging }
regions:
  us-central1: {}
  europe-west1: {}
  europe-west3: { protected: true, quota: { vcpu: 30, warn: 80% } }
classes:
  core: { region: europe-west1, allow: [us-central1, europe-west3] }
  payments: { region: europe-west3, isolatedFrom: [core] }
  calls: { region: europe-west3, serviceAccount: "voice@" }
runtimes: { allowed: [nodejs22, nodejs24] }
codebases:
  default: { source: functions }
functions:
  createPaymentIntent: { class: payments, trigger: callable }
  stripeWebhook: { class: payments, trigger: https }
  chargeLater: { class: payments, trigger: task }
  executeScheduledCall: { class: calls, trigger: task }
  onProviderCreated: { class: core, trigger: event }
  runHealthCheck: core
  list_plans: core
  readReplica: { class: core, regions: [europe-west1, us-central1] }
  oldReport: { class: core, moving: { from: us-central1, until: 2026-12-01 } }
  nightlyExport: core
`;

export function manifestOf(text: string = manifestText, environment = "production"): Manifest {
  return resolveManifest(parseManifest(text, "regions.yaml"), environment);
}

type Props = Readonly<Record<string, unknown>>;

/** A function of generation 2 with what the engine hands over of it. */
export function second(name: string, location: string, props: Props = {}, service: Props = {}): PolicyResource {
  return {
    type: "gcp:cloudfunctionsv2/function:Function",
    name: `${name}@${location}`,
    props: {
      project: "acme-prod",
      name,
      location,
      labels: { "deployment-tool": "regions" },
      buildConfig: { runtime: "nodejs22", entryPoint: name },
      serviceConfig: { availableMemory: "256Mi", availableCpu: "0.1666", maxInstanceCount: 10, ...service },
      ...props,
    },
  };
}

export function first(name: string, region: string, props: Props = {}): PolicyResource {
  return {
    type: "gcp:cloudfunctions/function:Function",
    name: `${name}@${region}`,
    props: { project: "acme-prod", name, region, runtime: "nodejs22", triggerHttp: true, ...props },
  };
}

export function job(of: string, region: string, props: Props): PolicyResource {
  const name = `firebase-schedule-${of}-${region}`;
  return {
    type: "gcp:cloudscheduler/job:Job",
    name: `${of}@${region}/job`,
    props: { name, region, schedule: "0 3 * * *", ...props },
  };
}

export function queue(name: string, location: string): PolicyResource {
  return { type: "gcp:cloudtasks/queue:Queue", name: `${name}@${location}/queue`, props: { name, location } };
}

/** What lets `member` call the Cloud Run service of a function of generation 2. */
export function invoker(service: string, location: string, member: string): PolicyResource {
  return {
    type: "gcp:cloudrunv2/serviceIamMember:ServiceIamMember",
    name: `${service}@${location}/invoker/${member}`,
    props: { project: "acme-prod", location, name: service, role: "roles/run.invoker", member },
  };
}
