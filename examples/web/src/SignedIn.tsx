import {
  createUserWithEmailAndPassword,
  onAuthStateChanged,
  signInWithEmailAndPassword,
  signOut,
  type User,
} from "firebase/auth";
import { type ReactNode, useEffect, useState } from "react";
import { Field } from "./Field.tsx";
import { auth } from "./firebase.ts";
import { Outcome } from "./Outcome.tsx";
import { submitted } from "./submitted.ts";
import { useAction } from "./useAction.ts";

/** Shows its content to whoever is signed in, and a way to sign in to everybody else. */
export function SignedIn({ children }: { children: ReactNode }) {
  const [user, setUser] = useState<User | null | "unknown">("unknown");
  useEffect(() => onAuthStateChanged(auth, setUser), []);
  if (user === "unknown") return <p className="quiet">One moment…</p>;
  if (user === null) return <SignIn />;
  return (
    <>
      {children}
      <p className="quiet session">
        Signed in as {user.email}.{" "}
        <button type="button" className="plain" onClick={() => void signOut(auth)}>
          Sign out
        </button>
      </p>
    </>
  );
}

function SignIn() {
  const [isNew, setIsNew] = useState(false);
  const { state, run } = useAction(async (form: FormData) => {
    const enter = isNew ? createUserWithEmailAndPassword : signInWithEmailAndPassword;
    await enter(auth, String(form.get("email")), String(form.get("password")));
  });
  return (
    <form onSubmit={submitted(run)}>
      <h1>{isNew ? "Create an account" : "Sign in"}</h1>
      <Field label="E-mail" name="email" type="email" autoComplete="email" required />
      <Field
        label="Password"
        name="password"
        type="password"
        autoComplete={isNew ? "new-password" : "current-password"}
        minLength={6}
        required
      />
      <button type="submit" disabled={state.status === "busy"}>
        {isNew ? "Create account" : "Sign in"}
      </button>
      <Outcome state={state} />
      <p>
        {isNew ? "You have an account already? " : "You have no account yet? "}
        <button type="button" className="plain" onClick={() => setIsNew(!isNew)}>
          {isNew ? "Sign in instead" : "Create one"}
        </button>
      </p>
    </form>
  );
}
