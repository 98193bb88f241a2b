import type { Endpoint } from "../../clients/endpoint.ts";
import { ProviderError } from "../../clients/provider-error.ts";
import type { HolderKind } from "../../model/holders.ts";
import type { HolderAdapter } from "./holders.ts";

export interface ProviderAccess {
  readonly endpoint: Endpoint;
  readonly stripe: { readonly key: string } | null;
  readonly twilio: { readonly account: string; readonly token: string } | null;
  /** `secret`: what Telegram proves itself with, which cannot be read back; null: the bot has none. */
  readonly telegram: { readonly token: string; readonly secret: string | null } | null;
  readonly signal: AbortSignal;
  /** In place of the real one. */
  readonly fetch: typeof fetch;
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
    const { createTelegramWriter } = await import("../../clients/telegram-write.ts");
    const telegram = createTelegramWriter({ endpoint, signal, fetch, token });
    adapters.set("telegram", {
      read: () => telegram.webhook(),
      nameOf: (field) => field,
      volatile: [
        "pending_update_count",
        "ip_address",
        "last_error_date",
        "last_error_message",
        "last_synchronization_error_date",
      ],
      isActive: (record) => record.url !== "",
      change: (_holder, move) => telegram.moveWebhook(move, secret),
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
