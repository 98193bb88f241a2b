import type { Stripe } from "stripe";
import type { Endpoint } from "./endpoint.ts";
import type { PatienceOptions } from "./patience.ts";
import { patientExchange } from "./patient-fetch.ts";
import { ProviderError } from "./provider-error.ts";

export interface StripeOptions extends PatienceOptions {
  readonly endpoint: Endpoint;
  /** Secret or restricted key; its kind decides between live and test. */
  readonly key: string;
}

const service = { name: "Stripe", credential: "the key", codeOf };
const lists = /\/(?:webhook_endpoints|event_destinations|events|accounts)$/;

/** Opens Stripe's own client, which is loaded at the first call, with our ways to send. */
export function stripeClient(options: StripeOptions): () => Promise<Stripe> {
  const { read, write } = patientExchange(service, options);
  let client: Promise<Stripe> | null = null;

  async function open(): Promise<Stripe> {
    const { Stripe: Client } = await import("stripe");
    // Repeating, waiting and time limits are in `read` and `write`; the client's own would multiply them.
    const fetchFn = async (input: string | URL | Request, init?: RequestInit) => {
      const url = input instanceof Request ? input.url : `${input}`;
      const headers = Object.fromEntries(new Headers(init?.headers));
      if ((init?.method ?? "GET") !== "GET") {
        // Under one idempotency key Stripe does a thing once, however often it is asked.
        const repeatable = headers["idempotency-key"] !== undefined;
        return write(url, {
          method: "POST",
          headers,
          body: typeof init?.body === "string" ? init.body : "",
          repeatable,
        });
      }
      const response = await read(url, headers);
      if (lists.test(new URL(url).pathname)) {
        refuseOddPage((await response.clone().json()) as Readonly<Record<string, unknown>>);
      }
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

  return () => {
    client ??= open();
    return client;
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
