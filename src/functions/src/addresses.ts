// Where the services that we call live. Each can be switched by the environment, which is how the same code is pointed at a
// stand-in; nothing else about a call changes with it.

const own = {
  STRIPE_API_BASE: "https://api.stripe.com",
  TWILIO_API_BASE: "https://api.twilio.com",
  TELEGRAM_API_BASE: "https://api.telegram.org",
  PAYPAL_API_BASE: "https://api-m.paypal.com",
} as const;

/** Base address of a service, without a slash at its end. */
export function addressOf(service: keyof typeof own): URL {
  return new URL(process.env[service] || own[service]);
}
