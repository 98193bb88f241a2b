import { httpsCallable } from "firebase/functions";
import { useEffect, useRef, useState } from "react";
import { functions, functionsPayments } from "../firebase.ts";
import { Outcome } from "../Outcome.tsx";
import { cardField } from "../stripe.ts";
import { useAction } from "../useAction.ts";

interface Booking {
  bookingId: string;
  providerId: string;
  amountCents: number;
  currency: "eur" | "usd";
}

/** Reserves the price on the client's card, then books the call. Nothing is charged before both have talked. */
export function CallCheckout({ booking }: { booking: Booking }) {
  const card = useRef<ReturnType<typeof cardField> | null>(null);
  const [phone, setPhone] = useState("");
  useEffect(() => {
    card.current = cardField("#card");
    return () => card.current?.remove();
  }, []);

  const pay = useAction(async () => {
    const createPaymentIntent = httpsCallable<Booking, { paymentIntentId: string; clientSecret: string }>(
      functionsPayments,
      "createPaymentIntent",
    );
    const { paymentIntentId, clientSecret } = (await createPaymentIntent(booking)).data;
    await card.current?.confirm(clientSecret);
    const createAndScheduleCall = httpsCallable(functions, "createAndScheduleCall");
    const { bookingId, providerId } = booking;
    await createAndScheduleCall({ bookingId, providerId, paymentIntentId, clientPhone: phone });
  });

  return (
    <form action={() => pay.run()}>
      <h1>Your call</h1>
      <label>
        Phone we call you on{" "}
        <input type="tel" required value={phone} onChange={(event) => setPhone(event.target.value)} />
      </label>
      <div id="card" />
      <button type="submit">Book</button>
      <Outcome state={pay.state}>{pay.state.status === "done" && <p>Booked. We will call you.</p>}</Outcome>
    </form>
  );
}
