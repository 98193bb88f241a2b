import { createStripe } from "../../clients/stripe.ts";
import { createStripeEvents } from "../../clients/stripe-events.ts";
import { createTelegramWriter } from "../../clients/telegram-write.ts";
import { createTwilioActivities } from "../../clients/twilio-activity.ts";
import { parseFunctionUrl, serviceNameOf } from "../../model/function-url.ts";
import { type Deliveries, type Delivery, Unseen } from "../ports/world.ts";
import type { ProviderAccess } from "./provider-adapters.ts";
import { seen } from "./seen.ts";

/** What providers say that they have sent. */
export function createDeliveries({ endpoint, signal, stripe, twilio, telegram }: ProviderAccess): Deliveries {
  return {
    async between(provider, name, from, to) {
      const window = { from: new Date(from), to: new Date(to) };
      switch (provider) {
        case "stripe": {
          if (stripe === null) throw noAccess("Stripe");
          return seen("what Stripe has sent", () => ofStripe({ endpoint, signal, key: stripe.key }, name, window));
        }
        case "twilio": {
          if (twilio === null) throw noAccess("Twilio");
          // Twilio does not list what it has delivered: calls that are under way keep the old addresses until they end.
          const activities = createTwilioActivities({ endpoint, signal, ...twilio });
          return seen("calls under way at Twilio", async () => {
            const open: Delivery[] = [];
            for await (const { sid, at } of activities.callsInProgress()) {
              if (at === null || Date.parse(at) <= to) open.push({ event: sid, taken: false, pending: true });
            }
            return open;
          });
        }
        case "telegram": {
          if (telegram === null) throw noAccess("Telegram");
          const bot = createTelegramWriter({ endpoint, signal, token: telegram.token });
          const { updates } = await seen("what waits at Telegram", () => bot.pending());
          return updates === 0 ? [] : [{ event: `${updates} updates`, taken: false, pending: true }];
        }
        default:
          return [];
      }
    },
  };
}

function noAccess(provider: string): Unseen {
  return new Unseen(`access to ${provider}, which this environment does not configure`);
}

type StripeAccess = Parameters<typeof createStripe>[0];

/**
 * Events of the types that the function's endpoints ask for, of our own account and of those connected with it, since an
 * endpoint does not show whether it is for them.
 */
async function ofStripe(
  access: StripeAccess,
  name: string,
  window: { readonly from: Date; readonly to: Date },
): Promise<readonly Delivery[]> {
  const types = new Set<string>();
  for await (const { url, enabled_events } of createStripe(access).webhookEndpoints()) {
    const target = parseFunctionUrl(url);
    if (target === null || serviceNameOf(target.name) !== serviceNameOf(name)) continue;
    for (const type of enabled_events) types.add(type);
  }
  if (types.size === 0) return [];
  const events = createStripeEvents(access);
  const accounts: (string | null)[] = [null];
  for await (const id of events.accounts()) accounts.push(id);
  const found: Delivery[] = [];
  for (const account of accounts) {
    for await (const event of events.events({ ...window, types: [...types], account })) {
      found.push({ event: event.id, taken: event.delivered, pending: event.pendingWebhooks > 0 });
    }
  }
  return found;
}
