import type { Twilio } from "twilio";
import { withoutDeadline } from "./patience.ts";
import { twilioItems } from "./twilio.ts";
import { type TwilioOptions, twilioClient } from "./twilio-client.ts";

/** One call or message. Who talked to whom is left out: a move does not need it. */
export interface TwilioActivity {
  readonly sid: string;
  /** "in-progress", "completed", "failed", "delivered", … */
  readonly status: string;
  /** "inbound", "outbound-api", "outbound-dial", … */
  readonly direction: string;
  /** RFC 3339: when a call began or a message was sent, else when it was made; null where Twilio does not say. */
  readonly at: string | null;
}

export interface TwilioWindow {
  /** Both inclusive. */
  readonly from: Date;
  readonly to: Date;
}

/** Reads what has gone through an account. Iterations throw ProviderError, after the pages that could be read. */
export interface TwilioActivities {
  /** Calls that began in a window, the newest first. */
  calls(window: TwilioWindow): AsyncGenerator<TwilioActivity, void, void>;
  /** Messages sent or received in a window, the newest first. */
  messages(window: TwilioWindow): AsyncGenerator<TwilioActivity, void, void>;
  /** Calls that are not over: they keep the addresses with which they began. */
  callsInProgress(): AsyncGenerator<TwilioActivity, void, void>;
}

const open = ["queued", "ringing", "in-progress"] as const;
const dayMs = 86_400_000;
const pageSize = 1000;

export function createTwilioActivities(options: TwilioOptions): TwilioActivities {
  const client = twilioClient(withoutDeadline(options));
  type Item = { readonly sid: string };
  const all = <T extends Item>(first: Parameters<typeof twilioItems<T>>[2]) => twilioItems(client, options, first);

  async function* within<T extends Item>(
    { from, to }: TwilioWindow,
    first: (twilio: Twilio, wider: TwilioWindow) => ReturnType<Parameters<typeof twilioItems<T>>[2]>,
    read: (item: T) => TwilioActivity,
  ): AsyncGenerator<TwilioActivity, void, void> {
    // Twilio documents days, takes times, and does not say whether it rounds them: the day before and after as well.
    const wider = { from: new Date(from.getTime() - dayMs), to: new Date(to.getTime() + dayMs) };
    for await (const item of all<T>((twilio) => first(twilio, wider))) {
      const activity = read(item);
      const at = activity.at === null ? null : Date.parse(activity.at);
      // What has no time cannot be ruled out.
      if (at === null || (at >= from.getTime() && at <= to.getTime())) yield activity;
    }
  }

  return {
    calls: (window) =>
      within(
        window,
        (twilio, { from, to }) => twilio.calls.page({ startTimeAfter: from, startTimeBefore: to, pageSize }),
        ({ sid, status, direction, startTime, dateCreated }) => ({
          sid,
          status: `${status}`,
          direction: `${direction}`,
          at: timeOf(startTime, dateCreated),
        }),
      ),
    messages: (window) =>
      within(
        window,
        (twilio, { from, to }) => twilio.messages.page({ dateSentAfter: from, dateSentBefore: to, pageSize }),
        ({ sid, status, direction, dateSent, dateCreated }) => ({
          sid,
          status: `${status}`,
          direction: `${direction}`,
          at: timeOf(dateSent, dateCreated),
        }),
      ),
    async *callsInProgress() {
      const told = new Set<string>();
      for (const asked of open) {
        for await (const call of all((twilio) => twilio.calls.page({ status: asked, pageSize }))) {
          // One that goes from ringing to in progress meanwhile is one call.
          if (told.has(call.sid)) continue;
          told.add(call.sid);
          const { sid, status, direction, startTime, dateCreated } = call;
          yield { sid, status: `${status}`, direction: `${direction}`, at: timeOf(startTime, dateCreated) };
        }
      }
    },
  };
}

function timeOf(...times: readonly (Date | null | undefined)[]): string | null {
  const time = times.find((one) => one instanceof Date && !Number.isNaN(one.getTime()));
  return time?.toISOString() ?? null;
}
