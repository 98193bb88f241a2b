import type { HolderRef } from "../../../../src/model/move.ts";
import type { Holders } from "../holders.ts";
import { type Place, steadily } from "../place.ts";
import { day, hour, minute } from "../receivers.ts";
import type { Sent } from "./sent.ts";

export const telegramBot: HolderRef = { kind: "telegram", id: "bot7", label: "@desk_bot", field: "url" };

/** Updates are kept for a day, and what waits goes to whatever address the bot has by then. */
export function telegramSends(place: Place, holders: Holders): Sent[] {
  const { timeline, random, receivers } = place;
  const sent: Sent[] = [];
  let count = 0;
  holders.add(telegramBot);

  function deliver(one: Sent, wait: number): void {
    const region = holders.leads(telegramBot);
    if (region === null) receivers.excuse(one.event, "a stranger had led the bot elsewhere");
    else if (receivers.handle(region, one.event, true) === "taken") {
      one.taken = true;
      one.pending = false;
      return;
    }
    if (timeline.now() + wait > one.at + day) {
      one.pending = false;
      receivers.giveUp(one.event);
      return;
    }
    timeline.after(wait, () => deliver(one, Math.min(wait * 2, 2 * hour)));
  }

  steadily(place, 2 * hour, () => {
    count += 1;
    const one: Sent = {
      provider: "telegram",
      event: `update_${count}`,
      at: timeline.now(),
      taken: false,
      pending: true,
    };
    sent.push(one);
    receivers.event(one.event);
    timeline.after(random.between(0, 2_000), () => deliver(one, minute));
  });
  return sent;
}
