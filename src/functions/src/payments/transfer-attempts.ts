import { type DocumentReference, FieldValue } from "firebase-admin/firestore";
import { HttpsError } from "firebase-functions/v2/https";
import { db } from "../firestore.ts";
import { stripe } from "../stripe.ts";

interface Wanted {
  readonly paymentId: string;
  readonly provider: string;
  readonly amountCents: number;
  readonly currency: string;
}

/** How often a refused transfer is tried by itself. */
const mostAttempts = 5;

/**
 * Sends a provider's share of a payment to the provider's Stripe account. The payment and the attempt are the idempotency
 * key: asking again sends nothing again. A transfer that Stripe refuses stays as `transfers/failed_PAYMENT`, to be tried
 * again under a new key, because Stripe answers the old one with the old refusal.
 */
export async function sendTransfer(wanted: Wanted, attempt: number): Promise<string> {
  const { paymentId, provider, amountCents, currency } = wanted;
  const destination = await connectedAccount(provider);
  const { transfers } = await stripe();
  try {
    const made = await transfers.create(
      { amount: amountCents, currency, destination, transfer_group: paymentId, metadata: { paymentId, provider } },
      { idempotencyKey: attempt === 1 ? `transfer:${paymentId}` : `transfer:${paymentId}:${attempt}` },
    );
    return made.id;
  } catch (error) {
    const { statusCode } = error as { statusCode?: number };
    if (statusCode === 400 || statusCode === 402) await keepFailure(wanted, attempt);
    throw error;
  }
}

async function keepFailure(wanted: Wanted, attempts: number): Promise<void> {
  const reference = db().collection("transfers").doc(`failed_${wanted.paymentId}`);
  const updatedAt = FieldValue.serverTimestamp();
  // In two steps, as in stripe-events.ts: onTransferFailed listens to a change of the status.
  await reference.set({ ...wanted, status: "new", attempts, createdAt: updatedAt });
  await reference.update({ status: "failed", updatedAt });
}

/** Tries a failed transfer again, as the next attempt; two at once make the same attempt. */
export async function retryTransfer(reference: DocumentReference): Promise<string | null> {
  const failed = await reference.get();
  if (failed.get("status") !== "failed") return null;
  const attempt = (failed.get("attempts") ?? 1) + 1;
  if (attempt > mostAttempts) return null;
  const wanted = failed.data() as Wanted;
  const id = await sendTransfer(
    {
      paymentId: wanted.paymentId,
      provider: wanted.provider,
      amountCents: wanted.amountCents,
      currency: wanted.currency,
    },
    attempt,
  );
  await reference.update({ status: "retried", transfer: id, updatedAt: FieldValue.serverTimestamp() });
  return id;
}

/** Stripe account of a provider; refuses where there is none. */
export async function connectedAccount(provider: string): Promise<string> {
  const account: string | undefined = (await db().collection("providers").doc(provider).get()).get("stripeAccount");
  if (account === undefined) throw new HttpsError("failed-precondition", `Provider ${provider} has no Stripe account.`);
  return account;
}
