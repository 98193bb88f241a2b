import { randomUUID } from "node:crypto";
import type { Stripe } from "stripe";
import { type AddressChange, changeAddress } from "./change-address.ts";
import type { JsonObject } from "./google-send.ts";
import type { AddressMove } from "./move-address.ts";
import { withoutDeadline } from "./patience.ts";
import { ProviderError } from "./provider-error.ts";
import { safeRecord } from "./safe-record.ts";
import { type StripeOptions, stripeClient } from "./stripe-client.ts";
import { writeErrorOf } from "./uncertain-write.ts";

/**
 * Changes where Stripe sends events, in place: id, signing secret, events, API version and Connect scope stay. `id` is
 * that of a webhook endpoint (we_…) or of an event destination (ed_…). All reject with ProviderError.
 */
export interface StripeWriter {
  /** The whole record, as it may be written down. The signing secret is never in it: Stripe shows it once, at creation. */
  endpoint(id: string): Promise<JsonObject>;
  /** Changes the URL and nothing else. Rejects with UncertainWriteError, too. */
  moveEndpoint(id: string, move: AddressMove): Promise<AddressChange>;
}

export function createStripeWriter(options: StripeOptions): StripeWriter {
  const open = stripeClient(withoutDeadline(options));

  /** What the client answers and throws, as plain values and our errors. */
  async function ask(work: (stripe: Stripe) => Promise<object>): Promise<JsonObject> {
    try {
      return { ...(await work(await open())) };
    } catch (thrown) {
      options.signal?.throwIfAborted();
      throw writeErrorOf(thrown, "Stripe");
    }
  }

  async function read(id: string): Promise<JsonObject> {
    const record = await ask((stripe) =>
      isDestination(id)
        ? stripe.v2.core.eventDestinations.retrieve(id, { include: ["webhook_endpoint.url"] })
        : stripe.webhookEndpoints.retrieve(id),
    );
    if (record.id === id) return record;
    throw new ProviderError(
      "malformed",
      "the answer of Stripe makes no sense: it is another resource than was asked for",
    );
  }

  return {
    endpoint: async (id) => safeRecord(await read(id)),
    moveEndpoint: (id, move) =>
      changeAddress(
        {
          read: () => read(id),
          fields: [isDestination(id) ? "webhook_endpoint.url" : "url"],
          volatile: isDestination(id) ? ["updated"] : [],
          write: ([...values]) => {
            const url = values[0]?.[1] ?? "";
            // A key of its own for each change: under an old one Stripe would repeat its answer and change nothing.
            const idempotencyKey = randomUUID();
            return ask((stripe) =>
              isDestination(id)
                ? stripe.v2.core.eventDestinations.update(id, { webhook_endpoint: { url } }, { idempotencyKey })
                : stripe.webhookEndpoints.update(id, { url }, { idempotencyKey }),
            );
          },
        },
        move,
      ),
  };
}

function isDestination(id: string): boolean {
  return id.startsWith("ed_");
}
