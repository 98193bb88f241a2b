import type { HolderRef } from "../../../../src/model/move.ts";
import type { Holders } from "../holders.ts";
import { type Place, steadily } from "../place.ts";
import { hour, minute } from "../receivers.ts";
import type { Sent } from "./sent.ts";

export const twilioVoice: HolderRef = { kind: "twilio", id: "PN1", label: "+33 1 00 00 00 00", field: "voiceUrl" };
export const twilioStatus: HolderRef = { ...twilioVoice, field: "statusCallback" };

/** A call asks for its words at its beginning, and reports at its end; both once, and to the addresses that it began with. */
export function twilioSends(place: Place, holders: Holders): Sent[] {
  const { timeline, random, receivers } = place;
  const sent: Sent[] = [];
  let count = 0;
  holders.add(twilioVoice);
  holders.add(twilioStatus);

  function request(event: string, region: string | null): void {
    const one: Sent = { provider: "twilio", event, at: timeline.now(), taken: false, pending: false };
    sent.push(one);
    if (region === null) {
      receivers.excuse(event, "a stranger had led the number elsewhere");
      return;
    }
    one.taken = receivers.handle(region, event, false) === "taken";
  }

  steadily(place, 2 * hour, () => {
    count += 1;
    const call = `CA${count}`;
    const status = holders.leads(twilioStatus);
    request(`${call}-initiated`, holders.leads(twilioVoice));
    const lasts = random.chance(0.2) ? random.between(4 * hour, 23 * hour) : random.between(minute, hour);
    timeline.after(lasts, () => request(`${call}-completed`, status));
  });
  return sent;
}
