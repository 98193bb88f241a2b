import { textAt } from "./change-address.ts";
import type { Google } from "./google.ts";
import type { JsonObject } from "./google-send.ts";
import { pointsOf } from "./request-counts.ts";

export interface Backlog {
  /** Messages that were not acknowledged yet. */
  readonly messages: number;
  /** When they were counted, RFC 3339: some minutes ago. */
  readonly at: string;
}

/** Where Google shows a sample late, an older one has to be found. */
const windowMs = 15 * 60_000;

/**
 * How many messages wait in a subscription, by Monitoring: Pub/Sub itself does not tell. `name` is
 * "projects/P/subscriptions/S", `now` in milliseconds since 1970. Null: Monitoring has no number of the last quarter of an
 * hour, so nobody knows. Rejects with GoogleError.
 */
export async function subscriptionBacklog(google: Google, name: string, now: number): Promise<Backlog | null> {
  const [, project, , id] = name.split("/");
  const url = `https://monitoring.googleapis.com/v3/projects/${project}/timeSeries`;
  const query = {
    filter: `metric.type="pubsub.googleapis.com/subscription/num_undelivered_messages" AND resource.type="pubsub_subscription" AND resource.labels.subscription_id="${id}"`,
    "interval.startTime": new Date(now - windowMs).toISOString(),
    "interval.endTime": new Date(now).toISOString(),
  };
  let newest: { time: number; value: number } | null = null;
  for await (const { timeSeries = [] } of google.pages(url, query)) {
    for (const point of Array.isArray(timeSeries) ? (timeSeries as JsonObject[]).flatMap(pointsOf) : []) {
      if (newest === null || point.time > newest.time) newest = point;
    }
  }
  return newest === null ? null : { messages: newest.value, at: new Date(newest.time).toISOString() };
}

/**
 * The subscription through which an Eventarc trigger sends its events: "projects/P/subscriptions/eventarc-…"; null where
 * the trigger has none. `trigger` is its full name, as the copy names it. Rejects with GoogleError.
 */
export async function subscriptionOfTrigger(google: Google, trigger: string): Promise<string | null> {
  const record = await google.get(`https://eventarc.googleapis.com/v1/${trigger}`);
  return textAt(record, "transport.pubsub.subscription") || null;
}
