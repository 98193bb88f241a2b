import type { Endpoint } from "../../clients/endpoint.ts";
import { ProviderError } from "../../clients/provider-error.ts";
import type { HolderKind } from "../../model/holders.ts";
import { Unseen } from "../ports/world.ts";
import type { HolderAdapter } from "./holders.ts";

export interface ProviderAccess {
  readonly endpoint: Endpoint;
  readonly stripe: { readonly key: string } | null;
  readonly twilio: { readonly account: string; readonly token: string } | null;
  /** `secret`: null where nobody says. */
  readonly telegram: { readonly token: string; readonly secret: TelegramSecret | null } | null;
  readonly signal: AbortSignal;
  /** In place of the real one. */
  readonly fetch: typeof fetch;
}

/** What Telegram proves itself with, which cannot be read back; `value` null: its webhook has none. */
export interface TelegramSecret {
  readonly value: string | null;
}

/** Stripe, Twilio and Telegram, as far as the environment has access to them. */
export async function providerAdapters(access: ProviderAccess): Promise<Map<HolderKind, HolderAdapter>> {
  const { endpoint, signal, fetch } = access;
  const adapters = new Map<HolderKind, HolderAdapter>();
  if (access.stripe !== null) {
    const { createStripeWriter } = await import("../../clients/stripe-write.ts");
    const stripe = createStripeWriter({ endpoint, signal, fetch, key: access.stripe.key });
    adapters.set("stripe", {
      read: (id) => orNull(() => stripe.endpoint(id)),
      nameOf: (field) => field,
      volatile: ["updated"],
      isActive: (record) => record.status !== "disabled",
      change: ({ id }, move) => stripe.moveEndpoint(id, move),
    });
  }
  if (access.twilio !== null) {
    const { createTwilioWriter } = await import("../../clients/twilio-write.ts");
    const twilio = createTwilioWriter({ endpoint, signal, fetch, ...access.twilio });
    adapters.set("twilio", {
      read: (id) => orNull(() => twilio.resource(id)),
      nameOf: (field) => field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      volatile: ["date_updated"],
      isActive: () => true,
      change: ({ id, field }, move) => twilio.moveAddresses(id, [field], move),
    });
  }
  if (access.telegram !== null) {
    const { token, secret } = access.telegram;
    const { createTelegramWriter, volatileOfWebhook } = await import("../../clients/telegram-write.ts");
    const telegram = createTelegramWriter({ endpoint, signal, fetch, token });
    adapters.set("telegram", {
      read: () => telegram.webhook(),
      nameOf: (field) => field,
      volatile: volatileOfWebhook,
      isActive: (record) => record.url !== "",
      async change(_holder, move) {
        if (secret !== null) return telegram.moveWebhook(move, secret.value);
        // Set anew without it, the webhook loses it, and the handler then refuses every update.
        throw new Unseen(
          "the secret token of the bot's webhook: `telegram.secret` of the environment names the variable that holds it",
        );
      },
    });
  }
  return adapters;
}

async function orNull<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ProviderError && error.kind === "not-found") return null;
    throw error;
  }
}
