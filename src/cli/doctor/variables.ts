import type { Environment } from "../../manifest/manifest.ts";
import { refer } from "../wire/reference.ts";
import type { DoctorLine } from "./line.ts";

/** One line for each environment variable that the manifest's environment refers to. Values are never told. */
export function variableLines(
  environment: Environment | null,
  env: Readonly<Record<string, string | undefined>>,
): readonly DoctorLine[] {
  if (environment === null) return [];
  const { stripe, twilio, telegram } = environment;
  const references = [
    { reference: stripe?.key, unlocks: "Stripe's webhook endpoints" },
    { reference: twilio?.account, unlocks: "Twilio's numbers, applications and messaging services" },
    { reference: twilio?.token, unlocks: "Twilio's numbers, applications and messaging services" },
    { reference: telegram?.token, unlocks: "the Telegram bot's webhook" },
    { reference: telegram?.secret, unlocks: "moving the Telegram bot's webhook, which keeps its secret token" },
  ];
  const lines = new Map<string, DoctorLine>();
  for (const { reference, unlocks } of references) {
    if (reference === undefined || !reference.startsWith("env:")) continue;
    const missing = refer(reference, env).kind === "missing";
    const variable = reference.slice("env:".length);
    lines.set(variable, {
      name: `variable ${variable}`,
      state: missing ? "missing" : "present",
      detail: missing ? `environment ${environment.name} refers to it, and it is not set` : "set",
      unlocks,
      todo: missing ? `export ${variable}=…` : null,
    });
  }
  return [...lines.values()];
}
