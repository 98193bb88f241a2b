import type { Stripe } from "stripe";
import { withoutDeadline } from "./patience.ts";
import { ProviderError } from "./provider-error.ts";
import { stripeItems } from "./stripe.ts";
import { type StripeOptions, stripeClient } from "./stripe-client.ts";

/** Stripe lists events for so long. */
export const eventsKeptDays = 30;
/** One list takes so many types. */
const mostTypes = 20;

export interface StripeEventFact {
  readonly id: string;
  readonly type: string;
  /** RFC 3339, to the second. */
  readonly created: string;
  /** Deliveries that are not taken yet and will be tried again. */
  readonly pendingWebhooks: number;
  /**
   * Every endpoint that was to have the event had taken it when the list was read. With several endpoints this speaks of
   * all of them together.
   */
  readonly delivered: boolean;
  /** The connected account that it happened on; null: our own. */
  readonly account: string | null;
}

export interface StripeEventWindow {
  /** Both inclusive, to the second. */
  readonly from: Date;
  readonly to: Date;
  /** Types as endpoints name them; ["*"] = all. */
  readonly types: readonly string[];
  /** A connected account; null: our own. Stripe lists the events of one account at a time. */
  readonly account: string | null;
}

/** Reads what Stripe has to deliver. Iterations throw ProviderError, after the pages that could be read. */
export interface StripeEvents {
  /**
   * The events of a window, the newest first. Rejects with ProviderError (`invalid`) for a window that begins before
   * Stripe's list does: what is not listed is not known.
   */
  events(window: StripeEventWindow): AsyncGenerator<StripeEventFact, void, void>;
  /** Ids of the connected accounts. */
  accounts(): AsyncGenerator<string, void, void>;
}

export function createStripeEvents(options: StripeOptions): StripeEvents {
  const open = stripeClient(withoutDeadline(options));
  const { now = Date.now } = options;

  async function* listed(window: StripeEventWindow, undelivered: boolean): AsyncGenerator<Stripe.Event, void, void> {
    const created = { gte: Math.floor(window.from.getTime() / 1000), lte: Math.floor(window.to.getTime() / 1000) };
    const oldest = now() - eventsKeptDays * 86_400_000;
    if (window.from.getTime() < oldest) {
      const reason = `Stripe lists events for ${eventsKeptDays} days only, and the window begins at ${window.from.toISOString()}`;
      throw new ProviderError("invalid", reason);
    }
    const account = window.account === null ? {} : { stripeAccount: window.account };
    for (const types of typeLists(window.types)) {
      const asked: Stripe.EventListParams = {
        created,
        limit: 100,
        ...(types === null ? {} : { types }),
        ...(undelivered ? { delivery_success: false } : {}),
      };
      yield* stripeItems(open, options, (stripe) => stripe.events.list(asked, account));
    }
  }

  return {
    async *events(window) {
      // These first: what is delivered in between is told as undelivered, never the other way round.
      const open = new Set<string>();
      for await (const event of listed(window, true)) open.add(event.id);
      const told = new Set<string>();
      for await (const event of listed(window, false)) {
        // "charge.*" and "charge.succeeded" may stand in two lists.
        if (told.has(event.id)) continue;
        told.add(event.id);
        yield factOf(event, !open.has(event.id));
      }
    },
    async *accounts() {
      for await (const { id } of stripeItems(open, options, (stripe) => stripe.accounts.list({ limit: 100 }))) yield id;
    },
  };
}

function typeLists(types: readonly string[]): (string[] | null)[] {
  if (types.includes("*")) return [null];
  const all = [...new Set(types)];
  return Array.from({ length: Math.ceil(all.length / mostTypes) }, (_, index) =>
    all.slice(index * mostTypes, (index + 1) * mostTypes),
  );
}

function factOf(event: Stripe.Event, delivered: boolean): StripeEventFact {
  const { id, type, created, pending_webhooks, account } = event;
  if (typeof type !== "string" || typeof created !== "number") {
    throw new ProviderError("malformed", "the answer of Stripe makes no sense: an event without type or time");
  }
  return {
    id,
    type,
    created: new Date(created * 1000).toISOString(),
    pendingWebhooks: typeof pending_webhooks === "number" ? pending_webhooks : 0,
    delivered,
    account: typeof account === "string" && account !== "" ? account : null,
  };
}
