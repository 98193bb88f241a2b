import { Field } from "./Field.tsx";
import { Outcome } from "./Outcome.tsx";
import { submitted } from "./submitted.ts";
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
    <form onSubmit={submitted(run)}>
      <h1>{props.title}</h1>
      <Field label="Name" name="displayName" autoComplete="name" required />
      <Field
        label="Country"
        name="country"
        hint="Two letters, such as PT"
        pattern="[A-Za-z]{2}"
        maxLength={2}
        autoComplete="country"
        required
      />
      {props.fields.map(({ name, label, type }) => (
        <Field key={name} label={label} name={name} type={type} min={type === "number" ? 0 : undefined} required />
      ))}
      <button type="submit" disabled={state.status === "busy"}>
        Register
      </button>
      <Outcome state={state}>{state.status === "done" && <p className="success">Welcome.</p>}</Outcome>
    </form>
  );
}
