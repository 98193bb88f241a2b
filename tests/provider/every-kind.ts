import * as gcp from "@pulumi/gcp";
import { asset } from "@pulumi/pulumi";

export const project = "acme-test";
export const region = "europe-west3";
const tool = { "deployment-tool": "regions" };

interface Wish {
  readonly maxInstances?: number;
  readonly without?: "task";
  readonly import?: { name: string; id: string; maxInstances: number };
}

/** A Pulumi program: one function of each kind with all that goes with it. */
export function fleet(wish: Wish = {}) {
  return async () => {
    const google = new gcp.Provider("google", { project, addPulumiAttributionLabel: false });
    const with_ = { provider: google };
    const imported = wish.import;
    if (imported !== undefined) {
      new gcp.cloudfunctionsv2.Function(
        "imported",
        {
          name: imported.name,
          location: "europe-west1",
          buildConfig: { runtime: "nodejs22", entryPoint: imported.name },
          serviceConfig: { availableMemory: "256Mi", maxInstanceCount: imported.maxInstances },
        },
        { ...with_, import: imported.id, ignoreChanges: ["buildConfig.source"], protect: true },
      );
      return;
    }
    const bucket = new gcp.storage.Bucket(
      "sources",
      { name: "acme-sources", location: region, forceDestroy: true },
      with_,
    );
    const archive = new gcp.storage.BucketObject(
      "archive",
      {
        bucket: bucket.name,
        name: "src/0f.zip",
        source: new asset.AssetArchive({ "index.js": new asset.StringAsset("1") }),
      },
      with_,
    );
    const account = new gcp.serviceaccount.Account(
      "payments",
      { accountId: "payments", displayName: "Payments" },
      with_,
    );
    new gcp.projects.IAMMember("logs", { project, role: "roles/logging.logWriter", member: account.member }, with_);
    const secret = new gcp.secretmanager.SecretIamMember(
      "key",
      { secretId: "STRIPE_KEY", role: "roles/secretmanager.secretAccessor", member: account.member },
      with_,
    );
    const second = (name: string, more: Partial<gcp.cloudfunctionsv2.FunctionArgs> = {}, service: object = {}) =>
      new gcp.cloudfunctionsv2.Function(
        `${name}@${region}`,
        {
          name,
          location: region,
          labels: tool,
          buildConfig: {
            runtime: "nodejs22",
            entryPoint: name,
            source: { storageSource: { bucket: bucket.name, object: archive.name } },
          },
          serviceConfig: {
            availableMemory: "256Mi",
            availableCpu: "0.1666",
            maxInstanceCount: 10,
            serviceAccountEmail: account.email,
            environmentVariables: { LOG: "1" },
            ...service,
          },
          ...more,
        },
        { ...with_, dependsOn: [secret] },
      );
    const callable = second("getStats", {}, { maxInstanceCount: wish.maxInstances ?? 10 });
    const key = { key: "STRIPE_KEY", projectId: project, secret: "STRIPE_KEY", version: "latest" };
    const webhook = second("stripeHook", {}, { secretEnvironmentVariables: [key] });
    for (const [name, one] of Object.entries({ getStats: callable, stripeHook: webhook })) {
      new gcp.cloudrunv2.ServiceIamMember(
        `open ${name}`,
        {
          location: region,
          name: one.serviceConfig.apply((config) => config?.service ?? ""),
          role: "roles/run.invoker",
          member: "allUsers",
        },
        with_,
      );
    }
    const nightly = second("nightly");
    new gcp.cloudscheduler.Job(
      "nightly",
      {
        name: "nightly",
        region,
        schedule: "0 3 * * *",
        httpTarget: {
          uri: nightly.url,
          httpMethod: "POST",
          oidcToken: { serviceAccountEmail: account.email, audience: nightly.url },
        },
      },
      with_,
    );
    if (wish.without !== "task") {
      second("remind");
      new gcp.cloudtasks.Queue("remind", { name: "remind", location: region, retryConfig: { maxAttempts: 3 } }, with_);
    }
    second("onUser", {
      eventTrigger: {
        eventType: "google.cloud.firestore.document.v1.created",
        triggerRegion: "eur3",
        eventFilters: [
          { attribute: "database", value: "(default)" },
          { attribute: "document", value: "users/{id}", operator: "match-path-pattern" },
        ],
        retryPolicy: "RETRY_POLICY_DO_NOT_RETRY",
        serviceAccountEmail: account.email,
      },
    });
    const first = (name: string, trigger: Partial<gcp.cloudfunctions.FunctionArgs>) =>
      new gcp.cloudfunctions.Function(
        `${name}@${region}`,
        {
          name,
          region,
          runtime: "nodejs22",
          entryPoint: name,
          sourceArchiveBucket: bucket.name,
          sourceArchiveObject: archive.name,
          labels: tool,
          ...trigger,
        },
        with_,
      );
    const old = first("oldHook", { triggerHttp: true });
    new gcp.cloudfunctions.FunctionIamMember(
      "open oldHook",
      { region, cloudFunction: old.name, role: "roles/cloudfunctions.invoker", member: "allUsers" },
      with_,
    );
    const topic = new gcp.pubsub.Topic("weekly", { name: "weekly", labels: tool }, with_);
    first("weekly", { eventTrigger: { eventType: "google.pubsub.topic.publish", resource: topic.id } });
    const pubsubTarget = { topicName: topic.id, attributes: { scheduled: "true" } };
    new gcp.cloudscheduler.Job("weekly", { name: "weekly", region, schedule: "0 6 * * 1", pubsubTarget }, with_);
    new gcp.monitoring.AlertPolicy(
      "vcpu",
      {
        displayName: "vCPU",
        combiner: "OR",
        conditions: [
          {
            displayName: "over 24",
            conditionThreshold: {
              filter: 'metric.type="run.googleapis.com/container/cpu/allocation_time"',
              comparison: "COMPARISON_GT",
              thresholdValue: 24,
              duration: "0s",
            },
          },
        ],
      },
      with_,
    );
    const chart = { xyChart: { dataSets: [{ plotType: "LINE", timeSeriesQuery: { unitOverride: "1" } }] } };
    const dashboardJson = JSON.stringify({ displayName: "fleet", gridLayout: { widgets: [chart] } });
    new gcp.monitoring.Dashboard("fleet", { dashboardJson }, with_);
    return { url: callable.url };
  };
}

/** Resources of the whole fleet, stack and provider among them. */
export const all = 23;
