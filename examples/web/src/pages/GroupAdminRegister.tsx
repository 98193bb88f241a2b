import { httpsCallable } from "firebase/functions";
import { functions } from "../firebase.ts";
import { RegistrationForm } from "../RegistrationForm.tsx";

const registerGroupAdmin = httpsCallable(functions, "registerGroupAdmin");

export function GroupAdminRegister() {
  return (
    <RegistrationForm
      title="Bring your group"
      fields={[
        { name: "groupUrl", label: "Address of the group", type: "url" },
        { name: "groupMembers", label: "Members", type: "number" },
      ]}
      onRegister={async (values) => {
        await registerGroupAdmin(values);
      }}
    />
  );
}
