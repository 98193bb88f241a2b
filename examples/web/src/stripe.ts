/** The part of Stripe.js that the checkout uses. */
interface StripeJs {
  confirmCardPayment(
    clientSecret: string,
    options: { payment_method: { card: StripeCard } },
  ): Promise<{ error?: { message?: string }; paymentIntent?: { id: string; status: string } }>;
  elements(): { create(kind: "card", options: { style: { base: Record<string, string> } }): StripeCard };
}

interface StripeCard {
  mount(element: HTMLElement): void;
  unmount(): void;
}

declare global {
  interface Window {
    Stripe?: (key: string) => StripeJs;
  }
}

let loading: Promise<StripeJs> | null = null;

/** Stripe asks that its script is loaded from its own site, and nothing else. A failed attempt may be repeated. */
function loadStripe(): Promise<StripeJs> {
  loading ??= new Promise<StripeJs>((resolve, reject) => {
    const script = document.createElement("script");
    script.src = "https://js.stripe.com/v3/";
    const failed = () => {
      loading = null;
      reject(new Error("The card form could not be loaded. Check your connection, and reload the page."));
    };
    script.onload = () => {
      if (window.Stripe === undefined) failed();
      else resolve(window.Stripe(import.meta.env.VITE_STRIPE_PUBLISHABLE_KEY));
    };
    script.onerror = failed;
    document.head.append(script);
  });
  return loading;
}

/** Shows the card field in an element. `confirm` resolves when the amount is reserved on the card. */
export async function cardField(element: HTMLElement) {
  const stripe = await loadStripe();
  const { color, fontSize } = window.getComputedStyle(element);
  const card = stripe.elements().create("card", { style: { base: { color, fontSize } } });
  card.mount(element);
  return {
    async confirm(clientSecret: string): Promise<void> {
      const { error } = await stripe.confirmCardPayment(clientSecret, { payment_method: { card } });
      if (error !== undefined) throw new Error(error.message ?? "The card was refused.");
    },
    remove: () => card.unmount(),
  };
}
