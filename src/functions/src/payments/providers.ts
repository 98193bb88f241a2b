import { onDocumentCreated } from "firebase-functions/v2/firestore";
import { once } from "../ledger.ts";
import { stripeSecretKey } from "../secrets.ts";
import { stripe } from "../stripe.ts";

/**
 * A lawyer has registered: makes the place where earnings go (a Stripe Express account, or the PayPal address where
 * Stripe is not offered) and leaves the profile pending and invisible until somebody approves it.
 */
export const onProviderCreated = onDocumentCreated(
  { document: "providers/{providerId}", secrets: [stripeSecretKey], retry: true },
  async (event) => {
    const provider = event.data;
    if (provider === undefined) return;
    const outcome = await once(`provider-created:${provider.ref.path}`, async () => {
      const pending = { approvalStatus: "pending", visible: false, balanceCents: 0 };
      if (provider.get("payoutMethod") === "paypal") {
        await provider.ref.update({ ...pending, paypalAddress: provider.get("email") as string });
        return;
      }
      const account = await (await stripe()).accounts.create(
        {
          type: "express",
          country: provider.get("country"),
          email: provider.get("email"),
          capabilities: { transfers: { requested: true } },
          metadata: { provider: provider.id },
        },
        { idempotencyKey: `provider-account:${provider.id}` },
      );
      await provider.ref.update({ ...pending, stripeAccount: account.id });
    });
    if (outcome === "in-progress") throw new Error(`${provider.ref.path} is being handled: try again later`);
  },
);
