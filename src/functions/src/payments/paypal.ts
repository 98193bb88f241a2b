import { HttpsError, onCall } from "firebase-functions/v2/https";
import { z } from "zod";
import { parseInput, requireAdmin, requireUser } from "../access.ts";
import { cents, currency, documentId, target } from "../input.ts";
import { paypalClientId, paypalClientSecret } from "../secrets.ts";

const secrets = [paypalClientId, paypalClientSecret];
const base = "https://api-m.paypal.com";

/** One call to PayPal with a fresh token. `requestId` is PayPal's idempotency key. */
async function paypal(method: "GET" | "POST", path: string, requestId: string | null, body?: object): Promise<unknown> {
  const basic = Buffer.from(`${paypalClientId.value()}:${paypalClientSecret.value()}`).toString("base64");
  const granted = await fetch(`${base}/v1/oauth2/token`, {
    method: "POST",
    headers: { authorization: `Basic ${basic}`, "content-type": "application/x-www-form-urlencoded" },
    body: "grant_type=client_credentials",
    signal: AbortSignal.timeout(10_000),
  });
  if (!granted.ok) throw new HttpsError("unavailable", "PayPal does not let us in.");
  const { access_token: token } = z.object({ access_token: z.string() }).parse(await granted.json());
  const response = await fetch(`${base}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      ...(requestId === null ? {} : { "paypal-request-id": requestId }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  });
  if (!response.ok) throw new HttpsError("unavailable", `PayPal answered ${response.status}.`);
  return response.json();
}

const made = z.object({ id: z.string(), status: z.string() });
const order = z.object({ bookingId: documentId, amountCents: cents, currency });

/** Reserves the price of a call at PayPal, for clients without a card. */
export const createPayPalOrder = onCall({ secrets }, async (request) => {
  requireUser(request);
  const { bookingId, amountCents, currency } = parseInput(order, request.data);
  const amount = { value: (amountCents / 100).toFixed(2), currency_code: currency.toUpperCase() };
  const body = { intent: "AUTHORIZE", purchase_units: [{ reference_id: bookingId, amount }] };
  return made.parse(await paypal("POST", "/v2/checkout/orders", `order:${bookingId}`, body));
});

export const authorizePayPalOrder = onCall({ secrets }, async (request) => {
  requireUser(request);
  const { id } = parseInput(target, request.data);
  return made.parse(await paypal("POST", `/v2/checkout/orders/${id}/authorize`, `authorize:${id}`, {}));
});

const payout = z.object({ withdrawalId: documentId, email: z.email(), amountCents: cents, currency });

/** Pays a withdrawal to a PayPal address. The withdrawal is the batch's id: PayPal refuses the same one twice. */
export const createPayPalPayout = onCall({ secrets }, async (request) => {
  requireAdmin(request);
  const { withdrawalId, email, amountCents, currency } = parseInput(payout, request.data);
  const amount = { value: (amountCents / 100).toFixed(2), currency: currency.toUpperCase() };
  const body = {
    sender_batch_header: { sender_batch_id: withdrawalId },
    items: [{ recipient_type: "EMAIL", receiver: email, amount, sender_item_id: withdrawalId }],
  };
  const answer = z.object({ batch_header: z.object({ payout_batch_id: z.string(), batch_status: z.string() }) });
  const { batch_header: batch } = answer.parse(await paypal("POST", "/v1/payments/payouts", withdrawalId, body));
  return { id: batch.payout_batch_id, status: batch.batch_status };
});

export const getPayPalPayoutStatus = onCall({ secrets }, async (request) => {
  requireAdmin(request);
  const { id } = parseInput(target, request.data);
  const answer = z.object({ batch_header: z.object({ batch_status: z.string() }) });
  return {
    id,
    status: answer.parse(await paypal("GET", `/v1/payments/payouts/${id}`, null)).batch_header.batch_status,
  };
});
