import { event } from "./kinds/event.ts";
import { callable, https } from "./kinds/pages.ts";
import { pushSubscription } from "./kinds/push.ts";
import { calledByJob, scheduledByCron, scheduledByInterval } from "./kinds/scheduled.ts";
import { stripeWebhook } from "./kinds/stripe.ts";
import { task } from "./kinds/task.ts";
import { telegramWebhook } from "./kinds/telegram.ts";
import { twilioWebhook } from "./kinds/twilio.ts";
import type { Kind } from "./scene.ts";

/** Every kind of move that is killed as a real process, by its title. */
export const kinds: ReadonlyMap<string, Kind> = new Map([
  ["webhook of Stripe", stripeWebhook],
  ["webhook of Twilio", twilioWebhook],
  ["webhook of Telegram", telegramWebhook],
  ["webhook of a push subscription", pushSubscription],
  ["webhook of a job made by hand", calledByJob],
  ["https", https],
  ["callable", callable],
  ["scheduled by unix-cron", scheduledByCron],
  ["scheduled by an interval", scheduledByInterval],
  ["event", event],
  ["task", task],
]);
