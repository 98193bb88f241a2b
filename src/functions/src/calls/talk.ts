/** What Twilio told about a conference: by sequence number, each once. */
export interface ConferenceEvent {
  readonly kind: string;
  /** The leg that came or went; "" where the event is about the conference as a whole. */
  readonly leg: string;
  /** Milliseconds since 1970, by Twilio's clock: events may be late, their times are not. */
  readonly at: number;
}

export type Side = "provider" | "client";

export interface Talk {
  /** Null while the conference goes on, or an event of it is still on its way. */
  readonly seconds: number | null;
  /** When the first two of different sides were in the conference together. */
  readonly startedAt: number | null;
}

/**
 * How long both sides talked: the time in which at least one leg of each side was in the conference. Twilio counts a
 * conference's events from one; only with all of them up to its end is the answer final, in whatever order they came.
 */
export function talkOf(events: Readonly<Record<string, ConferenceEvent>>, sideOf: (leg: string) => Side): Talk {
  const end = Object.entries(events).find(([, event]) => event.kind === "conference-end");
  const complete = end !== undefined && Number(end[0]) === Object.keys(events).length && Number(end[0]) > 0;
  const moves = Object.values(events)
    .filter(({ kind }) => kind === "participant-join" || kind === "participant-leave")
    .sort((one, other) => one.at - other.at || (one.kind < other.kind ? -1 : 1));
  const inside: Record<Side, Set<string>> = { provider: new Set(), client: new Set() };
  let together: number | null = null;
  let startedAt: number | null = null;
  let total = 0;
  for (const { kind, leg, at } of moves) {
    const side = inside[sideOf(leg)];
    if (kind === "participant-join") side.add(leg);
    else side.delete(leg);
    const both = inside.provider.size > 0 && inside.client.size > 0;
    if (both && together === null) {
      together = at;
      startedAt ??= at;
    } else if (!both && together !== null) {
      total += at - together;
      together = null;
    }
  }
  // Who was in it at its end, left with it.
  if (together !== null && end !== undefined) total += Math.max(0, end[1].at - together);
  return { seconds: complete ? Math.round(total / 1000) : null, startedAt };
}
