import { HttpsError, onCall } from "firebase-functions/v2/https";
import { z } from "zod";
import { parseInput, requireAdmin, requireUser } from "../access.ts";
import { adminList } from "../families/admin-list.ts";
import { db } from "../firestore.ts";
import { cents, currency, documentId, target } from "../input.ts";
import { stripeSecretKey } from "../secrets.ts";
import { stripe } from "../stripe.ts";

async function connectedAccount(provider: string): Promise<string> {
  const account: string | undefined = (await db().collection("providers").doc(provider).get()).get("stripeAccount");
  if (account === undefined) throw new HttpsError("failed-precondition", `Provider ${provider} has no Stripe account.`);
  return account;
}

const input = z.object({ paymentId: documentId, provider: documentId, amountCents: cents, currency });

/** Sends a provider's share of a captured payment to the provider's Stripe account, once per payment. */
export const createProviderTransfer = onCall({ secrets: [stripeSecretKey] }, async (request) => {
  requireAdmin(request);
  const { paymentId, provider, amountCents, currency } = parseInput(input, request.data);
  const destination = await connectedAccount(provider);
  const transfer = await (await stripe()).transfers.create(
    { amount: amountCents, currency, destination, transfer_group: paymentId, metadata: { paymentId, provider } },
    { idempotencyKey: `transfer:${paymentId}` },
  );
  return { id: transfer.id };
});

/** Tries a failed transfer again under a new key: Stripe would answer the old key with the old failure. */
export const retryProviderTransfer = onCall({ secrets: [stripeSecretKey] }, async (request) => {
  requireAdmin(request);
  const { id } = parseInput(target, request.data);
  const failed = await db().collection("transfers").doc(id).get();
  if (failed.get("status") !== "failed") throw new HttpsError("failed-precondition", `Transfer ${id} has not failed.`);
  const destination = await connectedAccount(failed.get("provider"));
  const transfer = await (await stripe()).transfers.create(
    { amount: failed.get("amountCents"), currency: failed.get("currency"), destination },
    { idempotencyKey: `transfer-retry:${id}` },
  );
  return { id: transfer.id };
});

export const reverseProviderTransfer = onCall({ secrets: [stripeSecretKey] }, async (request) => {
  requireAdmin(request);
  const { id } = parseInput(target, request.data);
  const reversal = await (await stripe()).transfers.createReversal(id, {}, { idempotencyKey: `reverse:${id}` });
  return { id: reversal.id };
});

export const listProviderTransfers = adminList({ collection: "transfers" });

/** What Stripe holds for the calling provider, per currency. */
export const getProviderBalance = onCall({ secrets: [stripeSecretKey] }, async (request) => {
  const account = await connectedAccount(requireUser(request));
  const balance = await (await stripe()).balance.retrieve({}, { stripeAccount: account });
  const amounts = (list: readonly { amount: number; currency: string }[]) =>
    list.map(({ amount, currency }) => ({ amountCents: amount, currency }));
  return { available: amounts(balance.available), pending: amounts(balance.pending) };
});
