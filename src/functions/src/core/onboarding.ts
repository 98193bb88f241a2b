import { FieldValue } from "firebase-admin/firestore";
import { HttpsError, onCall } from "firebase-functions/v2/https";
import { z } from "zod";
import { type Asked, parseInput, requireUser } from "../access.ts";
import { db } from "../firestore.ts";
import { country, url } from "../input.ts";
import { stripeSecretKey } from "../secrets.ts";
import { askStripe } from "../stripe.ts";

const payoutAccount = z.object({ country });

/**
 * The calling provider's Stripe Express account, for those who registered with PayPal and change their minds. The provider
 * is the idempotency key: at the same time from two copies, it is one account.
 */
export const createStripeAccount = onCall(
  { secrets: [stripeSecretKey] },
  async (request: Asked<typeof payoutAccount>) => {
    const uid = requireUser(request);
    const input = parseInput(payoutAccount, request.data);
    const provider = db().collection("providers").doc(uid);
    const found = await provider.get();
    if (!found.exists) throw new HttpsError("failed-precondition", "Register as a provider first.");
    const present: string | undefined = found.get("stripeAccount");
    if (present !== undefined) return { account: present };
    const account = await askStripe((stripe) =>
      stripe.accounts.create(
        {
          type: "express",
          country: input.country,
          capabilities: { transfers: { requested: true } },
          metadata: { provider: uid },
        },
        { idempotencyKey: `provider-account:${uid}:own` },
      ),
    );
    await provider.update({
      stripeAccount: account.id,
      payoutMethod: "stripe",
      updatedAt: FieldValue.serverTimestamp(),
    });
    return { account: account.id };
  },
);

const returning = z.object({ returnTo: url });

/** Stripe's page on which the calling provider identifies; it is good for minutes, so ask when it is wanted. */
export const getOnboardingLink = onCall({ secrets: [stripeSecretKey] }, async (request: Asked<typeof returning>) => {
  const uid = requireUser(request);
  const { returnTo } = parseInput(returning, request.data);
  const account: string | undefined = (await db().collection("providers").doc(uid).get()).get("stripeAccount");
  if (account === undefined) throw new HttpsError("failed-precondition", "There is no Stripe account yet.");
  const link = await askStripe((stripe) =>
    stripe.accountLinks.create({
      account,
      type: "account_onboarding",
      return_url: returnTo,
      refresh_url: returnTo,
    }),
  );
  return { url: link.url };
});
