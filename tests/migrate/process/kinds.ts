import { event } from "./kinds/event.ts";
import { callable, https } from "./kinds/pages.ts";
import { scheduledByCron, scheduledByInterval } from "./kinds/scheduled.ts";
import { stripeWebhook } from "./kinds/stripe.ts";
import { task } from "./kinds/task.ts";
import { twilioWebhook } from "./kinds/twilio.ts";
import type { Kind } from "./scene.ts";

/** Every kind of move that is killed as a real process, by its title. */
export const kinds: ReadonlyMap<string, Kind> = new Map([
  ["webhook of Stripe", stripeWebhook],
  ["webhook of Twilio", twilioWebhook],
  ["https", https],
  ["callable", callable],
  ["scheduled by unix-cron", scheduledByCron],
  ["scheduled by an interval", scheduledByInterval],
  ["event", event],
  ["task", task],
]);
