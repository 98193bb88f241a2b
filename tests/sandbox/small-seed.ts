import type { Seed } from "../../src/sandbox/seed.ts";

/** A project small enough to assert whole: one copy of each kind, two regions, both generations. */
export const smallSeed: Seed = {
  project: "acme-test",
  projectNumber: "123456789012",
  urlHash: "k3v7q2m9xa",
  deployedAt: "2026-11-02T08:30:00Z",
  functions: [
    {
      name: "createPaymentIntent",
      region: "europe-west3",
      trigger: "callable",
      runtime: "nodejs22",
      cpu: "1",
      memory: "512Mi",
      maxInstances: 20,
      minInstances: 1,
    },
    { name: "stripeWebhook", region: "europe-west1", trigger: "https", runtime: "nodejs22" },
    { name: "registerChatter", region: "europe-west1", trigger: "callable", runtime: "nodejs22" },
    {
      name: "registerChatter",
      region: "europe-west2",
      trigger: "callable",
      runtime: "nodejs22",
      codebase: "affiliate",
    },
    {
      name: "nightlyExport",
      region: "europe-west1",
      trigger: "scheduled",
      runtime: "nodejs20",
      schedule: { cron: "0 3 * * *", timeZone: "Europe/Paris" },
    },
    { name: "executeScheduledCall", region: "europe-west3", trigger: "task", runtime: "nodejs22" },
    {
      name: "onProviderCreated",
      region: "europe-west3",
      trigger: "event",
      runtime: "nodejs22",
      event: {
        eventType: "google.cloud.firestore.document.v1.created",
        triggerRegion: "eur3",
        filters: { database: "(default)", namespace: "(default)", document: "providers/{id}" },
      },
    },
    {
      name: "checkSignIn",
      region: "europe-west1",
      trigger: "blocking",
      runtime: "nodejs22",
      blocking: "before-sign-in",
    },
    { name: "legacyReport", region: "us-central1", generation: 1, trigger: "https", runtime: "nodejs18" },
    {
      name: "legacyCleanup",
      region: "us-central1",
      generation: 1,
      trigger: "event",
      runtime: "nodejs18",
      event: {
        eventType: "providers/cloud.firestore/eventTypes/document.delete",
        triggerRegion: "us-central1",
        filters: { resource: "projects/acme-test/databases/(default)/documents/users/{id}" },
      },
    },
  ],
  services: [{ name: "image-resizer", region: "europe-west1", cpu: "2", maxInstances: 5 }],
  databases: [{ id: "(default)", location: "eur3" }],
  buckets: [
    { name: "acme-test.appspot.com", location: "EU" },
    { name: "acme-exports", location: "EUROPE-WEST1" },
  ],
  usage: { "europe-west1": 3.4, "europe-west3": 2.1 },
  stripe: {
    endpoints: [1, 2, 3].map((number) => ({
      id: `we_1Qsandbox${number}`,
      url: `https://europe-west1-acme-test.cloudfunctions.net/stripeWebhook?n=${number}`,
      description: `payments ${number}`,
      enabledEvents: ["payment_intent.succeeded", "charge.refunded"],
      status: number === 3 ? ("disabled" as const) : ("enabled" as const),
    })),
    destinations: [
      {
        id: "ed_test_61sandbox",
        name: "ledger",
        url: "https://europe-west3-acme-test.cloudfunctions.net/ledger",
        enabledEvents: ["charge.succeeded"],
        status: "enabled",
      },
    ],
  },
  twilio: {
    account: "AC0123456789abcdef0123456789abcdef",
    numbers: [
      {
        sid: "PN00000000000000000000000000000001",
        phoneNumber: "+33186261234",
        friendlyName: "Paris",
        voiceUrl: "https://europe-west3-acme-test.cloudfunctions.net/twilioCallWebhook",
        voiceFallbackUrl: "https://europe-west1-acme-test.cloudfunctions.net/twilioWebhook",
      },
      { sid: "PN00000000000000000000000000000002", phoneNumber: "+442012345678", friendlyName: "London" },
    ],
    applications: [
      {
        sid: "AP00000000000000000000000000000001",
        friendlyName: "Conference",
        statusCallback: "https://europe-west3-acme-test.cloudfunctions.net/twilioConferenceWebhook",
      },
    ],
    messagingServices: [
      {
        sid: "MG00000000000000000000000000000001",
        friendlyName: "Reminders",
        inboundRequestUrl: "https://europe-west3-acme-test.cloudfunctions.net/twilioInbound",
      },
    ],
  },
  telegram: {
    bots: [
      {
        id: 7012345678,
        username: "acme_test_bot",
        token: "7012345678:AAsandboxsandboxsandboxsandboxsandb",
        webhook: "https://europe-west3-acme-test.cloudfunctions.net/telegramWebhook",
      },
    ],
  },
  pushSubscriptions: [
    {
      name: "orders-push",
      topic: "orders",
      pushEndpoint: "https://europe-west1-acme-test.cloudfunctions.net/ordersPush",
    },
  ],
};
