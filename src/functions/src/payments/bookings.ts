import { FieldValue } from "firebase-admin/firestore";
import { HttpsError } from "firebase-functions/v2/https";
import { z } from "zod";
import { db } from "../firestore.ts";
import { cents, currency, documentId } from "../input.ts";

/** What a client is about to pay for. The page makes up the booking's id; it names the payment and the call. */
export const booking = z.object({ bookingId: documentId, providerId: documentId, amountCents: cents, currency });

/**
 * Keeps a booking for the client who asks first, at the provider's present price. The same request again is the same
 * booking; another client's, or other values under its id, are refused.
 */
export async function keepBooking(uid: string, wanted: z.infer<typeof booking>): Promise<void> {
  const reference = db().collection("bookings").doc(wanted.bookingId);
  await db().runTransaction(async (transaction) => {
    const present = await transaction.get(reference);
    if (present.exists) {
      const same =
        present.get("client") === uid &&
        present.get("provider") === wanted.providerId &&
        present.get("amountCents") === wanted.amountCents &&
        present.get("currency") === wanted.currency;
      if (!same) throw new HttpsError("already-exists", "This booking was made with other values. Book again.");
      return;
    }
    const provider = await transaction.get(db().collection("providers").doc(wanted.providerId));
    if (provider.get("visible") !== true) {
      throw new HttpsError("failed-precondition", "This provider takes no bookings.");
    }
    const asked: string = provider.get("currency") ?? wanted.currency;
    if (provider.get("callCents") !== wanted.amountCents || asked !== wanted.currency) {
      throw new HttpsError("failed-precondition", "The price changed.");
    }
    transaction.create(reference, {
      client: uid,
      provider: wanted.providerId,
      amountCents: wanted.amountCents,
      currency: wanted.currency,
      createdAt: FieldValue.serverTimestamp(),
    });
  });
}
