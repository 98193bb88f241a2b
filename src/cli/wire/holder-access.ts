import type { Environment } from "../../manifest/manifest.ts";
import type { TelegramSecret } from "../../migrate/outside/provider-adapters.ts";
import type { Facet, Gap } from "../../model/gap.ts";
import type { HolderKind } from "../../model/holders.ts";
import { refer } from "./reference.ts";

export interface ProviderAccess {
  readonly stripe: { readonly key: string } | null;
  readonly twilio: { readonly account: string; readonly token: string } | null;
  readonly telegram: { readonly token: string } | null;
}

export interface HolderAccess extends ProviderAccess {
  /** Providers that are configured, whether or not their secrets are there. */
  readonly configured: ReadonlySet<HolderKind>;
  /** Variables that are named and not set. */
  readonly gaps: readonly Gap[];
}

/** The secret token of the bot's webhook; null: nobody says, or its variable is not set. */
export function telegramSecret(
  { telegram }: Pick<Environment, "telegram">,
  env: Readonly<Record<string, string | undefined>>,
): TelegramSecret | null {
  const reference = telegram?.secret;
  if (reference === undefined) return null;
  if (reference === "none") return { value: null };
  const referred = refer(reference, env);
  return referred.kind === "value" ? { value: referred.value } : null;
}

/** Secrets of the providers that an environment configures, from the variables it names. */
export function holderAccess(
  environment: Pick<Environment, "stripe" | "twilio" | "telegram">,
  env: Readonly<Record<string, string | undefined>>,
): HolderAccess {
  const gaps: Gap[] = [];
  const configured = new Set<HolderKind>();
  /** Null when any of the references has no value. */
  const resolve = <K extends string>(
    kind: HolderKind & Facet,
    references: Readonly<Record<K, string>> | null,
  ): Record<K, string> | null => {
    if (references === null) return null;
    configured.add(kind);
    const found: Partial<Record<K, string>> = {};
    const missing: string[] = [];
    for (const key of Object.keys(references) as K[]) {
      const referred = refer(references[key], env);
      if (referred.kind === "value") found[key] = referred.value;
      else missing.push(referred.variable);
    }
    if (missing.length === 0) return found as Record<K, string>;
    const reason = `the environment ${missing.length === 1 ? "variable" : "variables"} ${missing.join(" and ")} ${missing.length === 1 ? "is" : "are"} not set`;
    gaps.push({ source: "holders", facet: kind, scope: kind, region: null, reason });
    return null;
  };
  return {
    stripe: resolve("stripe", environment.stripe && { key: environment.stripe.key }),
    twilio: resolve(
      "twilio",
      environment.twilio && { account: environment.twilio.account, token: environment.twilio.token },
    ),
    telegram: resolve("telegram", environment.telegram && { token: environment.telegram.token }),
    configured,
    gaps,
  };
}
