import { useCallback } from "react";
import { Outcome } from "../Outcome.tsx";
import { priceOf } from "../price.ts";
import { getPaymentStatus } from "../regions.ts";
import { usePolled } from "../usePolled.ts";

type Payment = Awaited<ReturnType<typeof getPaymentStatus>>;

const isSettled = ({ status }: Payment) => ["captured", "cancelled", "refunded"].includes(status);

/** Where a booked call and its payment stand, from the booking until the money has been taken or released. */
export function BookedCall({ paymentId }: { paymentId: string }) {
  const load = useCallback(() => getPaymentStatus({ id: paymentId }), [paymentId]);
  const payment = usePolled(load, isSettled);
  const { title, text } = payment.status === "loaded" ? wordsOf(payment.value) : { title: "Your call", text: null };
  return (
    <section>
      <h1>{title}</h1>
      <Outcome state={payment}>{text !== null && <p>{text}</p>}</Outcome>
      {payment.status === "loaded" && isSettled(payment.value) && <a href="/">Book another call</a>}
    </section>
  );
}

function wordsOf(payment: Payment): { title: string; text: string } {
  const price = priceOf(payment);
  switch (payment.status) {
    case "captured":
      return { title: "Paid", text: `You have talked, and ${price} were charged to your card.` };
    case "cancelled":
      return { title: "Not charged", text: `The ${price} that were reserved on your card are released.` };
    case "refunded":
      return { title: "Paid back", text: `You get ${price} back on your card.` };
  }
  switch (payment.call) {
    case "calling":
      return { title: "We are calling you", text: "Please pick up: your lawyer is being called, too." };
    case "in-progress":
      return { title: "Your call is on", text: "Your card is charged when you have talked for a minute or more." };
    case "completed":
      return { title: "Your call is over", text: `${price} are about to be charged to your card.` };
    case "failed":
    case "cancelled":
      return { title: "There was no call", text: `The ${price} that were reserved on your card are being released.` };
    case "scheduled":
      return { title: "Booked", text: "We will call you. Your card is charged once you have talked." };
    case null:
      return {
        title: "Not booked yet",
        text: payment.status === "authorized" ? `${price} are reserved on your card.` : "Nothing is charged.",
      };
  }
}
