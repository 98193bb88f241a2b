import type { World } from "../../http/call.ts";
import { tellStatus } from "./callbacks.ts";
import { leave } from "./conferences.ts";
import { type CallRecord, isOver, keepCall, twilioTime } from "./records.ts";

/** A call is over: it leaves its conference, and its end is told. */
export function endCall(world: World, call: CallRecord, status: string): void {
  if (isOver(call)) return;
  const now = world.now();
  const answered = call.answeredAt;
  const seconds = answered === null ? 0 : Math.round((now.getTime() - answered) / 1000);
  Object.assign(call.resource, {
    status,
    date_updated: twilioTime(now),
    end_time: twilioTime(now),
    duration: String(seconds),
  });
  keepCall(world, call);
  for (const kind of ["step", "hangup", "ring"]) world.agenda.cancel(`twilio-${kind}:${call.sid}`);
  if (call.conference !== null) leave(world, call);
  tellStatus(world, call, status);
}
