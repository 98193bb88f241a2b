import { createUserWithEmailAndPassword } from "firebase/auth";
import { doc, serverTimestamp, setDoc } from "firebase/firestore";
import { Field } from "../Field.tsx";
import { auth, db } from "../firebase.ts";
import { Outcome } from "../Outcome.tsx";
import { getOnboardingLink } from "../regions.ts";
import { submitted } from "../submitted.ts";
import { useAction } from "../useAction.ts";

/** An account and a provider record; what follows from the record (payout account, approval) happens on the server. */
export function LawyerRegisterForm() {
  const register = useAction(async (form: FormData) => {
    const email = String(form.get("email"));
    const { user } = await createUserWithEmailAndPassword(auth, email, String(form.get("password")));
    await setDoc(doc(db, "providers", user.uid), {
      email,
      displayName: String(form.get("displayName")),
      // E.164, which the server checks: only digits after the "+".
      phone: String(form.get("phone")).replace(/[\s()-]/g, ""),
      barNumber: String(form.get("barNumber")),
      country: String(form.get("country")).toUpperCase(),
      payoutMethod: String(form.get("payoutMethod")),
      createdAt: serverTimestamp(),
    });
  });
  const identify = useAction(async () => {
    const { url } = await getOnboardingLink({ returnTo: window.location.href });
    window.location.assign(url);
  });
  if (register.state.status === "done") {
    return (
      <section>
        <h1>Thank you</h1>
        <p role="status">Clients find you once we have approved your profile.</p>
        <button type="button" onClick={() => identify.run()}>
          Set up payments
        </button>
        <Outcome state={identify.state} />
      </section>
    );
  }
  return (
    <form onSubmit={submitted(register.run)}>
      <h1>Advise people abroad</h1>
      <Field label="Name" name="displayName" autoComplete="name" required />
      <Field label="E-mail" name="email" type="email" autoComplete="email" required />
      <Field
        label="Password"
        name="password"
        type="password"
        autoComplete="new-password"
        minLength={6}
        hint="At least six characters"
        required
      />
      <Field
        label="Phone"
        name="phone"
        type="tel"
        autoComplete="tel"
        hint="We ring it for booked calls. With the country's code, such as +351 21 123 4567"
        pattern="\+[\s\(\)\-]*[1-9]([\s\(\)\-]*[0-9]){6,14}[\s\(\)\-]*"
        title="A plus sign, the country's code and the number"
        required
      />
      <Field label="Bar number" name="barNumber" required />
      <Field
        label="Country"
        name="country"
        hint="Two letters, such as PT"
        pattern="[A-Za-z]{2}"
        maxLength={2}
        autoComplete="country"
        required
      />
      <label className="field">
        <span>How we pay you</span>
        <select name="payoutMethod">
          <option value="stripe">Bank account</option>
          <option value="paypal">PayPal</option>
        </select>
      </label>
      <button type="submit" disabled={register.state.status === "busy"}>
        Register
      </button>
      <Outcome state={register.state} />
    </form>
  );
}
