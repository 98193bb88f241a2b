import type { HolderRef } from "../../../../src/model/move.ts";
import type { Holders } from "../holders.ts";
import { type Place, steadily } from "../place.ts";
import { hour, minute } from "../receivers.ts";
import type { Sent } from "./sent.ts";

export const stripeEndpoint: HolderRef = { kind: "stripe", id: "we_1", label: "payments", field: "url" };

/** Hours after the first try; three days in all, as Stripe's documentation has it. */
const retriesAfter = [5 * minute, hour, 3 * hour, 8 * hour, 16 * hour, 26 * hour, 38 * hour, 54 * hour, 70 * hour];

/** Events at a steady rate, out of order, some twice, each tried again for three days. */
export function stripeSends(place: Place, holders: Holders): Sent[] {
  const { timeline, random, receivers, traits } = place;
  const sent: Sent[] = [];
  let count = 0;
  holders.add(stripeEndpoint);

  function deliver(one: Sent, first: string | null, tries: number): void {
    const region = traits.retriesKeepAddress ? first : holders.leads(stripeEndpoint);
    if (region === null) receivers.excuse(one.event, "a stranger had led the endpoint elsewhere");
    else if (receivers.handle(region, one.event, true) === "taken") {
      one.taken = true;
      one.pending = false;
      return;
    }
    const wait = retriesAfter[tries];
    if (wait === undefined) {
      one.pending = false;
      receivers.giveUp(one.event);
      return;
    }
    timeline.at(one.at + wait, () => {
      if (!one.taken) deliver(one, first, tries + 1);
    });
  }

  steadily(place, 3 * hour, () => {
    count += 1;
    const one: Sent = { provider: "stripe", event: `evt_${count}`, at: timeline.now(), taken: false, pending: true };
    sent.push(one);
    receivers.event(one.event);
    const address = holders.leads(stripeEndpoint);
    const times = random.chance(traits.duplicates) ? 2 : 1;
    for (let time = 0; time < times; time += 1) {
      timeline.after(random.between(0, 20_000), () => deliver(one, address, 0));
    }
  });
  return sent;
}
