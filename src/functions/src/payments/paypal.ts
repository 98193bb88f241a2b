import { FieldValue } from "firebase-admin/firestore";
import { HttpsError, onCall } from "firebase-functions/v2/https";
import { z } from "zod";
import { type Asked, parseInput, requireUser } from "../access.ts";
import { db } from "../firestore.ts";
import { documentId, target } from "../input.ts";
import { requireRight } from "../rights.ts";
import { paypalClientId, paypalClientSecret, stripeSecretKey } from "../secrets.ts";
import { booking, keepBooking } from "./bookings.ts";
import { payWithdrawal } from "./pay-withdrawal.ts";
import { askPayPal, paypal } from "./paypal-api.ts";
import { authorizeOrder } from "./paypal-settlement.ts";

const secrets = [paypalClientId, paypalClientSecret];
const made = z.object({ id: z.string(), status: z.string() });

/** Reserves the price of a call at PayPal, for clients without a card. A booking has one order. */
export const createPayPalOrder = onCall({ secrets }, async (request: Asked<typeof booking>) => {
  const uid = requireUser(request);
  const input = parseInput(booking, request.data);
  await keepBooking(uid, input);
  const amount = { value: (input.amountCents / 100).toFixed(2), currency_code: input.currency.toUpperCase() };
  const body = { intent: "AUTHORIZE", purchase_units: [{ reference_id: input.bookingId, amount }] };
  const order = await askPayPal(made, () => paypal("POST", "/v2/checkout/orders", `order:${input.bookingId}`, body));
  const kept = { client: uid, booking: input.bookingId, createdAt: FieldValue.serverTimestamp() };
  await db().collection("paypal_orders").doc(order.id).set(kept);
  return order;
});

/**
 * Reserves the amount once the client has approved the order at PayPal. The order's id then stands for the payment, in
 * createAndScheduleCall and wherever else a card's payment intent would.
 */
export const authorizePayPalOrder = onCall({ secrets }, async (request: Asked<typeof target>) => {
  const uid = requireUser(request);
  const { id } = parseInput(target, request.data);
  const order = await db().collection("paypal_orders").doc(id).get();
  if (order.get("client") !== uid) throw new HttpsError("not-found", `There is no order ${id} of yours.`);
  return askPayPal(made, () => authorizeOrder(order));
});

const wanted = z.object({ withdrawalId: documentId });

/** Pays an approved withdrawal now, instead of at the next run of paymentProcessAutomaticPayments. */
export const createPayPalPayout = onCall(
  { secrets: [...secrets, stripeSecretKey] },
  async (request: Asked<typeof wanted>) => {
    await requireRight(request, "money");
    const { withdrawalId } = parseInput(wanted, request.data);
    const present = await db().collection("withdrawals").doc(withdrawalId).get();
    if (!present.exists) throw new HttpsError("not-found", `There is no ${withdrawalId} in withdrawals.`);
    await payWithdrawal("createPayPalPayout", withdrawalId);
    const { payout = null, status } = (await present.ref.get()).data() ?? {};
    return { id: payout as string | null, status: status as string };
  },
);

export const getPayPalPayoutStatus = onCall({ secrets }, async (request: Asked<typeof target>) => {
  await requireRight(request, "money");
  const { id } = parseInput(target, request.data);
  const answer = z.object({ batch_header: z.object({ batch_status: z.string() }) });
  const path = `/v1/payments/payouts/${encodeURIComponent(id)}`;
  return { id, status: (await askPayPal(answer, () => paypal("GET", path, null))).batch_header.batch_status };
});
