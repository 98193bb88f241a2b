import { type JsonObject, objectAt, textAt } from "./json.ts";
import type { State } from "./state.ts";

/**
 * All Pub/Sub subscriptions by name: the project's own, and the one through which each Eventarc trigger pushes to the
 * service of its function, which comes and goes with the trigger.
 */
export function allSubscriptions(state: State): Map<string, JsonObject> {
  const subscriptions = new Map(Object.entries(state.subscriptions));
  for (const trigger of Object.values(state.triggers)) {
    const transport = objectAt(objectAt(trigger, "transport"), "pubsub");
    const name = textAt(transport, "subscription");
    const resource = state.functions[textAt(objectAt(trigger, "destination"), "cloudFunction") ?? ""];
    if (name === null || resource === undefined) continue;
    subscriptions.set(name, {
      name,
      topic: textAt(transport, "topic") ?? "",
      pushConfig: {
        pushEndpoint: `${textAt(resource.serviceConfig, "uri") ?? ""}?__GCP_CloudEventsMode=CE_PUBSUB_BINDING`,
        attributes: { "x-goog-version": "v1" },
        oidcToken: { serviceAccountEmail: textAt(resource.serviceConfig, "serviceAccountEmail") ?? "" },
      },
      ackDeadlineSeconds: 10,
      labels: { "goog-eventarc": "" },
      messageRetentionDuration: "86400s",
      expirationPolicy: {},
      retryPolicy: { minimumBackoff: "10s", maximumBackoff: "600s" },
      state: "ACTIVE",
    });
  }
  return subscriptions;
}
