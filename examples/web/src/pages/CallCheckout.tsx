import { useEffect, useRef, useState } from "react";
import { Field } from "../Field.tsx";
import { Outcome } from "../Outcome.tsx";
import { createAndScheduleCall, createPaymentIntent } from "../regions.ts";
import { cardField } from "../stripe.ts";
import { submitted } from "../submitted.ts";
import { useAction } from "../useAction.ts";

interface Booking {
  bookingId: string;
  providerId: string;
  amountCents: number;
  currency: "eur" | "usd";
}

type Card = { status: "loading" } | { status: "failed"; message: string } | { status: "ready"; field: CardField };
type CardField = Awaited<ReturnType<typeof cardField>>;

/** Reserves the price on the client's card, then books the call. Nothing is charged before both have talked. */
export function CallCheckout({ booking }: { booking: Booking }) {
  const place = useRef<HTMLDivElement>(null);
  const [card, setCard] = useState<Card>({ status: "loading" });
  useEffect(() => {
    if (place.current === null) return;
    let gone = false;
    let field: CardField | null = null;
    cardField(place.current).then(
      (made) => {
        field = made;
        if (gone) made.remove();
        else setCard({ status: "ready", field: made });
      },
      (error: Error) => gone || setCard({ status: "failed", message: error.message }),
    );
    return () => {
      gone = true;
      field?.remove();
    };
  }, []);

  const pay = useAction(async (form: FormData) => {
    if (card.status !== "ready") return;
    const { paymentIntentId, clientSecret } = await createPaymentIntent(booking);
    if (clientSecret === null) throw new Error("The payment cannot be confirmed.");
    await card.field.confirm(clientSecret);
    const { bookingId, providerId } = booking;
    const clientPhone = String(form.get("phone")).replace(/[\s()-]/g, "");
    await createAndScheduleCall({ bookingId, providerId, paymentIntentId, clientPhone });
  });

  if (pay.state.status === "done") {
    return (
      <section>
        <h1>Booked</h1>
        <p role="status">We will call you. Your card is charged once you have talked.</p>
      </section>
    );
  }
  return (
    <form onSubmit={submitted(pay.run)}>
      <h1>Your call</h1>
      <p>
        {(booking.amountCents / 100).toFixed(2)} {booking.currency.toUpperCase()}, charged once you have talked.
      </p>
      <Field
        label="Phone we call you on"
        name="phone"
        type="tel"
        autoComplete="tel"
        placeholder="+351 912 345 678"
        hint="With the country's code"
        pattern="\+[0-9 ()\-]{7,20}"
        required
      />
      <div className="field">
        <span id="card-label">Card</span>
        {/* biome-ignore lint/a11y/useSemanticElements: Stripe puts its own frame with fields into it */}
        <div className="card" role="group" aria-labelledby="card-label" ref={place} />
      </div>
      <Outcome state={card.status === "failed" ? card : { status: "ready" }} />
      <button type="submit" disabled={card.status !== "ready" || pay.state.status === "busy"}>
        Book
      </button>
      <Outcome state={pay.state} />
    </form>
  );
}
