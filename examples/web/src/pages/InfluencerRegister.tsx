import { httpsCallable } from "firebase/functions";
import { functions } from "../firebase.ts";
import { RegistrationForm } from "../RegistrationForm.tsx";

const registerInfluencer = httpsCallable(functions, "registerInfluencer");

export function InfluencerRegister() {
  return (
    <RegistrationForm
      title="Become an influencer"
      fields={[
        { name: "channel", label: "Channel", type: "url" },
        { name: "followers", label: "Followers", type: "number" },
      ]}
      onRegister={async (values) => {
        await registerInfluencer(values);
      }}
    />
  );
}
