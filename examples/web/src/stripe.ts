/** The part of Stripe.js (loaded by index.html) that the checkout uses. */
interface StripeJs {
  confirmCardPayment(
    clientSecret: string,
    options: { payment_method: { card: StripeCard } },
  ): Promise<{ error?: { message?: string }; paymentIntent?: { id: string; status: string } }>;
  elements(): { create(kind: "card"): StripeCard };
}

interface StripeCard {
  mount(selector: string): void;
  unmount(): void;
}

declare global {
  interface Window {
    Stripe?: (key: string) => StripeJs;
  }
}

/** Shows the card field in an element of the page. `confirm` resolves when the amount is reserved on the card. */
export function cardField(selector: string) {
  if (window.Stripe === undefined) throw new Error("Stripe.js has not loaded.");
  const stripe = window.Stripe(import.meta.env.VITE_STRIPE_PUBLISHABLE_KEY);
  const card = stripe.elements().create("card");
  card.mount(selector);
  return {
    async confirm(clientSecret: string): Promise<void> {
      const { error } = await stripe.confirmCardPayment(clientSecret, { payment_method: { card } });
      if (error !== undefined) throw new Error(error.message ?? "The card was refused.");
    },
    remove: () => card.unmount(),
  };
}
