import { httpsCallable } from "firebase/functions";
import { functions } from "../firebase.ts";
import { RegistrationForm } from "../RegistrationForm.tsx";

const registerBlogger = httpsCallable(functions, "registerBlogger");

export function BloggerRegister() {
  return (
    <RegistrationForm
      title="Become a blogger"
      fields={[{ name: "site", label: "Your site", type: "url" }]}
      onRegister={async (values) => {
        await registerBlogger({ ...values, language: document.documentElement.lang });
      }}
    />
  );
}
