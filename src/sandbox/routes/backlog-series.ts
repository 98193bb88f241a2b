import type { Call } from "../http/call.ts";
import { page } from "../http/pages.ts";
import { backlogOf } from "../senders/pubsub/messages.ts";
import { type JsonObject, objectAt, textAt } from "../state/json.ts";
import { allSubscriptions } from "../state/subscriptions.ts";
import { seriesFilter } from "./series-filter.ts";

/**
 * The backlog of each subscription as it is now, in one point at the end of the interval: what waits is not kept by
 * minutes. Null for a metric that counts something else.
 */
export function backlogSeries(call: Call, metric: string): JsonObject | null {
  if (metric !== "pubsub.googleapis.com/subscription/num_undelivered_messages") return null;
  const { state } = call.world;
  const endTime = call.query.get("interval.endTime") ?? call.world.now().toISOString();
  const events = eventsByFunction(call);
  const functionOf = functionsBySubscription(call);
  const series = [...allSubscriptions(state).keys()].map((name): JsonObject => {
    const waiting = backlogOf(call.world, name).length + (events.get(functionOf.get(name) ?? "") ?? 0);
    return {
      name,
      metric: { type: metric },
      resource: {
        type: "pubsub_subscription",
        labels: { project_id: state.project, subscription_id: name.split("/").at(-1) ?? "" },
      },
      metricKind: "GAUGE",
      valueType: "INT64",
      points: [{ interval: { startTime: endTime, endTime }, value: { int64Value: String(waiting) } }],
    };
  });
  const answer = page(call, series.filter(seriesFilter(call)), { key: "timeSeries", maxPage: 100_000 });
  for (const item of (answer.timeSeries ?? []) as JsonObject[]) delete item.name;
  return answer;
}

/** Events of documents on their way, by the full name of the function that they go to. */
function eventsByFunction({ world }: Call): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { kind, data } of world.shelf.all("due").values()) {
    if (kind !== "firestore-event") continue;
    const to = textAt(data as JsonObject, "to") ?? "";
    counts.set(to, (counts.get(to) ?? 0) + 1);
  }
  return counts;
}

/** The function behind each subscription that a trigger has made. */
function functionsBySubscription({ world }: Call): Map<string, string> {
  return new Map(
    Object.values(world.state.triggers).map((trigger) => [
      textAt(objectAt(objectAt(trigger, "transport"), "pubsub"), "subscription") ?? "",
      textAt(objectAt(trigger, "destination"), "cloudFunction") ?? "",
    ]),
  );
}
