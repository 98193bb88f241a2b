import { HttpsError, onCall } from "firebase-functions/v2/https";
import { z } from "zod";
import { type Asked, parseInput, requireUser } from "../access.ts";
import { adminList } from "../families/admin-list.ts";
import { db } from "../firestore.ts";
import { cents, currency, documentId, target } from "../input.ts";
import { requireRight } from "../rights.ts";
import { stripeSecretKey } from "../secrets.ts";
import { askStripe } from "../stripe.ts";
import { connectedAccount, retryTransfer, sendTransfer } from "./transfer-attempts.ts";

const input = z.object({ paymentId: documentId, provider: documentId, amountCents: cents, currency });

/** Sends a provider's share of a captured payment to the provider's Stripe account, once per payment. */
export const createProviderTransfer = onCall({ secrets: [stripeSecretKey] }, async (request: Asked<typeof input>) => {
  await requireRight(request, "money");
  const wanted = parseInput(input, request.data);
  const payment = await db().collection("payments").doc(wanted.paymentId).get();
  const fits =
    payment.get("status") === "captured" &&
    payment.get("provider") === wanted.provider &&
    payment.get("currency") === wanted.currency &&
    payment.get("amountCents") >= wanted.amountCents;
  if (!fits) throw new HttpsError("failed-precondition", "No captured payment of this provider covers that.");
  return { id: await askStripe(() => sendTransfer(wanted, 1)) };
});

/** Tries a failed transfer again under a new key: Stripe would answer the old key with the old failure. */
export const retryProviderTransfer = onCall({ secrets: [stripeSecretKey] }, async (request: Asked<typeof target>) => {
  await requireRight(request, "money");
  const { id } = parseInput(target, request.data);
  const retried = await askStripe(() => retryTransfer(db().collection("transfers").doc(id)));
  if (retried === null) throw new HttpsError("failed-precondition", `Transfer ${id} has not failed, or too often.`);
  return { id: retried };
});

export const reverseProviderTransfer = onCall({ secrets: [stripeSecretKey] }, async (request: Asked<typeof target>) => {
  await requireRight(request, "money");
  const { id } = parseInput(target, request.data);
  const reversal = await askStripe((stripe) =>
    stripe.transfers.createReversal(id, {}, { idempotencyKey: `reverse:${id}` }),
  );
  return { id: reversal.id };
});

export const listProviderTransfers = adminList({ collection: "transfers" });

/** What Stripe holds for the calling provider, per currency. */
export const getProviderBalance = onCall({ secrets: [stripeSecretKey] }, async (request) => {
  const account = await connectedAccount(requireUser(request));
  const balance = await askStripe((stripe) => stripe.balance.retrieve({}, { stripeAccount: account }));
  const amounts = (list: readonly { amount: number; currency: string }[]) =>
    list.map(({ amount, currency }) => ({ amountCents: amount, currency }));
  return { available: amounts(balance.available), pending: amounts(balance.pending) };
});
