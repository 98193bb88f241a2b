import { FieldValue } from "firebase-admin/firestore";
import { logger } from "firebase-functions";
import type Stripe from "stripe";
import { db } from "../firestore.ts";
import { stripe } from "../stripe.ts";

/**
 * A subscription as the event tells it. An event older than the one we have is passed over; of two within one second,
 * which Stripe's clock cannot order, neither is believed: Stripe is asked. A subscription that has ended stays so.
 */
export async function handleSubscriptionEvent(
  event:
    | Stripe.CustomerSubscriptionCreatedEvent
    | Stripe.CustomerSubscriptionUpdatedEvent
    | Stripe.CustomerSubscriptionDeletedEvent,
): Promise<void> {
  const told = event.data.object;
  const reference = db().collection("subscriptions").doc(told.id);
  const createdAt = FieldValue.serverTimestamp();
  const { clientId = null, planId = null } = told.metadata;
  await db().runTransaction(async (transaction) => {
    if ((await transaction.get(reference)).exists) return;
    // Made before it is moved: onSubscriptionActivated listens to changes, and "active" may be the first we hear.
    transaction.create(reference, {
      client: clientId,
      plan: planId,
      status: "new",
      eventAt: 0,
      event: null,
      createdAt,
    });
  });
  const seen = await reference.get();
  const tie = seen.get("eventAt") === event.created && seen.get("event") !== event.id;
  const subscription = tie ? await (await stripe()).subscriptions.retrieve(told.id) : told;
  await db().runTransaction(async (transaction) => {
    const present = await transaction.get(reference);
    if (present.get("eventAt") > event.created || present.get("status") === "canceled") return;
    transaction.update(reference, {
      client: clientId,
      plan: planId,
      stripeCustomer: idOf(subscription.customer),
      status: subscription.status,
      endsAtPeriod: subscription.cancel_at_period_end,
      monthlyCents: monthlyCents(subscription),
      eventAt: event.created,
      event: event.id,
      updatedAt: FieldValue.serverTimestamp(),
    });
  });
}

function monthlyCents(subscription: Stripe.Subscription): number {
  const months: Readonly<Record<string, number>> = { day: 1 / 30, week: 7 / 30, month: 1, year: 12 };
  const amounts = subscription.items.data.map(({ price, quantity }) => {
    const every = (months[price.recurring?.interval ?? "month"] ?? 1) * (price.recurring?.interval_count ?? 1);
    return ((price.unit_amount ?? 0) * (quantity ?? 1)) / every;
  });
  return Math.round(amounts.reduce((sum, amount) => sum + amount, 0));
}

/** An invoice paid, or one that could not be collected: what is paid stays paid, whatever comes late. */
export async function handleInvoiceEvent(
  event: Stripe.InvoicePaidEvent | Stripe.InvoicePaymentFailedEvent,
): Promise<void> {
  const invoice = event.data.object;
  const paid = event.type === "invoice.paid";
  const details = invoice.parent?.subscription_details ?? null;
  const subscription = details === null ? null : idOf(details.subscription);
  if (invoice.id === undefined) return;
  const reference = db().collection("invoices").doc(invoice.id);
  const alert = db().collection("payment_alerts").doc(`invoice-failed_${invoice.id}`);
  await db().runTransaction(async (transaction) => {
    const [present, alerted] = await transaction.getAll(reference, alert);
    if (present?.get("status") === "paid" || present?.get("status") === "corrected") return;
    const written = FieldValue.serverTimestamp();
    const kept = {
      number: invoice.number,
      client: details?.metadata?.clientId ?? null,
      subscription,
      amountCents: paid ? invoice.amount_paid : invoice.amount_due,
      vatCents: (invoice.total_taxes ?? []).reduce((sum, { amount }) => sum + amount, 0),
      currency: invoice.currency,
      country: invoice.customer_address?.country ?? null,
      status: paid ? "paid" : "failed",
      createdAt: present?.get("createdAt") ?? written,
      updatedAt: written,
    };
    transaction.set(reference, kept);
    if (subscription !== null) {
      transaction.set(db().collection(`subscriptions/${subscription}/invoices`).doc(reference.id), kept);
    }
    // One alert for an invoice, however often its collection is tried.
    if (!paid && alerted?.exists === false) {
      transaction.create(alert, { kind: "invoice-failed", about: invoice.id, status: "open", createdAt: written });
    }
  });
}

/**
 * A provider's Express account has changed: whether it can be paid out to, and how much Stripe still wants to know. Of two
 * events within one second neither is believed, as with subscriptions: Stripe is asked.
 */
export async function handleAccountEvent(event: Stripe.AccountUpdatedEvent): Promise<void> {
  const told = event.data.object;
  const found = await db().collection("providers").where("stripeAccount", "==", told.id).limit(1).get();
  const [seen] = found.docs;
  if (seen === undefined) {
    // The account was made a moment ago and is not written down yet: the next delivery finds it, or it is not ours.
    if (told.metadata?.provider === undefined) {
      logger.info("account of no provider", { account: told.id });
      return;
    }
    throw new Error(`no provider has the account ${told.id} yet`);
  }
  const reference = seen.ref;
  const tie = seen.get("payouts.eventAt") === event.created && seen.get("payouts.event") !== event.id;
  const account = tie ? await (await stripe()).accounts.retrieve(told.id) : told;
  await db().runTransaction(async (transaction) => {
    const provider = await transaction.get(reference);
    if ((provider.get("payouts.eventAt") ?? 0) > event.created) return;
    transaction.update(reference, {
      payouts: {
        enabled: account.payouts_enabled === true,
        submitted: account.details_submitted === true,
        due: account.requirements?.currently_due?.length ?? 0,
        eventAt: event.created,
        event: event.id,
      },
      updatedAt: FieldValue.serverTimestamp(),
    });
  });
}

function idOf(object: string | { readonly id: string }): string {
  return typeof object === "string" ? object : object.id;
}
