import { FieldValue, Timestamp } from "firebase-admin/firestore";
import { logger } from "firebase-functions";
import { onDocumentCreated } from "firebase-functions/v2/firestore";
import { onSchedule } from "firebase-functions/v2/scheduler";
import { collectionOf, type Role } from "../affiliate/roles.ts";
import { db } from "../firestore.ts";
import { once } from "../ledger.ts";

/** A commission is the affiliate's own after this time: until then a call can still be refunded. */
const heldDays = 7;

/** Adds a new commission to the month's points of its owner, once. The money stays held. */
export function commissionCreated(role: Role) {
  return onDocumentCreated({ document: `${role.prefix}_commissions/{commissionId}`, retry: true }, async (event) => {
    const commission = event.data;
    if (commission === undefined) return;
    const profile = db().collection(collectionOf(role, "profiles")).doc(commission.get("owner"));
    const outcome = await once(`commission-points:${commission.ref.path}`, async () => {
      await profile.update({ monthPoints: FieldValue.increment(commission.get("amountCents") as number) });
    });
    if (outcome === "in-progress") throw new Error(`${commission.ref.path} is being handled: try again later`);
  });
}

/** Moves commissions that have been held long enough into their owners' balances, each in one transaction. */
export function commissionRelease(role: Role, options: { schedule: string }) {
  return onSchedule({ schedule: options.schedule, timeZone: "Etc/UTC", timeoutSeconds: 540 }, async () => {
    const until = Timestamp.fromMillis(Date.now() - heldDays * 86_400_000);
    const held = db().collection(collectionOf(role, "commissions")).where("status", "==", "held");
    const due = (await held.where("createdAt", "<=", until).limit(500).get()).docs;
    for (const { ref } of due) {
      await db().runTransaction(async (transaction) => {
        const commission = await transaction.get(ref);
        if (commission.get("status") !== "held") return;
        const profile = db().collection(collectionOf(role, "profiles")).doc(commission.get("owner"));
        transaction.update(ref, { status: "released", releasedAt: FieldValue.serverTimestamp() });
        transaction.update(profile, { balanceCents: FieldValue.increment(commission.get("amountCents") as number) });
      });
    }
    logger.info("commissions released", { role: role.name, commissions: due.length });
  });
}
