import type { Stripe } from "stripe";
import type { Endpoint } from "./endpoint.ts";
import type { PatienceOptions } from "./patience.ts";
import { patientFetch } from "./patient-fetch.ts";
import { ProviderError, providerErrorOf } from "./provider-error.ts";

export interface StripeOptions extends PatienceOptions {
  readonly endpoint: Endpoint;
  /** Secret or restricted key; its kind decides between live and test. */
  readonly key: string;
}

/** Reads what Stripe sends events to. Iterations throw ProviderError, after the pages that could be read. */
export interface StripeReader {
  /** `GET /v1/webhook_endpoints`, all pages. */
  webhookEndpoints(): AsyncGenerator<Stripe.WebhookEndpoint, void, void>;
  /** `GET /v2/core/event_destinations`, all pages, with the URL that is left out unless asked for. */
  eventDestinations(): AsyncGenerator<Stripe.V2.Core.EventDestination, void, void>;
  /** One cheap call that shows whether the key works. */
  probe(): Promise<void>;
}

const service = { name: "Stripe", credential: "the key", codeOf };

/** Stripe's own client is loaded at the first call. */
export function createStripe(options: StripeOptions): StripeReader {
  const send = patientFetch(service, options);
  let client: Promise<Stripe> | null = null;

  async function open(): Promise<Stripe> {
    const { Stripe: Client } = await import("stripe");
    // Repeating, waiting and time limits are in `send`; the client's own would multiply them.
    const fetchFn = async (input: string | URL | Request, init?: RequestInit) => {
      const url = input instanceof Request ? input.url : `${input}`;
      const response = await send(url, Object.fromEntries(new Headers(init?.headers)));
      refuseOddPage((await response.clone().json()) as Readonly<Record<string, unknown>>);
      return response;
    };
    return new Client(options.key, {
      httpClient: Client.createFetchHttpClient(fetchFn as typeof fetch),
      maxNetworkRetries: 0,
      timeout: 2_000_000_000,
      telemetry: false,
      ...addressOf(options.endpoint),
    });
  }

  async function* all<T extends { id: string }>(
    list: (stripe: Stripe) => AsyncIterable<T>,
  ): AsyncGenerator<T, void, void> {
    const seen = new Set<string>();
    try {
      client ??= open();
      for await (const item of list(await client)) {
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

  return {
    webhookEndpoints: () => all((stripe) => stripe.webhookEndpoints.list({ limit: 100 })),
    eventDestinations: () =>
      all((stripe) => stripe.v2.core.eventDestinations.list({ include: ["webhook_endpoint.url"], limit: 100 })),
    async probe() {
      for await (const _ of all((stripe) => stripe.webhookEndpoints.list({ limit: 1 }))) return;
    },
  };
}

/** The client throws where nobody can catch it when a page is not of the documented shape. */
function refuseOddPage(page: Readonly<Record<string, unknown>>): void {
  const { data, has_more, next_page_url } = page;
  const next = next_page_url ?? null;
  const whole =
    Array.isArray(data) &&
    data.every(hasId) &&
    (has_more === undefined || typeof has_more === "boolean") &&
    (has_more !== true || data.length > 0) &&
    (next === null || (typeof next === "string" && /^\/(?!\/)/.test(next)));
  if (!whole) throw new ProviderError("malformed", "the answer of Stripe makes no sense");
}

function hasId(item: unknown): boolean {
  return typeof item === "object" && item !== null && "id" in item && typeof item.id === "string" && item.id !== "";
}

/** The client knows host, port and protocol but no path before its own. */
function addressOf(
  endpoint: Endpoint,
): { host: string; port: string; protocol: "http" | "https" } | Record<never, never> {
  if (endpoint.base === null) return {};
  const { hostname, port, protocol } = new URL(endpoint.base);
  return {
    host: hostname,
    port: port === "" ? (protocol === "http:" ? "80" : "443") : port,
    protocol: protocol === "http:" ? "http" : "https",
  };
}

function codeOf(body: Readonly<Record<string, unknown>>): unknown {
  const { error } = body;
  if (typeof error !== "object" || error === null) return null;
  return "code" in error && typeof error.code === "string" ? error.code : "type" in error ? error.type : null;
}
