import { httpsCallable } from "firebase/functions";
import { useState } from "react";
import { functions, functionsPayments } from "../firebase.ts";
import { Outcome } from "../Outcome.tsx";
import { RegistrationForm } from "../RegistrationForm.tsx";
import { useAction } from "../useAction.ts";

/** Makes the signed-in user a chatter, and offers the Telegram channel with its bonus. */
export function ChatterRegister() {
  const [code, setCode] = useState<string | null>(null);

  async function register(values: Record<string, string | number>) {
    const registerChatter = httpsCallable<unknown, { affiliateCode: string }>(functions, "registerChatter");
    const languages = [navigator.language.slice(0, 2)];
    setCode((await registerChatter({ ...values, languages, platforms: [] })).data.affiliateCode);
  }

  // The link is good for one use and one day, so it is only made for whoever wants it.
  const join = useAction(async () => {
    const generateTelegramLink = httpsCallable<unknown, { url: string }>(functionsPayments, "generateTelegramLink");
    window.location.assign((await generateTelegramLink({})).data.url);
  });

  if (code === null) return <RegistrationForm title="Become a chatter" fields={[]} onRegister={register} />;
  return (
    <section>
      <h1>Welcome</h1>
      <p role="status">
        Your code is <strong>{code}</strong>. Whoever signs up with it brings you a commission.
      </p>
      <p>On Telegram you get 50 USD, unlocked once you have earned as much.</p>
      <button type="button" disabled={join.state.status === "busy"} onClick={() => join.run()}>
        Join us on Telegram
      </button>
      <Outcome state={join.state} />
      <p>
        <a href="/chatter">To your dashboard</a>
      </p>
    </section>
  );
}
