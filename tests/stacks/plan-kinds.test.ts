import { beforeAll, describe, expect, it } from "vitest";
import { planFleet } from "../../src/stacks/plan/plan.ts";
import type { FleetPlan } from "../../src/stacks/resource.ts";
import { everyKindInput, everyKindManifest } from "./fleet.ts";

let plan: FleetPlan;
beforeAll(async () => {
  plan = planFleet(await everyKindInput());
});

/** Inputs of what belongs to one copy, by logical name, as the engine would get them. */
function inputsOf(copy: string, from: FleetPlan = plan): Record<string, unknown> {
  const specs = from.resources.filter(({ name }) => name === copy || name.startsWith(`${copy}/`));
  return JSON.parse(JSON.stringify(Object.fromEntries(specs.map(({ name, inputs }) => [name, inputs]))));
}

const variables = (region: string, name: string) => ({
  WEBHOOK_CONCURRENCY: "20",
  ZONE: "Europe/Paris",
  FIREBASE_CONFIG: '{"projectId":"acme-prod","storageBucket":"acme-prod.firebasestorage.app"}',
  GCLOUD_PROJECT: "acme-prod",
  EVENTARC_CLOUD_EVENT_SOURCE: `projects/acme-prod/locations/${region}/services/${name}`,
  FUNCTION_REGION: region,
});
const source = {
  storageSource: {
    bucket: "acme-prod-regions-sources",
    object: "default-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.zip",
  },
};
const hash = "0123456789abcdef0123456789abcdef01234567";
const core = "regions-core@acme-prod.iam.gserviceaccount.com";
const payments = "regions-payments@acme-prod.iam.gserviceaccount.com";

/** A function of generation 2 as the manifest's defaults make it. */
function second(region: string, name: string, account: string, own: object, service: object = {}) {
  return {
    project: "acme-prod",
    location: region,
    name,
    labels: { "deployment-tool": "regions", "firebase-functions-hash": hash },
    buildConfig: { runtime: "nodejs22", entryPoint: name, source },
    serviceConfig: {
      availableMemory: "256Mi",
      availableCpu: "1",
      minInstanceCount: 0,
      maxInstanceCount: 10,
      maxInstanceRequestConcurrency: 80,
      timeoutSeconds: 60,
      ingressSettings: "ALLOW_ALL",
      allTrafficOnLatestRevision: true,
      serviceAccountEmail: account,
      environmentVariables: variables(region, name),
      ...service,
    },
    ...own,
  };
}

function invoker(region: string, name: string, member: string) {
  return { project: "acme-prod", location: region, name, role: "roles/run.invoker", member };
}

describe("a copy of each kind", () => {
  it("https: size from both, secrets by reference, open to everybody", () => {
    expect(inputsOf("webhook@europe-west3")).toEqual({
      "webhook@europe-west3": second(
        "europe-west3",
        "webhook",
        payments,
        {},
        {
          availableMemory: "512Mi",
          maxInstanceRequestConcurrency: 20,
          timeoutSeconds: 120,
          secretEnvironmentVariables: [
            { key: "STRIPE_KEY", projectId: "acme-prod", secret: "STRIPE_KEY", version: "latest" },
          ],
        },
      ),
      "webhook@europe-west3/invoker/allUsers": invoker("europe-west3", "webhook", "allUsers"),
    });
  });

  it("https with invokers of its own: none for private, else those accounts", () => {
    expect(Object.keys(inputsOf("internal@europe-west1"))).toEqual(["internal@europe-west1"]);
    expect(inputsOf("internal@europe-west1")["internal@europe-west1"]).toMatchObject({
      serviceConfig: { ingressSettings: "ALLOW_INTERNAL_ONLY" },
    });
    const { "partner@europe-west1": _, ...bindings } = inputsOf("partner@europe-west1");
    expect(bindings).toEqual({
      "partner@europe-west1/invoker/caller": invoker(
        "europe-west1",
        "partner",
        "serviceAccount:caller@acme-prod.iam.gserviceaccount.com",
      ),
      "partner@europe-west1/invoker/ops@acme.example": invoker(
        "europe-west1",
        "partner",
        "serviceAccount:ops@acme.example",
      ),
    });
  });

  it("callable: says so in a label, beside the code's own labels", () => {
    expect(inputsOf("pay@europe-west3")["pay@europe-west3"]).toMatchObject({
      labels: {
        team: "payments",
        "deployment-tool": "regions",
        "deployment-callable": "true",
        "firebase-functions-hash": hash,
      },
    });
    expect(inputsOf("grouped-ping@europe-west1")["grouped-ping@europe-west1"]).toMatchObject({
      name: "grouped-ping",
      buildConfig: { entryPoint: "grouped.ping" },
    });
  });

  it("scheduled: a job under the Firebase CLI's name, which calls as the class's account", () => {
    const url = "https://europe-west1-acme-prod.cloudfunctions.net/nightly";
    expect(inputsOf("nightly@europe-west1")).toEqual({
      "nightly@europe-west1": second(
        "europe-west1",
        "nightly",
        core,
        { labels: { "deployment-tool": "regions", "deployment-scheduled": "true", "firebase-functions-hash": hash } },
        { availableCpu: "0.1666", maxInstanceRequestConcurrency: 1, timeoutSeconds: 540 },
      ),
      "nightly@europe-west1/invoker/regions-core": invoker("europe-west1", "nightly", `serviceAccount:${core}`),
      "nightly@europe-west1/job": {
        project: "acme-prod",
        region: "europe-west1",
        name: "firebase-schedule-nightly-europe-west1",
        schedule: "every day 03:00",
        timeZone: "Europe/Paris",
        retryConfig: { retryCount: 2, minBackoffDuration: "30s" },
        attemptDeadline: "540s",
        httpTarget: { uri: url, httpMethod: "POST", oidcToken: { serviceAccountEmail: core, audience: url } },
      },
    });
  });

  it("task: a queue named as the function, and bindings for those who enqueue", () => {
    const { "charge@europe-west3": own, ...others } = inputsOf("charge@europe-west3");
    expect(own).toMatchObject({ labels: { "deployment-taskqueue": "true" } });
    expect(others).toEqual({
      "charge@europe-west3/invoker/regions-payments": invoker("europe-west3", "charge", `serviceAccount:${payments}`),
      "charge@europe-west3/queue": {
        project: "acme-prod",
        location: "europe-west3",
        name: "charge",
        rateLimits: { maxConcurrentDispatches: 6, maxDispatchesPerSecond: 500 },
        retryConfig: { maxAttempts: 5, minBackoff: "60s", maxBackoff: "3600s", maxDoublings: 16 },
      },
    });
  });

  it("event: a trigger where its database, bucket or topic lies", () => {
    expect(inputsOf("created@europe-west3")).toEqual({
      "created@europe-west3": second("europe-west3", "created", payments, {
        eventTrigger: {
          eventType: "google.cloud.firestore.document.v1.created",
          triggerRegion: "eur3",
          eventFilters: [
            { attribute: "database", value: "(default)" },
            { attribute: "namespace", value: "(default)" },
            { attribute: "document", value: "orders/{order}", operator: "match-path-pattern" },
          ],
          retryPolicy: "RETRY_POLICY_RETRY",
          serviceAccountEmail: payments,
        },
      }),
      "created@europe-west3/invoker/regions-payments": invoker("europe-west3", "created", `serviceAccount:${payments}`),
    });
    expect(inputsOf("uploaded@europe-west1")["uploaded@europe-west1"]).toMatchObject({
      eventTrigger: { triggerRegion: "europe-west1", eventFilters: [{ attribute: "bucket", value: "acme-photos" }] },
    });
    // Without it Google would make no trigger on a bucket.
    expect(inputsOf("storage-agent/roles/pubsub.publisher")).toEqual({
      "storage-agent/roles/pubsub.publisher": {
        project: "acme-prod",
        role: "roles/pubsub.publisher",
        member: "serviceAccount:service-481516234200@gs-project-accounts.iam.gserviceaccount.com",
      },
    });
    expect(inputsOf("heard@europe-west1")["heard@europe-west1"]).toMatchObject({
      eventTrigger: {
        triggerRegion: "europe-west1",
        pubsubTopic: "projects/acme-prod/topics/orders",
        eventFilters: [],
      },
    });
    expect(inputsOf("topic/orders")).toEqual({
      "topic/orders": { project: "acme-prod", name: "orders", labels: { "deployment-tool": "regions" } },
    });
  });

  const first = {
    project: "acme-prod",
    region: "europe-west1",
    runtime: "nodejs20",
    sourceArchiveBucket: source.storageSource.bucket,
    sourceArchiveObject: source.storageSource.object,
    minInstances: 0,
    maxInstances: 10,
    ingressSettings: "ALLOW_ALL",
    serviceAccountEmail: core,
  };
  const firstVariables = (name: string) => {
    const { FUNCTION_REGION, ...shared } = variables("europe-west1", name);
    return { ...shared, EVENTARC_CLOUD_EVENT_SOURCE: `projects/acme-prod/locations/europe-west1/functions/${name}` };
  };

  it("callable of generation 1: through the first API, with a binding on the function itself", () => {
    expect(inputsOf("oldCall@europe-west1")).toEqual({
      "oldCall@europe-west1": {
        ...first,
        name: "oldCall",
        entryPoint: "oldCall",
        labels: { "deployment-tool": "regions", "deployment-callable": "true", "firebase-functions-hash": hash },
        availableMemoryMb: 512,
        timeout: 90,
        environmentVariables: firstVariables("oldCall"),
        triggerHttp: true,
        httpsTriggerSecurityLevel: "SECURE_ALWAYS",
      },
      "oldCall@europe-west1/invoker/allUsers": {
        project: "acme-prod",
        region: "europe-west1",
        cloudFunction: "oldCall",
        role: "roles/cloudfunctions.invoker",
        member: "allUsers",
      },
    });
  });

  it("scheduled of generation 1: through a topic of its own", () => {
    const topic = "projects/acme-prod/topics/firebase-schedule-oldNightly-europe-west1";
    expect(inputsOf("oldNightly@europe-west1")).toEqual({
      "oldNightly@europe-west1": {
        ...first,
        name: "oldNightly",
        entryPoint: "oldNightly",
        labels: { "deployment-tool": "regions", "deployment-scheduled": "true", "firebase-functions-hash": hash },
        availableMemoryMb: 256,
        timeout: 60,
        environmentVariables: firstVariables("oldNightly"),
        eventTrigger: { eventType: "google.pubsub.topic.publish", resource: topic },
      },
      "oldNightly@europe-west1/topic": {
        project: "acme-prod",
        name: "firebase-schedule-oldNightly-europe-west1",
        labels: { "deployment-tool": "regions" },
      },
      "oldNightly@europe-west1/job": {
        project: "acme-prod",
        region: "europe-west1",
        name: "firebase-schedule-oldNightly-europe-west1",
        schedule: "0 3 * * *",
        timeZone: "Europe/Paris",
        pubsubTarget: { topicName: topic, attributes: { scheduled: "true" } },
      },
    });
  });

  it("event and task of generation 1", () => {
    expect(inputsOf("oldCreated@europe-west1")).toMatchObject({
      "oldCreated@europe-west1": {
        eventTrigger: {
          eventType: "providers/cloud.firestore/eventTypes/document.create",
          resource: "projects/acme-prod/databases/(default)/documents/orders/{order}",
          failurePolicy: { retry: true },
        },
      },
    });
    expect(Object.keys(inputsOf("oldCreated@europe-west1"))).toEqual(["oldCreated@europe-west1"]);
    expect(Object.keys(inputsOf("oldCharge@europe-west1"))).toEqual([
      "oldCharge@europe-west1",
      "oldCharge@europe-west1/invoker/regions-core",
      "oldCharge@europe-west1/queue",
    ]);
  });
});

describe("a class", () => {
  it("has an account, the roles it states, those its triggers need, and the secrets its functions name", () => {
    expect(inputsOf("payments")).toEqual({
      "payments/account": {
        project: "acme-prod",
        accountId: "regions-payments",
        displayName: "Functions of class payments",
        description: "What the functions of class payments of regions.yaml act as.",
      },
      ...Object.fromEntries(
        [
          "roles/cloudtasks.enqueuer",
          "roles/datastore.user",
          "roles/eventarc.eventReceiver",
          "roles/firebaseauth.admin",
        ].map((role) => [`payments/${role}`, { project: "acme-prod", role, member: `serviceAccount:${payments}` }]),
      ),
      "payments/itself/roles/iam.serviceAccountUser": {
        serviceAccountId: `projects/acme-prod/serviceAccounts/${payments}`,
        role: "roles/iam.serviceAccountUser",
        member: `serviceAccount:${payments}`,
      },
      "payments/secret/STRIPE_KEY": {
        project: "acme-prod",
        secretId: "STRIPE_KEY",
        role: "roles/secretmanager.secretAccessor",
        member: `serviceAccount:${payments}`,
      },
    });
  });

  it("whose account somebody else looks after is given nothing, and its functions act as that account", async () => {
    const text = everyKindManifest.replace("isolatedFrom: [core],", "isolatedFrom: [core], serviceAccount: runner@,");
    const other = planFleet(await everyKindInput(text));
    expect(inputsOf("payments", other)).toEqual({});
    expect(inputsOf("charge@europe-west3", other)).toMatchObject({
      "charge@europe-west3": { serviceConfig: { serviceAccountEmail: "runner@acme-prod.iam.gserviceaccount.com" } },
      "charge@europe-west3/invoker/runner": { member: "serviceAccount:runner@acme-prod.iam.gserviceaccount.com" },
    });
  });

  it("may enqueue what no flow narrows down", async () => {
    const text = everyKindManifest.replace("    - { from: pay, to: charge, via: task }\n", "");
    const open = planFleet(await everyKindInput(text));
    expect(Object.keys(inputsOf("charge@europe-west3", open))).toEqual([
      "charge@europe-west3",
      "charge@europe-west3/invoker/regions-core",
      "charge@europe-west3/invoker/regions-payments",
      "charge@europe-west3/queue",
    ]);
    expect(open.notes).toEqual([
      "no flow says who enqueues charge, so every class of codebase default may; { from: NAME, to: charge, via: task } under flows narrows it",
    ]);
  });
});
