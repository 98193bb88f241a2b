import type { HolderRef } from "../../../../src/model/move.ts";
import type { Holders } from "../holders.ts";
import { type Place, steadily } from "../place.ts";
import { day, minute } from "../receivers.ts";

export const pushSubscription: HolderRef = {
  kind: "push",
  id: "orders-push",
  label: "orders-push",
  field: "pushConfig.pushEndpoint",
};

/** Messages are pushed until they are taken, for seven days, to whatever endpoint the subscription has by then. */
export function pushSends(place: Place, holders: Holders): void {
  const { timeline, random, receivers, traits } = place;
  let count = 0;
  holders.add(pushSubscription);

  function deliver(key: string, sentAt: number, wait: number): void {
    const region = holders.leads(pushSubscription);
    if (region === null) receivers.excuse(key, "a stranger had led the subscription elsewhere");
    else if (receivers.handle(region, key, true) === "taken") return;
    if (timeline.now() < sentAt + 7 * day) {
      timeline.after(wait, () => deliver(key, sentAt, Math.min(wait * 2, 60 * minute)));
    } else receivers.giveUp(key);
  }

  steadily(place, 180 * minute, () => {
    count += 1;
    const key = `message_${count}`;
    receivers.event(key);
    const times = random.chance(traits.duplicates) ? 2 : 1;
    for (let time = 0; time < times; time += 1) {
      timeline.after(random.between(0, 5_000), () => deliver(key, timeline.now(), minute));
    }
  });
}
