import type { Stripe } from "stripe";
import { ProviderError, providerErrorOf } from "./provider-error.ts";
import { type StripeOptions, stripeClient } from "./stripe-client.ts";

/** Reads what Stripe sends events to. Iterations throw ProviderError, after the pages that could be read. */
export interface StripeReader {
  /** `GET /v1/webhook_endpoints`, all pages. */
  webhookEndpoints(): AsyncGenerator<Stripe.WebhookEndpoint, void, void>;
  /** `GET /v2/core/event_destinations`, all pages, with the URL that is left out unless asked for. */
  eventDestinations(): AsyncGenerator<Stripe.V2.Core.EventDestination, void, void>;
  /** One cheap call that shows whether the key works. */
  probe(): Promise<void>;
}

export function createStripe(options: StripeOptions): StripeReader {
  const open = stripeClient(options);
  const all = <T extends { id: string }>(list: (stripe: Stripe) => AsyncIterable<T>) =>
    stripeItems(open, options, list);
  return {
    webhookEndpoints: () => all((stripe) => stripe.webhookEndpoints.list({ limit: 100 })),
    eventDestinations: () =>
      all((stripe) => stripe.v2.core.eventDestinations.list({ include: ["webhook_endpoint.url"], limit: 100 })),
    async probe() {
      for await (const _ of all((stripe) => stripe.webhookEndpoints.list({ limit: 1 }))) return;
    },
  };
}

/** The items of a list, page after page. Throws ProviderError, after the pages that could be read. */
export async function* stripeItems<T extends { id: string }>(
  open: () => Promise<Stripe>,
  options: Pick<StripeOptions, "signal">,
  list: (stripe: Stripe) => AsyncIterable<T>,
): AsyncGenerator<T, void, void> {
  const seen = new Set<string>();
  try {
    for await (const item of list(await open())) {
      // A server that hands out the same page again would be read for ever.
      if (seen.has(item.id)) throw new ProviderError("malformed", "the pages of Stripe do not come to an end");
      seen.add(item.id);
      yield item;
    }
  } catch (thrown) {
    options.signal?.throwIfAborted();
    throw providerErrorOf(thrown, "Stripe");
  }
}
