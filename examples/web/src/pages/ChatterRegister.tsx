import { httpsCallable } from "firebase/functions";
import { useState } from "react";
import { functions, functionsPayments } from "../firebase.ts";
import { RegistrationForm } from "../RegistrationForm.tsx";

/** Makes the signed-in user a chatter, and offers the Telegram channel with its bonus. */
export function ChatterRegister() {
  const [telegram, setTelegram] = useState<string | null>(null);

  async function register(values: Record<string, string | number>) {
    const registerChatter = httpsCallable(functions, "registerChatter");
    await registerChatter({ ...values, languages: [navigator.language.slice(0, 2)], platforms: [] });
    const generateTelegramLink = httpsCallable<unknown, { url: string }>(functionsPayments, "generateTelegramLink");
    setTelegram((await generateTelegramLink({})).data.url);
  }

  return (
    <>
      <RegistrationForm title="Become a chatter" fields={[]} onRegister={register} />
      {telegram !== null && <a href={telegram}>Join us on Telegram: 50 USD, unlocked once you have earned as much</a>}
    </>
  );
}
