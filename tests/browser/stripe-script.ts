/** Reserves the amount, or refuses the card that Stripe's own test cards refuse. No card is sent anywhere. */
const byItself = `
    if (!key.startsWith("pk_test_")) return { error: { message: "Invalid API Key provided" } };
    if (card.input.value.replaceAll(" ", "") === "4000000000000002")
      return { error: { message: "Your card was declined." } };
    const id = clientSecret.split("_secret_")[0];
    return { paymentIntent: { id, status: "requires_capture" } };`;

/** Asks Stripe's API, with the publishable key and the intent's own secret, as Stripe.js does. */
const atStripe = `
    const id = clientSecret.split("_secret_")[0];
    const answer = await fetch("https://api.stripe.com/v1/payment_intents/" + id + "/confirm", {
      method: "POST",
      body: new URLSearchParams({
        key,
        client_secret: clientSecret,
        "payment_method_data[type]": "card",
        "payment_method_data[card][number]": card.input.value,
      }),
    });
    const said = await answer.json();
    return answer.ok ? { paymentIntent: said } : { error: said.error };`;

/** Stands for Stripe.js, which can only be had from Stripe: a field for the card's number, and the card's confirmation. */
const scriptThatConfirms = (confirm: string) => `
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
${confirm}
  },
});
`;

export const stripeScript = scriptThatConfirms(byItself);

/** For pages whose https://api.stripe.com is answered by somebody. */
export const stripeScriptWithApi = scriptThatConfirms(atStripe);
