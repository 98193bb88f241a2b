import { FieldValue } from "firebase-admin/firestore";
import { logger } from "firebase-functions";
import { onDocumentCreated } from "firebase-functions/v2/firestore";
import { z } from "zod";
import { db } from "../firestore.ts";
import { country } from "../input.ts";
import { applyOnce, onceOrRetry } from "../ledger.ts";
import { stripeSecretKey } from "../secrets.ts";
import { stripe } from "../stripe.ts";

/**
 * What the registration form wrote. It comes from a browser: nothing else of it is believed. Calls ring the phone
 * (E.164: "+" and up to 15 digits).
 */
const registered = z.object({
  email: z.email(),
  phone: z.e164(),
  country,
  payoutMethod: z.enum(["stripe", "paypal"]),
});

/** What every provider starts with, whatever the browser wrote into these fields. */
const start = { approvalStatus: "pending", visible: false, balanceCents: 0 };

/**
 * A lawyer has registered: makes the place where earnings go (a Stripe Express account, or the PayPal address where
 * Stripe is not offered) and leaves the profile pending and invisible until somebody approves it.
 */
export const onProviderCreated = onDocumentCreated(
  { document: "providers/{providerId}", secrets: [stripeSecretKey], retry: true },
  async ({ data: provider }) => {
    if (provider === undefined) return;
    const { seconds, nanoseconds } = provider.createTime;
    const event = `${provider.ref.path}@${seconds}.${nanoseconds}`;
    // Exactly once, and by itself: a later attempt at the account must not take back what somebody has approved by then.
    await applyOnce({ function: "onProviderCreated", event: `${event}:start` }, async (transaction) => {
      transaction.update(provider.ref, start);
    });
    await onceOrRetry({ function: "onProviderCreated", event }, async () => {
      const form = registered.safeParse(provider.data());
      if (!form.success) {
        const fields = form.error.issues.map(({ path }) => path.join("."));
        logger.warn("registration is not complete", { provider: provider.id, fields });
        await provider.ref.update({ incomplete: fields });
        return;
      }
      const { email, payoutMethod } = form.data;
      if (payoutMethod === "paypal") {
        await writePayout(provider.id, { paypalAddress: email });
        return;
      }
      const account = await (await stripe()).accounts.create(
        {
          type: "express",
          country: form.data.country,
          email,
          capabilities: { transfers: { requested: true } },
          metadata: { provider: provider.id },
        },
        { idempotencyKey: `provider-account:${provider.id}` },
      );
      await writePayout(provider.id, { stripeAccount: account.id });
    });
  },
);

async function writePayout(id: string, payout: { paypalAddress: string } | { stripeAccount: string }): Promise<void> {
  const createdAt = FieldValue.serverTimestamp();
  const batch = db().batch();
  batch.update(db().collection("providers").doc(id), payout);
  batch.set(db().collection("registrations").doc(`provider_${id}`), { role: "provider", createdAt });
  await batch.commit();
}
