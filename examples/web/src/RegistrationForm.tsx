import { Outcome } from "./Outcome.tsx";
import { useAction } from "./useAction.ts";

export interface RegistrationField {
  name: string;
  label: string;
  type: "text" | "url" | "number";
}

/** The form that the affiliate programmes share: name, country, and what a programme asks besides. */
export function RegistrationForm(props: {
  title: string;
  fields: readonly RegistrationField[];
  onRegister: (values: Record<string, string | number>) => Promise<void>;
}) {
  const { state, run } = useAction(async (form: FormData) => {
    const values: Record<string, string | number> = {
      displayName: String(form.get("displayName")),
      country: String(form.get("country")).toUpperCase(),
    };
    for (const { name, type } of props.fields) {
      values[name] = type === "number" ? Number(form.get(name)) : String(form.get(name));
    }
    await props.onRegister(values);
  });
  return (
    <form action={run}>
      <h1>{props.title}</h1>
      <label>
        Name <input name="displayName" required />
      </label>
      <label>
        Country <input name="country" required pattern="[A-Za-z]{2}" />
      </label>
      {props.fields.map(({ name, label, type }) => (
        <label key={name}>
          {label} <input name={name} type={type} required />
        </label>
      ))}
      <button type="submit">Register</button>
      <Outcome state={state}>{state.status === "done" && <p>Welcome.</p>}</Outcome>
    </form>
  );
}
