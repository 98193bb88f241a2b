import { FieldValue, type Query, type QueryDocumentSnapshot } from "firebase-admin/firestore";
import { logger } from "firebase-functions";
import { onSchedule } from "firebase-functions/v2/scheduler";
import { onStatus } from "../families/on-status.ts";
import { db } from "../firestore.ts";
import { describeError } from "../outside.ts";
import { stripeSecretKey, twilioAccountSid, twilioAuthToken } from "../secrets.ts";
import { twilioClient } from "../twilio.ts";
import { hangUp, sideIn } from "./legs.ts";
import { decide, settle } from "./settlement.ts";
import { type ConferenceEvent, talkOf } from "./talk.ts";

/** A finished call: the client is asked for a review. */
export const onCallSessionEnded = onStatus({
  name: "onCallSessionEnded",
  document: "call_sessions/{sessionId}",
  becomes: "completed",
  apply: (transaction, call) => {
    const owner: string = call.get("client");
    const createdAt = FieldValue.serverTimestamp();
    const notification = { owner, kind: "review-request", about: call.id, status: "new", createdAt };
    transaction.set(db().collection("notifications").doc(`review-request_${call.id}`), notification);
  },
});

const minute = 60_000;

/** Calls whose end was not reported to us, by what they wait for and for how long. */
function stale(now: number): readonly Query[] {
  const sessions = db().collection("call_sessions");
  const before = (minutes: number) => new Date(now - minutes * minute);
  return [
    // Nobody talks for four hours.
    sessions.where("status", "==", "in-progress").where("startedAt", "<=", before(240)),
    // A leg rings for 40 seconds; then there is a conference, or none.
    sessions.where("status", "==", "calling").where("calledAt", "<=", before(10)),
    // The conference has ended, but an event of it never came.
    sessions.where("settlingAt", "<=", before(5)),
    // The task that starts the call gave up.
    sessions.where("status", "==", "scheduled").where("startsAt", "<=", before(60)),
  ];
}

/** Ends what nobody else will: asks Twilio how long both sides talked, and settles by that. */
export const endStaleCallSessions = onSchedule(
  {
    schedule: "*/15 * * * *",
    timeZone: "Etc/UTC",
    timeoutSeconds: 540,
    secrets: [stripeSecretKey, twilioAccountSid, twilioAuthToken],
  },
  async () => {
    const found = await Promise.all(stale(Date.now()).map((query) => query.limit(100).get()));
    const sessions = new Map(found.flatMap(({ docs }) => docs.map((document) => [document.id, document])));
    let failed = 0;
    for (const session of sessions.values()) {
      try {
        const scheduled = session.get("status") === "scheduled";
        const seconds = scheduled ? 0 : await secondsByTwilio(session);
        await db().runTransaction(async (transaction) => {
          const present = await transaction.get(session.ref);
          decide(transaction, present, { seconds, failure: scheduled ? "not-started" : null });
        });
        await settle(session.ref);
      } catch (error) {
        failed += 1;
        logger.error("stale call not ended", { session: session.id, ...describeError(error) });
      }
    }
    logger.info("stale calls ended", { seen: sessions.size, failed });
  },
);

/** How long legs of both sides were up together, where there was a conference at all; what is still up is hung up. */
async function secondsByTwilio(session: QueryDocumentSnapshot): Promise<number> {
  const twilio = await twilioClient();
  const legs: Readonly<Record<string, unknown>> = session.get("legs") ?? {};
  for (const leg of Object.keys(legs)) await hangUp(leg);
  const conferences = await twilio.conferences.list({ friendlyName: session.id, limit: 1 });
  if (conferences.length === 0) return 0;
  const events: Record<string, ConferenceEvent> = {};
  let number = 0;
  let last = 0;
  for (const leg of Object.keys(legs)) {
    const { startTime, endTime } = await twilio.calls(leg).fetch();
    // A leg that was never picked up has no times.
    if (startTime === null || startTime === undefined) continue;
    const until = (endTime ?? new Date()).getTime();
    last = Math.max(last, until);
    events[++number] = { kind: "participant-join", leg, at: startTime.getTime() };
    events[++number] = { kind: "participant-leave", leg, at: until };
  }
  events[++number] = { kind: "conference-end", leg: "", at: last };
  return talkOf(events, sideIn(session)).seconds ?? 0;
}
