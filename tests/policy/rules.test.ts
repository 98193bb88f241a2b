import { describe, expect, it } from "vitest";
import { planFleet } from "../../src/stacks/plan/plan.ts";
import { resourceRules, stackRules, violationText } from "../../src/stacks/policy/policies.ts";
import type { PolicyResource, ResourceRule } from "../../src/stacks/policy/rule.ts";
import { allowedRuntimes } from "../../src/stacks/policy/rules/allowed-runtimes.ts";
import { classIsolation } from "../../src/stacks/policy/rules/class-isolation.ts";
import { invokerPerManifest } from "../../src/stacks/policy/rules/invoker-per-manifest.ts";
import { invokerPerTrigger } from "../../src/stacks/policy/rules/invoker-per-trigger.ts";
import { regionPerManifest } from "../../src/stacks/policy/rules/region-per-manifest.ts";
import { serviceCeiling } from "../../src/stacks/policy/rules/service-ceiling.ts";
import { everyKindInput, referenceInput } from "../stacks/fleet.ts";
import { first, invoker, job, manifestOf, manifestText, queue, second } from "./fleet.ts";

const manifest = manifestOf();

function told(rule: ResourceRule, resource: PolicyResource, of = manifest): string[] {
  return [...rule.check(resource, of)].map(violationText);
}

function toldOfStack(resources: readonly PolicyResource[]): [string, string][] {
  return [...invokerPerTrigger.check(resources, manifest)].map((one) => [one.resource.name, violationText(one)]);
}

describe("region-per-manifest", () => {
  const check = (resource: PolicyResource) => told(regionPerManifest, resource);

  it("stops a function outside its region, of either generation", () => {
    expect(check(second("stripeWebhook", "europe-west1"))).toEqual([
      "regions.yaml:18: stripeWebhook would run in europe-west1, and belongs in europe-west3: whoever calls it there does not reach this copy.\n" +
        "Set location to europe-west3; if it is to move, `regions migrate stripeWebhook --to europe-west1` keeps both copies until nothing reaches the old one.",
    ]);
    expect(check(first("readReplica", "europe-west3"))).toEqual([
      "regions.yaml:24: readReplica would run in europe-west3, and belongs in europe-west1 and us-central1: whoever calls it there does not reach this copy.\n" +
        "Set region to europe-west1; if it is to move, `regions migrate readReplica --to europe-west3` keeps both copies until nothing reaches the old one.",
    ]);
  });

  it("lets it stand in each of its regions, and in the one that a declared move leaves", () => {
    for (const resource of [
      second("stripeWebhook", "europe-west3"),
      first("readReplica", "us-central1"),
      second("readReplica", "europe-west1"),
      second("oldReport", "us-central1"),
      second("oldReport", "europe-west1"),
    ]) {
      expect(check(resource)).toEqual([]);
    }
  });

  it("stops a function that the manifest does not know, or leaves out, or that has no name or region of its own", () => {
    expect(check(second("stripeWebhok", "europe-west3"))).toEqual([
      "stripeWebhok is not declared in regions.yaml, so no class answers for its region and its load.\n" +
        "Add it under functions with its class (did you mean stripeWebhook?).",
    ]);
    expect(check(first("twilioWebhook", "europe-west1"))).toEqual([
      "twilioWebhook is not declared in regions.yaml, so no class answers for its region and its load.\n" +
        "Add it under functions with its class.",
    ]);
    expect(check(second("nightlyExport", "europe-west1"))).toEqual([
      "regions.yaml:26: nightlyExport is left out of environment production (except), and would be deployed to it.\n" +
        "Take it off that list, or out of the program.",
    ]);
    expect(check(second("stripeWebhook", "europe-west3", { name: undefined }))).toEqual([
      "stripeWebhook@europe-west3 has no name of its own: with a generated one, regions.yaml cannot know it.\n" +
        "Set its name.",
    ]);
    expect(check(first("runHealthCheck", "", { region: undefined }))).toEqual([
      "regions.yaml:22: runHealthCheck names no region, so the provider's default decides where it runs.\n" +
        "Set region to europe-west1.",
    ]);
  });

  it("judges by the environment of the function's own project", () => {
    const staged = second("nightlyExport", "europe-west1", { project: "acme-staging" });
    expect(told(regionPerManifest, staged, manifestOf(manifestText, "staging"))).toEqual([]);
    expect(check(staged)).toEqual([
      "regions.yaml:3: nightlyExport goes to project acme-staging, and environment production is project acme-prod: it would be judged by another project's rules.\n" +
        "Set REGIONS_ENV to the environment of that project, or mend the project.",
    ]);
    expect(check(second("stripeWebhook", "europe-west3", { project: undefined }))).toEqual([]);
  });

  const call = (region: string, name: string) => ({
    httpTarget: { uri: `https://${region}-acme-prod.cloudfunctions.net/${name}`, httpMethod: "POST" },
  });

  it("stops a job away from its function, and one that starts a copy that should not be there", () => {
    expect(check(job("runHealthCheck", "us-central1", call("europe-west1", "runHealthCheck")))).toEqual([
      "regions.yaml:22: Job firebase-schedule-runHealthCheck-us-central1 would stand in us-central1, and runHealthCheck, which it starts, belongs in europe-west1: an outage there would stop it here.\n" +
        "Set region to europe-west1.",
    ]);
    expect(check(job("runHealthCheck", "europe-west1", call("us-central1", "runHealthCheck")))).toEqual([
      "regions.yaml:22: Job firebase-schedule-runHealthCheck-europe-west1 starts runHealthCheck in us-central1, and it belongs in europe-west1: the runs would be lost once that copy is gone.\n" +
        "Let it call the copy in europe-west1.",
    ]);
    expect(check(job("readReplica", "us-central1", call("europe-west1", "readReplica")))).toEqual([
      "regions.yaml:24: Job firebase-schedule-readReplica-us-central1 stands in us-central1 and starts the copy of readReplica in europe-west1: it would depend on two regions.\n" +
        "Set region to europe-west1, or let it call the copy in us-central1.",
    ]);
    const topic = "projects/acme-prod/topics/firebase-schedule-runHealthCheck-europe-west3";
    expect(check(job("runHealthCheck", "europe-west1", { pubsubTarget: { topicName: topic } }))).toHaveLength(1);
    expect(check(job("gone", "europe-west1", call("europe-west1", "gone")))).toEqual([
      "gone is not declared in regions.yaml, so no class answers for its region and its load.\n" +
        "Add it under functions with its class.",
    ]);
    const run = { httpTarget: { uri: "https://list-plans-k3v7q2m9xa-ew.a.run.app/" } };
    expect(check(job("list_plans", "europe-west3", run))).toHaveLength(1);
  });

  it("lets a job stand beside its function, and leaves jobs alone that start something else", () => {
    const topic = "projects/acme-prod/topics/firebase-schedule-runHealthCheck-europe-west1";
    for (const resource of [
      job("runHealthCheck", "europe-west1", call("europe-west1", "runHealthCheck")),
      job("readReplica", "us-central1", call("us-central1", "readReplica")),
      job("oldReport", "us-central1", call("us-central1", "oldReport")),
      job("runHealthCheck", "europe-west1", { pubsubTarget: { topicName: topic } }),
      // Beside App Engine, where jobs of generation 1 stand.
      job("runHealthCheck", "us-central1", { pubsubTarget: { topicName: topic } }),
      job("list_plans", "europe-west1", { httpTarget: { uri: "https://list-plans-k3v7q2m9xa-ew.a.run.app/" } }),
      job("ping", "asia-east1", { httpTarget: { uri: "https://status.example.com/ping" } }),
      job("report", "asia-east1", { httpTarget: { uri: "https://report-k3v7q2m9xa-de.a.run.app/" } }),
      job("tell", "asia-east1", { pubsubTarget: { topicName: "projects/acme-prod/topics/orders" } }),
    ]) {
      expect(check(resource), resource.name).toEqual([]);
    }
  });

  it("stops a function's queue in another region, and leaves other queues alone", () => {
    expect(check(queue("chargeLater", "europe-west1"))).toEqual([
      "regions.yaml:19: The queue of chargeLater would stand in europe-west1, and the function belongs in europe-west3: tasks are enqueued beside the function and would not find it.\n" +
        "Set location to europe-west3.",
    ]);
    expect(check(queue("chargeLater", "europe-west3"))).toEqual([]);
    expect(check(queue("thumbnails", "asia-east1"))).toEqual([]);
  });
});

describe("class-isolation", () => {
  const check = (resource: PolicyResource, of = manifest) => told(classIsolation, resource, of);
  const payments = "regions-payments@acme-prod.iam.gserviceaccount.com";
  const core = "regions-core@acme-prod.iam.gserviceaccount.com";
  const voice = "voice@acme-prod.iam.gserviceaccount.com";

  it("stops a function that acts as another class", () => {
    expect(check(second("runHealthCheck", "europe-west1", {}, { serviceAccountEmail: payments }))).toEqual([
      `regions.yaml:22: runHealthCheck would act as ${payments}, the account of class payments: class core could do all that payments may.\n` +
        `Use ${core}, the account of class core.`,
    ]);
    expect(check(first("runHealthCheck", "europe-west1", { serviceAccountEmail: voice }))).toEqual([
      `regions.yaml:22: runHealthCheck would act as ${voice}, the account of class calls: class core could do all that calls may.\n` +
        `Use ${core}, the account of class core.`,
    ]);
    const eventTrigger = {
      eventType: "google.cloud.firestore.document.v1.created",
      serviceAccountEmail: payments,
    };
    const service = { serviceAccountEmail: core };
    expect(check(second("onProviderCreated", "europe-west1", { eventTrigger }, service))).toHaveLength(1);
    const uri = "https://europe-west1-acme-prod.cloudfunctions.net/runHealthCheck";
    const httpTarget = { uri, oidcToken: { serviceAccountEmail: payments, audience: uri } };
    expect(check(job("runHealthCheck", "europe-west1", { httpTarget }))).toEqual([
      `regions.yaml:22: Job firebase-schedule-runHealthCheck-europe-west1 would act as ${payments}, the account of class payments: class core could do all that payments may.\n` +
        `Use ${core}, the account of class core.`,
    ]);
  });

  it("lets it act as its own class, as an account of nobody's, and as one that the manifest gives to both", () => {
    expect(check(second("stripeWebhook", "europe-west3", {}, { serviceAccountEmail: payments }))).toEqual([]);
    expect(check(second("executeScheduledCall", "europe-west3", {}, { serviceAccountEmail: voice }))).toEqual([]);
    const robot = { serviceAccountEmail: "robot@acme-prod.iam.gserviceaccount.com" };
    expect(check(second("runHealthCheck", "europe-west1", {}, robot))).toEqual([]);
    expect(check(second("runHealthCheck", "europe-west1"))).toEqual([]);
    const shared = manifestText.replace(
      "core: { region: europe-west1,",
      'core: { region: europe-west1, serviceAccount: "voice@",',
    );
    const asVoice = second("runHealthCheck", "europe-west1", {}, { serviceAccountEmail: voice });
    expect(check(asVoice, manifestOf(shared))).toEqual([]);
  });

  it("stops whoever would be let into the region of a class that is kept apart", () => {
    const guest = manifestOf(`${manifestText}  importOrders: { class: core, region: europe-west3 }\n`);
    expect(check(second("importOrders", "europe-west3"), guest)).toEqual([
      "regions.yaml:27: A surge in importOrders of class core can starve payments: it would run in europe-west3 beside them, and they are isolated from each other.\n" +
        "Give it only regions that no such class uses (class core is at home in europe-west1).",
    ]);
    // Who is at home there stays.
    expect(check(second("stripeWebhook", "europe-west3"), guest)).toEqual([]);
    const apart = guest.classes.get("payments");
    expect(apart?.isolatedFrom).toEqual(["core"]);
    const friendly = manifestText.replace("isolatedFrom: [core]", "isolatedFrom: []");
    const welcome = manifestOf(`${friendly}  importOrders: { class: core, region: europe-west3 }\n`);
    expect(check(second("importOrders", "europe-west3"), welcome)).toEqual([]);
  });

  it("of two guests stops the one whose class asks to be apart", () => {
    const text = manifestText.replace(
      "payments: { region: europe-west3,",
      "payments: { region: europe-west3, allow: [us-central1],",
    );
    const guests = manifestOf(`${text}  payAbroad: { class: payments, region: us-central1 }\n`);
    expect(check(second("payAbroad", "us-central1"), guests)).toHaveLength(1);
    expect(check(second("readReplica", "us-central1"), guests)).toEqual([]);
  });

  const grant = (on: string, role: string, member: string): PolicyResource => {
    const serviceAccountId = `projects/acme-prod/serviceAccounts/${on}`;
    const type = "gcp:serviceaccount/iAMMember:IAMMember";
    return { type, name: "act", props: { serviceAccountId, role, member: `serviceAccount:${member}` } };
  };
  const onProject = (role: string, member: string): PolicyResource => {
    const props = { project: "acme-prod", role, member: `serviceAccount:${member}` };
    return { type: "gcp:projects/iAMMember:IAMMember", name: "grant", props };
  };

  it("stops a grant that lets one class act as another, or as all of them", () => {
    expect(check(grant(payments, "roles/iam.serviceAccountUser", core))).toEqual([
      `regions.yaml:10: roles/iam.serviceAccountUser on ${payments} lets class core act as class payments.\n` +
        `Grant it on the account of class core alone (${core}), or not at all.`,
    ]);
    expect(check(onProject("roles/iam.serviceAccountTokenCreator", core))).toEqual([
      "regions.yaml:10: roles/iam.serviceAccountTokenCreator on the project lets class core act as every other class.\n" +
        `Grant it on the account of class core alone (${core}), or not at all.`,
    ]);
  });

  it("lets a class act as itself, people as anybody, and pass over other roles", () => {
    expect(check(grant(core, "roles/iam.serviceAccountUser", core))).toEqual([]);
    expect(check(grant(payments, "roles/iam.serviceAccountUser", "ci@acme-prod.iam.gserviceaccount.com"))).toEqual([]);
    expect(check(grant(payments, "roles/iam.serviceAccountViewer", core))).toEqual([]);
    expect(check(onProject("roles/datastore.user", core))).toEqual([]);
  });
});

describe("allowed-runtimes", () => {
  it("stops a runtime that the manifest does not allow, of either generation", () => {
    const old = second("stripeWebhook", "europe-west3", { buildConfig: { runtime: "nodejs20", entryPoint: "x" } });
    expect(told(allowedRuntimes, old)).toEqual([
      "regions.yaml:18: stripeWebhook would run on nodejs20, and regions.yaml allows nodejs22 and nodejs24.\n" +
        "Name one of these as its runtime, or add nodejs20 to runtimes.allowed.",
    ]);
    expect(told(allowedRuntimes, first("list_plans", "europe-west1", { runtime: "python312" }))).toHaveLength(1);
  });

  it("lets an allowed one pass, and any where the manifest has no list", () => {
    const newer = second("stripeWebhook", "europe-west3", { buildConfig: { runtime: "nodejs24", entryPoint: "x" } });
    expect(told(allowedRuntimes, newer)).toEqual([]);
    const any = manifestOf(manifestText.replace(/^runtimes:.*\n/m, ""));
    expect(told(allowedRuntimes, first("list_plans", "europe-west1", { runtime: "nodejs18" }), any)).toEqual([]);
  });
});

describe("invoker-per-manifest", () => {
  const check = (resource: PolicyResource) => told(invokerPerManifest, resource);

  it("stops what opens a task or an event function to everybody, in every way there is to write it", () => {
    expect(check(invoker("chargelater", "europe-west3", "allUsers"))).toEqual([
      "regions.yaml:19: chargeLater would be open to everybody (allUsers), and only its queue may start it (trigger: task): anybody who knows its URL could.\n" +
        "Bind the account that starts it, in place of everybody.",
    ]);
    const on = { location: "europe-west1", role: "roles/run.invoker" };
    const policyData = JSON.stringify({ bindings: [{ role: "roles/run.invoker", members: ["allUsers"] }] });
    const full = "projects/acme-prod/locations/europe-west1/services/onprovidercreated";
    const ways: PolicyResource[] = [
      invoker("onprovidercreated", "europe-west1", "allAuthenticatedUsers"),
      invoker(full, "europe-west1", "allUsers"),
      ...[
        ["gcp:cloudrunv2/serviceIamBinding:ServiceIamBinding", { name: "onprovidercreated", members: ["allUsers"] }],
        ["gcp:cloudrunv2/serviceIamPolicy:ServiceIamPolicy", { name: "onprovidercreated", policyData }],
        ["gcp:cloudrun/iamMember:IamMember", { service: "onprovidercreated", member: "allUsers" }],
        [
          "gcp:cloudfunctionsv2/functionIamMember:FunctionIamMember",
          { cloudFunction: "onProviderCreated", member: "allUsers" },
        ],
        [
          "gcp:cloudfunctions/functionIamMember:FunctionIamMember",
          { cloudFunction: "onProviderCreated", member: "allUsers" },
        ],
      ].map(([type, props]) => ({ type: String(type), name: "open", props: { ...on, ...(props as object) } })),
    ];
    expect(ways.map((one) => check(one).length)).toEqual(ways.map(() => 1));
  });

  it("lets callables, https functions and other services be open, and accounts start a task function", () => {
    expect(check(invoker("createpaymentintent", "europe-west3", "allUsers"))).toEqual([]);
    expect(check(invoker("stripewebhook", "europe-west3", "allUsers"))).toEqual([]);
    expect(check(invoker("storefront", "europe-west3", "allUsers"))).toEqual([]);
    const account = "serviceAccount:regions-payments@acme-prod.iam.gserviceaccount.com";
    expect(check(invoker("chargelater", "europe-west3", account))).toEqual([]);
  });

  it("stops what opens a function that the manifest does not know", () => {
    const props = { region: "europe-west1", cloudFunction: "twilioWebhook", member: "allUsers" };
    const type = "gcp:cloudfunctions/functionIamMember:FunctionIamMember";
    expect(check({ type, name: "open", props })).toEqual([
      "twilioWebhook would be open to everybody (allUsers), and regions.yaml does not declare it.\n" +
        "Add it under functions, with its class and trigger.",
    ]);
  });
});

describe("invoker-per-trigger", () => {
  const open = invoker("runhealthcheck", "europe-west1", "allUsers");
  const labelled = (label: string) => second("runHealthCheck", "europe-west1", { labels: { [label]: "true" } });

  it("stops it where the function's own resource says what the manifest does not", () => {
    expect(toldOfStack([labelled("deployment-scheduled"), open])).toEqual([
      [
        "runhealthcheck@europe-west1/invoker/allUsers",
        "regions.yaml:22: runHealthCheck would be open to everybody (allUsers), and only its Scheduler job may start it (trigger: scheduled): anybody who knows its URL could.\n" +
          "Bind the account that starts it, in place of everybody.",
      ],
    ]);
    expect(toldOfStack([open, labelled("deployment-taskqueue")])).toHaveLength(1);
    const eventTrigger = { eventType: "google.cloud.storage.object.v1.finalized" };
    expect(toldOfStack([second("runHealthCheck", "europe-west1", { eventTrigger }), open])).toHaveLength(1);
  });

  it("stops it where nothing says what the function is", () => {
    expect(toldOfStack([open, second("runHealthCheck", "us-central1")])).toEqual([
      [
        "runhealthcheck@europe-west1/invoker/allUsers",
        "regions.yaml:22: runHealthCheck would be open to everybody (allUsers), and neither regions.yaml nor a function of this stack says that it is a callable or an https function.\n" +
          "Add trigger: callable or trigger: https to its line, or bind accounts.",
      ],
    ]);
  });

  it("lets callables and https functions be open, and says once what another rule has said", () => {
    expect(toldOfStack([labelled("deployment-callable"), open])).toEqual([]);
    expect(toldOfStack([second("runHealthCheck", "europe-west1"), open])).toEqual([]);
    expect(toldOfStack([invoker("createpaymentintent", "europe-west3", "allUsers")])).toEqual([]);
    expect(toldOfStack([invoker("chargelater", "europe-west3", "allUsers")])).toEqual([]);
  });
});

describe("service-ceiling", () => {
  const check = (service: object) =>
    told(serviceCeiling, second("stripeWebhook", "europe-west3", {}, service as Record<string, unknown>));

  it("stops a function that alone could take more than its region has", () => {
    expect(check({ availableCpu: "1", maxInstanceCount: 31 })).toEqual([
      "regions.yaml:18: stripeWebhook could take 31 vCPU in europe-west3 (31 instances of 1), and the region's quota is 30.\n" +
        "Set maxInstances: 30 or fewer, or lower its cpu.",
    ]);
    expect(check({ availableCpu: "1", maxInstanceCount: undefined })).toEqual([
      "regions.yaml:18: stripeWebhook could take 100 vCPU in europe-west3 (100 instances (Google's own ceiling) of 1), and the region's quota is 30.\n" +
        "Set maxInstances: 30 or fewer, or lower its cpu.",
    ]);
    expect(check({ availableCpu: "2000m", maxInstanceCount: 16 })).toHaveLength(1);
    // 2 GiB bring a whole vCPU where nobody names a number.
    expect(check({ availableCpu: undefined, availableMemory: "2Gi", maxInstanceCount: 31 })).toHaveLength(1);
    expect(check({ availableCpu: undefined, availableMemory: "2048M", maxInstanceCount: 31 })).toHaveLength(1);
  });

  it("lets one pass that just fits, that gets less by its memory, or whose region states no quota", () => {
    expect(check({ availableCpu: "1", maxInstanceCount: 30 })).toEqual([]);
    expect(check({ availableCpu: undefined, availableMemory: "256M", maxInstanceCount: 100 })).toEqual([]);
    const wide = { availableCpu: "8", maxInstanceCount: 100 };
    expect(told(serviceCeiling, second("runHealthCheck", "europe-west1", {}, wide))).toEqual([]);
    // Generation 1 has no Cloud Run service.
    const props = { availableMemoryMb: 8192, maxInstances: 1000 };
    expect(told(serviceCeiling, first("stripeWebhook", "europe-west3", props))).toEqual([]);
  });
});

describe("all rules", () => {
  it.each([
    ["the reference fleet", referenceInput],
    ["a fleet with every kind of function", everyKindInput],
  ])("find nothing wrong in what is planned for %s", async (_, input) => {
    const fleet = await input();
    const plan = planFleet(fleet);
    const resources = plan.resources.map(({ type, name, inputs }) => ({ type, name, props: inputs }));
    const found = [
      ...resources.flatMap((one) => resourceRules.flatMap((rule) => [...rule.check(one, fleet.manifest)])),
      ...stackRules.flatMap((rule) => [...rule.check(resources, fleet.manifest)]),
    ];
    expect(found.map(violationText)).toEqual([]);
    expect(resources.length).toBeGreaterThan(20);
  });

  it("have names and descriptions of their own", () => {
    const names = [...resourceRules, ...stackRules].map(({ name }) => name);
    expect(new Set(names).size).toBe(6);
    expect([...resourceRules, ...stackRules].every(({ description }) => /^[A-Z].+\.$/.test(description))).toBe(true);
  });
});
