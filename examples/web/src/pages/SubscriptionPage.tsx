import { httpsCallable } from "firebase/functions";
import { functions } from "../firebase.ts";
import { Outcome } from "../Outcome.tsx";
import { getSubscriptionStatus } from "../regions.ts";
import { useAction } from "../useAction.ts";
import { usePolled } from "../usePolled.ts";

const createSubscriptionCheckout = httpsCallable<{ planId: string; returnTo: string }, { url: string }>(
  functions,
  "createSubscriptionCheckout",
);

/** Stripe's page leads back here with its session, perhaps before its event has reached us. */
const hasPaid = new URLSearchParams(window.location.search).has("subscribed");
const load = async () => (await getSubscriptionStatus({})).status;
const isKnown = (status: string) => status !== "none" || !hasPaid;

export function SubscriptionPage({ planId }: { planId: string }) {
  const status = usePolled(load, isKnown);
  const subscribe = useAction(async () => {
    const returnTo = window.location.origin + window.location.pathname;
    const { url } = (await createSubscriptionCheckout({ planId, returnTo })).data;
    window.location.assign(url);
  });
  const present = status.status === "loaded" ? status.value : null;
  if (present !== null && present !== "none") {
    return (
      <section>
        <h1>You are subscribed</h1>
        <p role="status">{wordsOf(present)}</p>
      </section>
    );
  }
  if (hasPaid) {
    return (
      <section>
        <h1>Thank you</h1>
        <p role="status">Your payment is being confirmed. This takes a few seconds.</p>
      </section>
    );
  }
  return (
    <section>
      <h1>Advice every month</h1>
      <p>Ask as often as you need to. You can end it with any month.</p>
      <button type="button" disabled={subscribe.state.status === "busy"} onClick={() => subscribe.run()}>
        Subscribe
      </button>
      <Outcome state={subscribe.state} />
    </section>
  );
}

function wordsOf(status: string): string {
  if (status === "past_due" || status === "unpaid") return "Your last payment did not go through.";
  return status === "paused" ? "Your subscription is paused." : "Your questions are answered from now on.";
}
