/** What a reference of the manifest ("env:STRIPE_KEY") stands for. */
export type Referred =
  | { readonly kind: "value"; readonly value: string }
  /** The variable is unset or empty; only its name is ever told. */
  | { readonly kind: "missing"; readonly variable: string };

/** Resolves "env:NAME" against the environment; anything else stands for itself. */
export function refer(reference: string, env: Readonly<Record<string, string | undefined>>): Referred {
  if (!reference.startsWith("env:")) return { kind: "value", value: reference };
  const variable = reference.slice("env:".length);
  const value = env[variable]?.trim() ?? "";
  return value === "" ? { kind: "missing", variable } : { kind: "value", value };
}
