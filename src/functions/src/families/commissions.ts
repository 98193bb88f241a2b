import { type DocumentSnapshot, FieldValue, Timestamp } from "firebase-admin/firestore";
import { logger } from "firebase-functions";
import { onSchedule } from "firebase-functions/v2/scheduler";
import { monthField } from "../affiliate/months.ts";
import { collectionOf, type Role } from "../affiliate/roles.ts";
import { db } from "../firestore.ts";
import { describeError } from "../outside.ts";
import { onCreated } from "./on-created.ts";

/** A commission is the affiliate's own after this time: until then a call can still be refunded. */
const heldDays = 7;

/** Adds a new commission to the month's points of its owner, once. The money stays held. */
export function commissionCreated(role: Role, options: { name: string }) {
  return onCreated({
    name: options.name,
    document: `${role.prefix}_commissions/{commissionId}`,
    apply: async (transaction, commission) => {
      const owner = db().collection(collectionOf(role, "profiles")).doc(commission.get("owner"));
      const profile = await transaction.get(owner);
      // Whoever was removed in the meantime needs no points.
      if (!profile.exists) return;
      const field = monthField(commission.createTime.toDate());
      transaction.update(owner, { [field]: FieldValue.increment(commission.get("amountCents") as number) });
    },
  });
}

/**
 * Moves commissions that have been held long enough into their owners' balances, each in one transaction that looks at its
 * status again: two runs at once release each once. Earning as much as a credited bonus is worth unlocks the bonus.
 */
export function commissionRelease(role: Role, options: { schedule: string }) {
  return onSchedule({ schedule: options.schedule, timeZone: "Etc/UTC", timeoutSeconds: 540 }, async () => {
    const until = Timestamp.fromMillis(Date.now() - heldDays * 86_400_000);
    const held = db().collection(collectionOf(role, "commissions")).where("status", "==", "held");
    const due = (await held.where("createdAt", "<=", until).limit(500).get()).docs;
    let failed = 0;
    for (const { ref } of due) {
      try {
        await db().runTransaction(async (transaction) => {
          const commission = await transaction.get(ref);
          if (commission.get("status") !== "held") return;
          const profile = await transaction.get(
            db().collection(collectionOf(role, "profiles")).doc(commission.get("owner")),
          );
          const amountCents: number = commission.get("amountCents");
          transaction.update(ref, { status: "released", releasedAt: FieldValue.serverTimestamp() });
          if (!profile.exists) return;
          const earnedCents = (profile.get("earnedCents") ?? 0) + amountCents;
          transaction.update(profile.ref, { earnedCents, ...balanceAfter(profile, amountCents, earnedCents) });
        });
      } catch (error) {
        failed += 1;
        logger.error("commission not released", { commission: ref.path, ...describeError(error) });
      }
    }
    logger.info("commissions released", { role: role.name, commissions: due.length, failed });
  });
}

/** What a profile's balance and bonus become when it has earned `earnedCents` in all, `amountCents` of them now. */
function balanceAfter(profile: DocumentSnapshot, amountCents: number, earnedCents: number) {
  const bonus: { amountCents: number; state: string; creditedAt: unknown } | undefined = profile.get("bonus");
  const unlocked =
    bonus?.state === "locked" && bonus.creditedAt !== null && earnedCents >= bonus.amountCents ? bonus.amountCents : 0;
  return {
    balanceCents: FieldValue.increment(amountCents + unlocked),
    ...(unlocked > 0 ? { "bonus.state": "unlocked", "bonus.unlockedAt": FieldValue.serverTimestamp() } : {}),
  };
}
