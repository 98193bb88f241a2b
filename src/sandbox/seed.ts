/**
 * What the sandbox starts from: one Google project with its Stripe account, Twilio account and Telegram bots, written
 * compactly. `seed-expand.ts` turns each row into the full resources that Google would hold: the function, its Cloud
 * Run service with all URLs, invoker binding, Scheduler job, task queue, Eventarc trigger, labels.
 * Plain JSON data (`seed/story.json` is one). Keys that are left out take the default in their comment.
 */
export interface Seed {
  /** Project id: "demo-regions". */
  readonly project: string;
  /** Digits; part of the run.app URL `SERVICE-NUMBER.REGION.run.app`. */
  readonly projectNumber: string;
  /** Ten characters a-z0-9; part of every `SERVICE-HASH-CODE.a.run.app` URL of the project. */
  readonly urlHash: string;
  /** RFC 3339: create and update time of every row that gives none. */
  readonly deployedAt: string;
  readonly functions: readonly SeedFunction[];
  /** Cloud Run services that are no functions. Default: none. */
  readonly services?: readonly SeedService[];
  /**
   * Scheduler jobs beyond those that rows of trigger "scheduled" bring by themselves. Default: none.
   */
  readonly jobs?: readonly SeedJob[];
  /** Task queues beyond those that rows of trigger "task" bring by themselves. Default: none. */
  readonly queues?: readonly SeedQueue[];
  /** Firestore databases; `id` "(default)" is the usual one, `location` as Google writes it ("eur3"). */
  readonly databases: readonly { readonly id: string; readonly location: string }[];
  /** Storage buckets; `location` as Google writes it ("EU", "EUROPE-WEST1"). */
  readonly buckets: readonly { readonly name: string; readonly location: string }[];
  /** Secret Manager's secrets, by id; their values are not kept. Default: none. */
  readonly secrets?: readonly string[];
  /** Region → milli-vCPU that one service may claim. Default: that of an older project. */
  readonly quotas?: Readonly<Record<string, number>>;
  /** vCPU in use: region → highest mean of the last day, e.g. { "europe-west3": 2.9 }. */
  readonly usage: Readonly<Record<string, number>>;
  readonly stripe: {
    readonly endpoints: readonly SeedStripeEndpoint[];
    /** Event destinations of the newer API. Default: none. */
    readonly destinations?: readonly SeedStripeDestination[];
  };
  readonly twilio: SeedTwilio;
  readonly telegram: { readonly bots: readonly SeedTelegramBot[] };
  /** Pub/Sub push subscriptions. Default: none. */
  readonly pushSubscriptions?: readonly SeedPushSubscription[];
}

/** One copy: one function in one region. A function live in two regions is two rows. */
export interface SeedFunction {
  /** The ID with its own case: "stripeWebhook". */
  readonly name: string;
  readonly region: string;
  /** Default 2. */
  readonly generation?: 1 | 2;
  readonly trigger: SeedTrigger;
  /** "nodejs22". */
  readonly runtime: string;
  /** Kubernetes quantity. Default "256Mi". */
  readonly memory?: string;
  /** vCPU per instance as Google writes it. Default "0.1666". Not held for generation 1. */
  readonly cpu?: string;
  /** Default 10. */
  readonly maxInstances?: number;
  /** Default 0. */
  readonly minInstances?: number;
  /** Requests at once in one instance. Default 80 where cpu is 1 or more, else 1. */
  readonly concurrency?: number;
  /** Default 60. */
  readonly timeoutSeconds?: number;
  /** allUsers may invoke. Default: true for callable, https and blocking, false for every other trigger. */
  readonly public?: boolean;
  /** For trigger "scheduled", required there: brings the Scheduler job `firebase-schedule-NAME-REGION`. */
  readonly schedule?: { readonly cron: string; readonly timeZone: string };
  /** For trigger "event", required there: brings the Eventarc trigger (generation 2). */
  readonly event?: SeedEvent;
  /** For trigger "blocking": "before-create", "before-sign-in", … Default "before-create". */
  readonly blocking?: string;
  /** For trigger "task": limits of the queue. Default { maxConcurrentDispatches: 1000, maxDispatchesPerSecond: 500 }. */
  readonly queue?: { readonly maxConcurrentDispatches: number; readonly maxDispatchesPerSecond: number };
  /** Firebase codebase. Default "default", which leaves no label. */
  readonly codebase?: string;
  /** Writes the labels that this tool writes. Default "firebase". */
  readonly deployer?: "firebase" | "regions";
  /** Default "ACTIVE". */
  readonly state?: "ACTIVE" | "FAILED" | "DEPLOYING" | "DELETING";
  /** Message of the state, for FAILED. */
  readonly stateMessage?: string;
  /** Default: the project's compute account (generation 2) or App Engine account (generation 1). */
  readonly serviceAccount?: string;
  /** RFC 3339. Default: the seed's `deployedAt`. */
  readonly updatedAt?: string;
}

export type SeedTrigger = "callable" | "https" | "scheduled" | "task" | "event" | "blocking";

export interface SeedEvent {
  /** "google.cloud.firestore.document.v1.updated", "google.cloud.storage.object.v1.finalized", … */
  readonly eventType: string;
  /** Location the events come from: that of the database or bucket ("eur3", "europe-west3"), or "global". */
  readonly triggerRegion: string;
  /**
   * Attribute → value: { database: "(default)", namespace: "(default)", document: "payments/{id}" }. A value with
   * `{…}` or `*` is written with the operator match-path-pattern, as firebase does.
   */
  readonly filters: Readonly<Record<string, string>>;
}

export interface SeedService {
  readonly name: string;
  readonly region: string;
  /** Default "1". */
  readonly cpu?: string;
  /** Default "512Mi". */
  readonly memory?: string;
  /** Default 100. */
  readonly maxInstances?: number;
  /** Default true. */
  readonly public?: boolean;
}

export interface SeedJob {
  readonly name: string;
  readonly region: string;
  readonly cron: string;
  readonly timeZone: string;
  /** URL of an HTTP target. Exactly one of `uri` and `topic`. */
  readonly uri?: string;
  /** Full topic name of a Pub/Sub target. */
  readonly topic?: string;
  /** Default false. */
  readonly paused?: boolean;
}

export interface SeedQueue {
  readonly name: string;
  readonly region: string;
  /** Default "RUNNING". */
  readonly state?: "RUNNING" | "PAUSED" | "DISABLED";
  /** Host that every task is sent to instead of its own. Default: none. */
  readonly overrideHost?: string;
}

export interface SeedStripeEndpoint {
  /** "we_1Q…". */
  readonly id: string;
  readonly url: string;
  readonly description: string | null;
  /** ["payment_intent.succeeded", …] */
  readonly enabledEvents: readonly string[];
  readonly status: "enabled" | "disabled";
  /** Default "2024-06-20". */
  readonly apiVersion?: string;
}

export interface SeedStripeDestination {
  /** "ed_test_61…". */
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly enabledEvents: readonly string[];
  readonly status: "enabled" | "disabled";
  /** Whose events it gets: our own, or those of connected accounts. Default "self". */
  readonly eventsFrom?: "self" | "other_accounts";
}

/** The fields with URLs that numbers and applications share; "" or left out: none. */
export interface SeedTwilioUrls {
  readonly voiceUrl?: string;
  readonly voiceFallbackUrl?: string;
  readonly statusCallback?: string;
  readonly smsUrl?: string;
  readonly smsFallbackUrl?: string;
}

export interface SeedTwilio {
  /** Account SID: "AC" and 32 hex digits. */
  readonly account: string;
  readonly numbers: readonly SeedTwilioNumber[];
  readonly applications: readonly SeedTwilioApplication[];
  /** Default: none. */
  readonly messagingServices?: readonly SeedTwilioMessagingService[];
}

export interface SeedTwilioNumber extends SeedTwilioUrls {
  /** "PN" and 32 hex digits. */
  readonly sid: string;
  /** E.164: "+33186261234". */
  readonly phoneNumber: string;
  readonly friendlyName: string;
  /** Where set, the number's own voice URLs are ignored. */
  readonly voiceApplicationSid?: string;
  readonly smsApplicationSid?: string;
  readonly trunkSid?: string;
}

export interface SeedTwilioApplication extends SeedTwilioUrls {
  /** "AP" and 32 hex digits. */
  readonly sid: string;
  readonly friendlyName: string;
  readonly messageStatusCallback?: string;
}

export interface SeedTwilioMessagingService {
  /** "MG" and 32 hex digits. */
  readonly sid: string;
  readonly friendlyName: string;
  readonly inboundRequestUrl?: string;
  readonly fallbackUrl?: string;
  readonly statusCallback?: string;
  readonly useInboundWebhookOnNumber?: boolean;
}

export interface SeedTelegramBot {
  readonly id: number;
  readonly username: string;
  /** "ID:35 characters", any; accepted by the sandbox alone. */
  readonly token: string;
  /** URL of the webhook; null: none is set. */
  readonly webhook: string | null;
}

export interface SeedPushSubscription {
  /** Last part of the subscription's name. */
  readonly name: string;
  /** Last part of the topic's name. */
  readonly topic: string;
  readonly pushEndpoint: string;
}

/** A project with nothing deployed, for `regions sandbox reset --empty`. Ids and accounts are those of the story. */
export const emptySeed: Seed = {
  project: "demo-regions",
  projectNumber: "481516234200",
  urlHash: "k3v7q2m9xa",
  deployedAt: "2026-11-02T08:30:00Z",
  functions: [],
  // Who empties the sandbox wants to deploy into it: these are the owner's, and no deployment brings them.
  databases: [{ id: "(default)", location: "eur3" }],
  buckets: [
    { name: "demo-regions.firebasestorage.app", location: "EUROPE-WEST1" },
    { name: "demo-regions-backups", location: "EU" },
  ],
  secrets: [
    "PAYPAL_CLIENT_ID",
    "PAYPAL_CLIENT_SECRET",
    "STRIPE_SECRET_KEY",
    "STRIPE_WEBHOOK_SECRET",
    "TELEGRAM_BOT_NAME",
    "TELEGRAM_BOT_TOKEN",
    "TELEGRAM_WEBHOOK_SECRET",
    "TWILIO_ACCOUNT_SID",
    "TWILIO_AUTH_TOKEN",
  ],
  usage: {},
  stripe: { endpoints: [] },
  twilio: { account: `AC${"0123456789abcdef".repeat(2)}`, numbers: [], applications: [] },
  telegram: { bots: [] },
};
