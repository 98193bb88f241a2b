import Stripe from "stripe";
import { emptySeed, type Seed } from "../../src/sandbox/seed.ts";
import type { Sandbox } from "../../src/sandbox/server.ts";
import { ask } from "../sandbox/client.ts";

export const project = "demo-regions";
export const west3 = `https://europe-west3-${project}.cloudfunctions.net`;
export const callApplication = "AP5e1c9a70d3b84f6296c1d2e8f7a40b13";
export const callerNumber = "+33186260440";
export const telegramBot = {
  username: "LawyersAbroadChatterBot",
  token: "7254018836:sandbox-only-0000000000000000000000",
  /** What Telegram proves itself with. */
  secret: "telegram-secret",
};

/** The project after the move: holders name the regions of regions.yaml, and nothing is deployed yet. */
export const seed: Seed = {
  ...emptySeed,
  twilio: {
    ...emptySeed.twilio,
    numbers: [
      {
        sid: "PN7c40b95e2d1f4a86b3e09d5c61a8f247",
        phoneNumber: callerNumber,
        friendlyName: "Bookings",
        voiceUrl: `${west3}/twilioCallWebhook`,
        statusCallback: `${west3}/twilioConferenceWebhook`,
      },
    ],
    applications: [
      {
        sid: callApplication,
        friendlyName: "Legs of booked calls",
        voiceUrl: `${west3}/twilioAmdTwiml`,
        statusCallback: `${west3}/twilioConferenceWebhook`,
      },
    ],
  },
  telegram: { bots: [{ id: 7254018836, username: telegramBot.username, token: telegramBot.token, webhook: null }] },
};

/**
 * What no deployment brings, and somebody has to supply once: Stripe's endpoints and the bot's webhook, which name the
 * URLs that the functions will have, and the values of the secrets.
 */
export async function supply(sandbox: Sandbox): Promise<Stripe> {
  const { hostname, port } = new URL(sandbox.base);
  const stripe = new Stripe(sandbox.access.stripe, { host: hostname, port, protocol: "http", maxNetworkRetries: 0 });
  const endpoint = await stripe.webhookEndpoints.create({
    url: `${west3}/stripeWebhook`,
    enabled_events: [
      "payment_intent.amount_capturable_updated",
      "payment_intent.succeeded",
      "payment_intent.canceled",
      "payment_intent.payment_failed",
      "customer.subscription.created",
      "customer.subscription.updated",
      "customer.subscription.deleted",
      "invoice.paid",
      "invoice.payment_failed",
    ],
  });
  const ofProviders = await stripe.webhookEndpoints.create({
    url: `${west3}/stripeWebhook`,
    enabled_events: ["account.updated"],
    connect: true,
  });
  await setBotWebhook(sandbox);
  const secrets: Record<string, string> = {
    STRIPE_SECRET_KEY: sandbox.access.stripe,
    STRIPE_WEBHOOK_SECRET: `${endpoint.secret},${ofProviders.secret}`,
    TWILIO_ACCOUNT_SID: sandbox.access.twilio.account,
    TWILIO_AUTH_TOKEN: sandbox.access.twilio.token,
    TELEGRAM_BOT_NAME: telegramBot.username,
    TELEGRAM_BOT_TOKEN: telegramBot.token,
    TELEGRAM_WEBHOOK_SECRET: telegramBot.secret,
  };
  for (const [id, value] of Object.entries(secrets)) {
    const payload = { data: Buffer.from(value).toString("base64") };
    await accepted(ask(sandbox, "POST", `${secretPath(id)}:addVersion`, { payload }));
  }
  return stripe;
}

export const secretPath = (id: string): string => `secretmanager.googleapis.com/v1/projects/${project}/secrets/${id}`;

async function setBotWebhook(sandbox: Sandbox): Promise<void> {
  const body = { url: `${west3}/telegramChatterBotWebhook`, secret_token: telegramBot.secret };
  await accepted(ask(sandbox, "POST", `api.telegram.org/bot${telegramBot.token}/setWebhook`, body));
}

export async function accepted(asked: ReturnType<typeof ask>): Promise<void> {
  const answer = await asked;
  if (answer.status !== 200) throw new Error(`refused: ${answer.status} ${JSON.stringify(answer.body)}`);
}
