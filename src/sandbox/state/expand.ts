import type { Seed, SeedService } from "../seed.ts";
import { newAccount } from "./accounts.ts";
import { newBucket } from "./buckets.ts";
import { expandFunction } from "./expand-function.ts";
import {
  destinationOf,
  endpointOf,
  telegramBotOf,
  twilioApplicationOf,
  twilioNumberOf,
  twilioServiceOf,
} from "./expand-holders.ts";
import type { JsonObject } from "./json.ts";
import { defaultAccount, numberUrl, scramble, serviceUri } from "./names.ts";
import { newJob, newQueue } from "./schedules.ts";
import { newSecret } from "./secrets.ts";
import { templateOf, uuidOf } from "./services.ts";
import type { State } from "./state.ts";
import { newTopic } from "./topics.ts";

/** The full state that a seed stands for. The same seed gives the same state, byte for byte. */
export function expandSeed(seed: Seed): State {
  const state: State = {
    version: 1,
    project: seed.project,
    projectNumber: seed.projectNumber,
    urlHash: seed.urlHash,
    story: null,
    counter: 0,
    functions: {},
    services: {},
    policies: {},
    jobs: {},
    queues: {},
    triggers: {},
    databases: {},
    buckets: {},
    subscriptions: {},
    usage: { ...seed.usage },
    operations: {},
    uploads: {},
    objects: {},
    topics: {},
    accounts: {},
    secrets: {},
    secretVersions: {},
    sources: {},
    requests: {},
    alertPolicies: {},
    dashboards: {},
    repositories: {},
    quotas: { ...seed.quotas },
    stripe: {
      endpoints: byId(
        seed.stripe.endpoints.map((row) => endpointOf(row, seed.deployedAt)),
        "id",
      ),
      destinations: byId(
        (seed.stripe.destinations ?? []).map((row) => destinationOf(row, seed.deployedAt)),
        "id",
      ),
    },
    twilio: {
      account: seed.twilio.account,
      numbers: byId(
        seed.twilio.numbers.map((row) => twilioNumberOf(row, seed.twilio.account)),
        "sid",
      ),
      applications: byId(
        seed.twilio.applications.map((row) => twilioApplicationOf(row, seed.twilio.account)),
        "sid",
      ),
      messagingServices: byId(
        (seed.twilio.messagingServices ?? []).map((row) => twilioServiceOf(row, seed.twilio.account)),
        "sid",
      ),
    },
    telegram: Object.fromEntries(seed.telegram.bots.map((row) => [row.token, telegramBotOf(row)])),
  };
  addIdentities(state, seed);
  for (const row of seed.functions) expandFunction(state, row, seed.deployedAt);
  for (const row of seed.services ?? []) addService(state, row, seed.deployedAt);
  const time = new Date(seed.deployedAt);
  for (const row of seed.jobs ?? []) {
    const name = `projects/${seed.project}/locations/${row.region}/jobs/${row.name}`;
    const target: JsonObject =
      row.uri === undefined
        ? { pubsubTarget: { topicName: row.topic ?? "" } }
        : { httpTarget: { uri: row.uri, httpMethod: "POST" } };
    const job = newJob(name, { schedule: row.cron, timeZone: row.timeZone, ...target }, time);
    state.jobs[name] = { ...job, ...(row.paused === true ? { state: "PAUSED" } : {}) };
  }
  for (const row of seed.queues ?? []) {
    const name = `projects/${seed.project}/locations/${row.region}/queues/${row.name}`;
    const override: JsonObject =
      row.overrideHost === undefined
        ? {}
        : {
            httpTarget: { uriOverride: { scheme: "HTTPS", host: row.overrideHost, uriOverrideEnforceMode: "ALWAYS" } },
          };
    state.queues[name] = newQueue(name, { ...override, state: row.state ?? "RUNNING" });
  }
  addPlaces(state, seed);
  return state;
}

/** The service accounts that Google makes and those that rows name, and the secrets. */
function addIdentities(state: State, seed: Seed): void {
  const own = seed.functions.flatMap((row) => (row.serviceAccount === undefined ? [] : [row.serviceAccount]));
  for (const email of new Set([defaultAccount(state, 1), defaultAccount(state, 2), ...own])) {
    const account = newAccount(state, email, {});
    state.accounts[String(account.name)] = account;
  }
  for (const id of seed.secrets ?? []) {
    const secret = newSecret(state, id, {}, seed.deployedAt);
    state.secrets[String(secret.name)] = secret;
  }
}

/** Databases, buckets and push subscriptions. */
function addPlaces(state: State, seed: Seed): void {
  for (const { id, location } of seed.databases) {
    const name = `projects/${seed.project}/databases/${id}`;
    state.databases[name] = {
      name,
      uid: uuidOf(name),
      createTime: seed.deployedAt,
      updateTime: seed.deployedAt,
      locationId: location,
      type: "FIRESTORE_NATIVE",
      concurrencyMode: "PESSIMISTIC",
      versionRetentionPeriod: "3600s",
      appEngineIntegrationMode: "DISABLED",
      pointInTimeRecoveryEnablement: "POINT_IN_TIME_RECOVERY_DISABLED",
      deleteProtectionState: "DELETE_PROTECTION_DISABLED",
      databaseEdition: "STANDARD",
      etag: scramble(name, 12),
    };
  }
  for (const { name, location } of seed.buckets) {
    state.buckets[name] = newBucket(state, { name, location }, seed.deployedAt);
  }
  for (const row of seed.pushSubscriptions ?? []) {
    const name = `projects/${seed.project}/subscriptions/${row.name}`;
    const topic = `projects/${seed.project}/topics/${row.topic}`;
    state.topics[topic] = newTopic(topic, {});
    state.subscriptions[name] = {
      name,
      topic,
      pushConfig: { pushEndpoint: row.pushEndpoint, attributes: { "x-goog-version": "v1" } },
      ackDeadlineSeconds: 10,
      messageRetentionDuration: "604800s",
      expirationPolicy: { ttl: "2678400s" },
      state: "ACTIVE",
    };
  }
}

function addService(state: State, row: SeedService, time: string): void {
  const name = `projects/${state.project}/locations/${row.region}/services/${row.name}`;
  const uri = serviceUri(state, row.region, row.name);
  const account = `${state.projectNumber}-compute@developer.gserviceaccount.com`;
  const config = {
    availableCpu: row.cpu ?? "1",
    availableMemory: row.memory ?? "512Mi",
    maxInstanceCount: row.maxInstances ?? 100,
    timeoutSeconds: 300,
  };
  state.services[name] = {
    name,
    uid: uuidOf(name),
    generation: "1",
    createTime: time,
    updateTime: time,
    client: "gcloud",
    ingress: "INGRESS_TRAFFIC_ALL",
    launchStage: "GA",
    template: templateOf(config, account),
    traffic: [{ type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", percent: 100 }],
    observedGeneration: "1",
    terminalCondition: { type: "Ready", state: "CONDITION_SUCCEEDED", lastTransitionTime: time },
    uri,
    urls: [numberUrl(state, row.region, row.name), uri].filter((url) => url !== null),
    etag: `"${scramble(name, 20)}"`,
  };
  if (row.public ?? true) {
    state.policies[name] = {
      version: 1,
      etag: "BwYAAAAAAAE=",
      bindings: [{ role: "roles/run.invoker", members: ["allUsers"] }],
    };
  }
}

function byId(items: readonly JsonObject[], key: string): Record<string, JsonObject> {
  return Object.fromEntries(items.map((item) => [String(item[key]), item]));
}
