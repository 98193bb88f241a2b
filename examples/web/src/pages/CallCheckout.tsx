import { useEffect, useRef, useState } from "react";
import { Field } from "../Field.tsx";
import { Outcome } from "../Outcome.tsx";
import { priceOf } from "../price.ts";
import { createAndScheduleCall, createPaymentIntent } from "../regions.ts";
import { cardField } from "../stripe.ts";
import { submitted } from "../submitted.ts";
import { useAction } from "../useAction.ts";
import { BookedCall } from "./BookedCall.tsx";

interface Offer {
  providerId: string;
  amountCents: number;
  currency: "eur" | "usd";
}

type Card = { status: "loading" } | { status: "failed"; message: string } | { status: "ready"; field: CardField };
type CardField = Awaited<ReturnType<typeof cardField>>;

/** Reserves the price on the client's card, then books the call. Nothing is charged before both have talked. */
export function CallCheckout({ offer }: { offer: Offer }) {
  // Names the payment and the call: whoever presses the button again after a failure pays once.
  const [bookingId] = useState(() => crypto.randomUUID());
  const [paymentId, setPaymentId] = useState<string | null>(null);
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
    const { paymentIntentId, clientSecret } = await createPaymentIntent({ bookingId, ...offer });
    if (clientSecret === null) throw new Error("The payment cannot be confirmed.");
    await card.field.confirm(clientSecret);
    const { providerId } = offer;
    const clientPhone = String(form.get("phone")).replace(/[\s()-]/g, "");
    await createAndScheduleCall({ bookingId, providerId, paymentIntentId, clientPhone });
    // Loaded again, the page shows this call, not the form.
    window.history.replaceState(null, "", `/booked/${paymentIntentId}`);
    setPaymentId(paymentIntentId);
  });

  if (paymentId !== null) return <BookedCall paymentId={paymentId} />;
  return (
    <form onSubmit={submitted(pay.run)}>
      <h1>Your call</h1>
      <p>{priceOf(offer)}, charged once you have talked.</p>
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
