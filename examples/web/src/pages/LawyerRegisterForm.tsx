import { createUserWithEmailAndPassword } from "firebase/auth";
import { doc, serverTimestamp, setDoc } from "firebase/firestore";
import { httpsCallable } from "firebase/functions";
import { auth, db, functions } from "../firebase.ts";
import { Outcome } from "../Outcome.tsx";
import { useAction } from "../useAction.ts";

const getOnboardingLink = httpsCallable<{ returnTo: string }, { url: string }>(functions, "getOnboardingLink");

/** An account and a provider record; what follows from the record (payout account, approval) happens on the server. */
export function LawyerRegisterForm() {
  const register = useAction(async (form: FormData) => {
    const email = String(form.get("email"));
    const { user } = await createUserWithEmailAndPassword(auth, email, String(form.get("password")));
    await setDoc(doc(db, "providers", user.uid), {
      email,
      displayName: String(form.get("displayName")),
      barNumber: String(form.get("barNumber")),
      country: String(form.get("country")).toUpperCase(),
      payoutMethod: String(form.get("payoutMethod")),
      createdAt: serverTimestamp(),
    });
  });
  const identify = useAction(async () => {
    const { url } = (await getOnboardingLink({ returnTo: window.location.href })).data;
    window.location.assign(url);
  });
  if (register.state.status === "done") {
    return (
      <section>
        <p>Thank you. Clients find you once we have approved your profile.</p>
        <button type="button" onClick={() => identify.run()}>
          Set up payments
        </button>
        <Outcome state={identify.state} />
      </section>
    );
  }
  return (
    <form action={register.run}>
      <h1>Advise people abroad</h1>
      <input name="displayName" aria-label="Name" required />
      <input name="email" aria-label="E-mail" type="email" required />
      <input name="password" aria-label="Password" type="password" required />
      <input name="barNumber" aria-label="Bar number" required />
      <input name="country" aria-label="Country" required pattern="[A-Za-z]{2}" />
      <select name="payoutMethod" aria-label="How we pay you">
        <option value="stripe">Bank account</option>
        <option value="paypal">PayPal</option>
      </select>
      <button type="submit">Register</button>
      <Outcome state={register.state} />
    </form>
  );
}
