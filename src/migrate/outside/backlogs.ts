import type { Google } from "../../clients/google.ts";
import { subscriptionBacklog, subscriptionOfTrigger } from "../../clients/subscription-backlog.ts";
import { type Backlogs, type Clock, Unseen } from "../ports/world.ts";
import { seen } from "./seen.ts";

/** What waits for a copy that is started by events: of its trigger's subscription, by Google's counters. */
export function createBacklogs(google: Google, project: string, clock: Clock): Backlogs {
  return {
    async look(name, region) {
      const what = `what waits for ${name} in ${region}`;
      return seen(what, async () => {
        const place = `projects/${project}/locations/${region}/functions/${name}`;
        const found = await google.get(`https://cloudfunctions.googleapis.com/v2/${place}`);
        const event = (found.eventTrigger ?? {}) as { readonly trigger?: unknown };
        if (typeof event.trigger !== "string") throw new Unseen(`${what}: Google does not name its trigger`);
        const subscription = await subscriptionOfTrigger(google, event.trigger);
        if (subscription === null) throw new Unseen(`${what}: its trigger has no subscription`);
        const backlog = await subscriptionBacklog(google, subscription, await clock.now());
        if (backlog === null) throw new Unseen(`${what}: Monitoring has no number of the last minutes`);
        return { waiting: backlog.messages, oldest: null, knownUntil: Date.parse(backlog.at) };
      });
    },
  };
}
