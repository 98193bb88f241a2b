import { type DocumentReference, type DocumentSnapshot, FieldValue } from "firebase-admin/firestore";
import { HttpsError } from "firebase-functions/v2/https";
import { z } from "zod";
import { countAttempt } from "../calls/settlement.ts";
import { db } from "../firestore.ts";
import { OutsideError } from "../outside.ts";
import { movePayment } from "./payment-state.ts";
import { paypal } from "./paypal-api.ts";

/** What PayPal says of a reservation; "PENDING" is one that it still looks at. */
const authorization = z.object({ id: z.string(), status: z.string() });
const captured = z.object({ id: z.string(), status: z.string() });
const authorizedOrder = z.object({
  id: z.string(),
  status: z.string(),
  purchase_units: z
    .array(z.object({ payments: z.object({ authorizations: z.array(authorization).min(1) }) }))
    .length(1),
});

/** Whether a payment is one of PayPal's; its document bears the order's id, and names the reservation. */
export function isPayPal(payment: DocumentSnapshot): boolean {
  return payment.get("method") === "paypal";
}

/**
 * Reserves what an order is about, and writes the payment down as createPaymentIntent does for a card: the order's id names
 * it, createAndScheduleCall takes it, and the end of the call captures or releases it. Bears repetition: PayPal answers a
 * repeated request with what the first one came to, and one that it has forgotten with the order as it is.
 */
export async function authorizeOrder(order: DocumentSnapshot): Promise<{ id: string; status: string }> {
  const path = `/v2/checkout/orders/${encodeURIComponent(order.id)}`;
  const answer = await paypal("POST", `${path}/authorize`, `authorize:${order.id}`, {}).catch((error: unknown) => {
    if (error instanceof OutsideError && error.status === 422) return paypal("GET", path, null);
    throw error;
  });
  const parsed = authorizedOrder.safeParse(answer);
  if (!parsed.success) throw new HttpsError("failed-precondition", "PayPal has not reserved the amount.");
  const { id, status, purchase_units: units } = parsed.data;
  const reserved = units[0]?.payments.authorizations[0];
  if (reserved === undefined || !["CREATED", "PENDING"].includes(reserved.status)) {
    throw new HttpsError("failed-precondition", "PayPal has not reserved the amount.");
  }
  await keepPayment(order, reserved.id);
  if (reserved.status === "CREATED") await movePayment(id, "authorized");
  return { id, status };
}

/** Our record of a reservation, from the booking; one that is there stays as it is. */
async function keepPayment(order: DocumentSnapshot, reserved: string): Promise<void> {
  const payment = db().collection("payments").doc(order.id);
  await db().runTransaction(async (transaction) => {
    const booking = await transaction.get(db().collection("bookings").doc(order.get("booking")));
    if ((await transaction.get(payment)).exists) return;
    transaction.create(payment, {
      bookingId: booking.id,
      client: booking.get("client"),
      provider: booking.get("provider"),
      amountCents: booking.get("amountCents"),
      currency: booking.get("currency"),
      method: "paypal",
      authorization: reserved,
      status: "created",
      createdAt: FieldValue.serverTimestamp(),
    });
  });
}

/** Takes the reserved amount, all of it. Throws where PayPal does not, or where it still looks at the payment. */
export async function capturePayPal(payment: DocumentSnapshot, key: string): Promise<void> {
  const answer = await paypal("POST", `${pathOf(payment)}/capture`, key, { final_capture: true });
  const { id, status } = captured.parse(answer);
  if (status !== "COMPLETED") throw new Error(`PayPal's capture is ${status}`);
  await movePayment(payment.id, "captured", { capture: id });
}

/** Gives the reserved amount back. */
async function voidPayPal(payment: DocumentSnapshot, key: string): Promise<void> {
  await paypal("POST", `${pathOf(payment)}/void`, key, {});
  await movePayment(payment.id, "cancelled");
}

/** Gives the reserved amount back, or finds out that it is captured, released or gone already. */
export async function releasePayPal(payment: DocumentSnapshot, key: string): Promise<void> {
  await orOver(payment, () => voidPayPal(payment, key));
}

/** Does it, or finds out that there is nothing left to do; throws the refusal where there is. */
async function orOver(payment: DocumentSnapshot, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!isRefusal(error) || !(await askPayPalAbout(payment))) throw error;
  }
}

/** Under the same key PayPal would refuse again. */
function isRefusal(error: unknown): boolean {
  return error instanceof OutsideError && error.status < 500 && error.status !== 429;
}

/** Brings our record to what PayPal says; true where the reservation is captured, released or gone. */
export async function askPayPalAbout(payment: DocumentSnapshot): Promise<boolean> {
  const { status } = authorization.parse(await paypal("GET", pathOf(payment), null));
  if (status === "CAPTURED") await movePayment(payment.id, "captured");
  else if (["VOIDED", "DENIED", "EXPIRED"].includes(status)) await movePayment(payment.id, "cancelled");
  else {
    if (status === "CREATED") await movePayment(payment.id, "authorized");
    return false;
  }
  return true;
}

/**
 * Carries out what was decided over a call that is paid through PayPal, as `settle` does at Stripe: an attempt has one
 * idempotency key, and a later one another. PayPal sends us no events, so the payment is moved here. Throws where PayPal
 * does not do it; stuckPaymentsRecovery comes back to what is still due.
 */
export async function settlePayPal(session: DocumentReference): Promise<void> {
  const call = await session.get();
  if (call.get("settlement.state") !== "due") return;
  const attempt: number = call.get("settlement.attempt");
  const payment = await db().collection("payments").doc(call.get("payment.id")).get();
  const act = call.get("settlement.decision") === "capture" ? capturePayPal : voidPayPal;
  try {
    await orOver(payment, () => act(payment, `${act === capturePayPal ? "capture" : "void"}:${payment.id}:${attempt}`));
  } catch (error) {
    if (isRefusal(error)) await countAttempt(session, attempt);
    throw error;
  }
  await session.update({ "settlement.state": "done", "settlement.settledAt": FieldValue.serverTimestamp() });
}

function pathOf(payment: DocumentSnapshot): string {
  return `/v2/payments/authorizations/${encodeURIComponent(payment.get("authorization"))}`;
}
