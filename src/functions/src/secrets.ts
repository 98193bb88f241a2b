import { defineSecret } from "firebase-functions/params";

// Named here once; a function lists the ones it reads in its own `secrets` option.
export const stripeSecretKey = defineSecret("STRIPE_SECRET_KEY");
export const stripeWebhookSecret = defineSecret("STRIPE_WEBHOOK_SECRET");
export const twilioAccountSid = defineSecret("TWILIO_ACCOUNT_SID");
export const twilioAuthToken = defineSecret("TWILIO_AUTH_TOKEN");
export const paypalClientId = defineSecret("PAYPAL_CLIENT_ID");
export const paypalClientSecret = defineSecret("PAYPAL_CLIENT_SECRET");
export const telegramBotName = defineSecret("TELEGRAM_BOT_NAME");
export const telegramBotToken = defineSecret("TELEGRAM_BOT_TOKEN");
export const telegramWebhookSecret = defineSecret("TELEGRAM_WEBHOOK_SECRET");
