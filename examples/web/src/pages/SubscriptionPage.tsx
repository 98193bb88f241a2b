import { httpsCallable } from "firebase/functions";
import { functions } from "../firebase.ts";
import { Outcome } from "../Outcome.tsx";
import { useAction } from "../useAction.ts";

const createSubscriptionCheckout = httpsCallable<{ planId: string; returnTo: string }, { url: string }>(
  functions,
  "createSubscriptionCheckout",
);

export function SubscriptionPage({ planId }: { planId: string }) {
  const subscribe = useAction(async () => {
    const { url } = (await createSubscriptionCheckout({ planId, returnTo: window.location.href })).data;
    window.location.assign(url);
  });
  return (
    <section>
      <h1>Advice every month</h1>
      <button type="button" onClick={() => subscribe.run()}>
        Subscribe
      </button>
      <Outcome state={subscribe.state} />
    </section>
  );
}
