/**
 * Stands for Stripe.js, which can only be had from Stripe: a field for the card's number, and a confirmation that
 * reserves the amount, or refuses the card that Stripe's own test cards refuse. No card is sent anywhere.
 */
export const stripeScript = `
window.Stripe = (key) => ({
  elements: () => ({
    create(kind) {
      const input = document.createElement("input");
      input.name = "cardnumber";
      input.inputMode = "numeric";
      input.setAttribute("aria-label", "Card number");
      input.placeholder = "Card number";
      input.style.cssText = "border:0;outline:0;padding:0;min-height:0;width:100%;background:none;font:inherit;color:inherit";
      return { kind, input, mount: (element) => element.append(input), unmount: () => input.remove() };
    },
  }),
  async confirmCardPayment(clientSecret, { payment_method: { card } }) {
    if (!key.startsWith("pk_test_")) return { error: { message: "Invalid API Key provided" } };
    if (card.input.value.replaceAll(" ", "") === "4000000000000002")
      return { error: { message: "Your card was declined." } };
    const id = clientSecret.split("_secret_")[0];
    return { paymentIntent: { id, status: "requires_capture" } };
  },
});
`;
