import { HttpsError } from "firebase-functions/v2/https";
import { z } from "zod";
import { addressOf } from "../addresses.ts";
import { OutsideError, request } from "../outside.ts";
import { paypalClientId, paypalClientSecret } from "../secrets.ts";

/**
 * One call to PayPal with a fresh token, ten seconds a try, three tries. `requestId` is PayPal's idempotency key: repeating
 * the call answers what the first one did. Null: there is nothing to tell. Throws OutsideError when PayPal refuses or does not answer.
 */
export async function paypal(
  method: "GET" | "POST",
  path: string,
  requestId: string | null,
  body?: object,
): Promise<unknown> {
  const base = addressOf("PAYPAL_API_BASE").href.replace(/\/$/, "");
  const basic = Buffer.from(`${paypalClientId.value()}:${paypalClientSecret.value()}`).toString("base64");
  const asked = {
    method: "POST",
    headers: { authorization: `Basic ${basic}`, "content-type": "application/x-www-form-urlencoded" },
    body: "grant_type=client_credentials",
  };
  const granted = await request("PayPal", `${base}/v1/oauth2/token`, asked, 10_000);
  if (!granted.ok) throw new OutsideError("PayPal", granted.status);
  const { access_token: token } = z.object({ access_token: z.string() }).parse(await granted.json());
  const options = {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      ...(requestId === null ? {} : { "paypal-request-id": requestId }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
  const response = await request("PayPal", `${base}${path}`, options, 10_000);
  if (!response.ok) throw new OutsideError("PayPal", response.status);
  return response.status === 204 ? null : response.json();
}

/** A call to PayPal on behalf of somebody who waits for the answer. */
export async function askPayPal<Shape>(shape: z.ZodType<Shape>, call: () => Promise<unknown>): Promise<Shape> {
  try {
    return shape.parse(await call());
  } catch (error) {
    if (error instanceof HttpsError) throw error;
    if (error instanceof OutsideError && error.status < 500 && error.status !== 429) {
      throw new HttpsError("failed-precondition", "PayPal does not allow this now.");
    }
    throw new HttpsError("unavailable", "PayPal does not answer. Try again.");
  }
}

const batch = z.object({ batch_header: z.object({ payout_batch_id: z.string(), batch_status: z.string() }) });

/** Pays somebody at a PayPal address. `key` is the batch's id and the idempotency key: PayPal pays it once. */
export async function payOut(key: string, to: string, amountCents: number, currency: string) {
  const amount = { value: (amountCents / 100).toFixed(2), currency: currency.toUpperCase() };
  const body = {
    sender_batch_header: { sender_batch_id: key },
    items: [{ recipient_type: "EMAIL", receiver: to, amount, sender_item_id: key }],
  };
  return batch.parse(await paypal("POST", "/v1/payments/payouts", key, body)).batch_header.payout_batch_id;
}
