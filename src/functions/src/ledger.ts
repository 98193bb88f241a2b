import { randomUUID } from "node:crypto";
import { type DocumentReference, FieldValue, type Transaction } from "firebase-admin/firestore";
import { copyRegion } from "./copy.ts";
import { db } from "./firestore.ts";

// What this ledger guarantees, with any number of copies in any number of regions, and at-least-once delivery:
//
// `applyOnce`  The writes of the effect and the record of it are one transaction: they exist both or not at all. The
//              effect is exactly once, whatever dies when. For effects that are writes to Firestore, and nothing else.
//
// `once`       For effects outside Firestore, which no transaction can hold. Claiming is an atomic create: of copies that
//              get one event at a time, one runs the effect, the others hear "in-progress". An event whose effect has
//              ended well is never run again. It is run again when the effect threw, and when a copy claimed it and was
//              neither done nor failed for the length of the lease: it may have died before the effect, or between the
//              effect and the record. So the effect must bear a second run, and a copy that was merely slow may even
//              overlap it: give Stripe an idempotency key, give documents ids that follow from the event, or look
//              first (`attempt` says when there is reason to). A slow copy's end never touches the claim of its successor.
//
// Ages of claims are told by the database's clock alone; copies may disagree about the time.

/** Longer than any function here may run (540 s), so that a claim that old belongs to a copy that is gone. */
const leaseMs = 10 * 60_000;

/** The collection that regions.yaml names as this codebase's ledger. */
const collection = "processed_events";

/** One delivery of an event to a function, by names that are the same in every copy and at every delivery. */
export interface Delivery {
  /** The function's own name. */
  readonly function: string;
  /** The event's id: Stripe's event id, a task's name, a document's path with its time of writing. */
  readonly event: string;
}

/**
 * "done-now": this call ran the effect. "done-before": an earlier one has. "in-progress": another copy is at it; answer so
 * that the sender tries again later.
 */
export type Outcome = "done-now" | "done-before" | "in-progress";

export interface Claim {
  /** 1 at the first run; more where earlier ones failed or were never heard of again. */
  readonly attempt: number;
  /** When the first run was claimed, by the database's clock. At the first run: now, roughly. */
  readonly firstAt: Date;
}

/** Runs an effect that reaches outside Firestore. An error of the effect frees the event and goes on to the caller. */
export async function once(delivery: Delivery, effect: (claim: Claim) => Promise<unknown>): Promise<Outcome> {
  const record = recordOf(delivery);
  const region = await copyRegion();
  const claimId = randomUUID();
  const claimed = await settled(() =>
    db().runTransaction(async (transaction): Promise<Claim | Outcome> => {
      const seen = await transaction.get(record);
      if (!seen.exists) {
        const startedAt = FieldValue.serverTimestamp();
        transaction.create(record, {
          ...named(delivery),
          region,
          claim: claimId,
          attempt: 1,
          firstAt: startedAt,
          startedAt,
          doneAt: null,
        });
        return { attempt: 1, firstAt: new Date(seen.readTime.toMillis()) };
      }
      if (seen.get("doneAt") !== null) return "done-before";
      const age = seen.readTime.toMillis() - seen.get("startedAt").toMillis();
      if (seen.get("claim") !== null && age < leaseMs) return "in-progress";
      const attempt: number = seen.get("attempt") + 1;
      transaction.update(record, { region, claim: claimId, attempt, startedAt: FieldValue.serverTimestamp() });
      return { attempt, firstAt: seen.get("firstAt").toDate() };
    }),
  );
  if (typeof claimed === "string") return claimed;
  try {
    await effect(claimed);
  } catch (error) {
    await whileHeld(record, claimId, { claim: null });
    throw error;
  }
  await whileHeld(record, claimId, { claim: null, doneAt: FieldValue.serverTimestamp() });
  return "done-now";
}

/**
 * Runs an effect that consists of reads and writes of one transaction, which may be tried several times: everything it
 * does must go through the transaction. Its reads come before its writes, as in every transaction.
 */
export async function applyOnce(
  delivery: Delivery,
  effect: (transaction: Transaction) => Promise<unknown>,
): Promise<Exclude<Outcome, "in-progress">> {
  const record = recordOf(delivery);
  const region = await copyRegion();
  return settled(() =>
    db().runTransaction(async (transaction) => {
      if ((await transaction.get(record)).exists) return "done-before";
      await effect(transaction);
      const startedAt = FieldValue.serverTimestamp();
      transaction.create(record, {
        ...named(delivery),
        region,
        claim: null,
        attempt: 1,
        firstAt: startedAt,
        startedAt,
        doneAt: startedAt,
      });
      return "done-now";
    }),
  );
}

/**
 * Runs a transaction again that lost the create of its record to another copy (gRPC's ALREADY_EXISTS): it finds the record
 * now. Where it is a document of the effect that exists, the second run fails as the first did.
 */
async function settled<Result>(transaction: () => Promise<Result>): Promise<Result> {
  try {
    return await transaction();
  } catch (error) {
    if ((error as { code?: unknown }).code !== 6) throw error;
    return transaction();
  }
}

/** As `once`, for functions whose only answer to a sender is an error: the event is delivered again after it. */
export async function onceOrRetry(delivery: Delivery, effect: (claim: Claim) => Promise<unknown>): Promise<void> {
  const outcome = await once(delivery, effect);
  if (outcome === "in-progress") throw new Error(`${delivery.function} is at ${delivery.event}: try again later`);
}

function recordOf({ function: name, event }: Delivery): DocumentReference {
  return db()
    .collection(collection)
    .doc(encodeURIComponent(`${name}:${event}`));
}

function named(delivery: Delivery) {
  return { key: `${delivery.function}:${delivery.event}`, function: delivery.function, event: delivery.event };
}

/** Changes the record if the claim is still this copy's; one whose lease ran out has lost it to another. */
async function whileHeld(record: DocumentReference, claimId: string, change: Record<string, unknown>): Promise<void> {
  await db().runTransaction(async (transaction) => {
    const seen = await transaction.get(record);
    const held = seen.get("claim") === claimId;
    // The effect has taken place, whoever holds the claim now: nobody has to do it again.
    const overtaken = change.doneAt !== undefined && seen.get("doneAt") === null;
    if (held) transaction.update(record, change);
    else if (overtaken) transaction.update(record, { doneAt: FieldValue.serverTimestamp() });
  });
}
