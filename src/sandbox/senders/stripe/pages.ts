import { formBody } from "../../http/body.ts";
import { type Call, param, type Reply, reply } from "../../http/call.ts";
import { reads, type Service, shelves } from "../../http/service.ts";
import { type JsonObject, numberAt, textAt } from "../../state/json.ts";
import { find, lookUp, type StripeCall, seconds } from "./account.ts";
import { cardOf } from "./cards.ts";
import { pay } from "./checkout.ts";
import { onboarded } from "./connect.ts";
import { confirm } from "./payment-intents.ts";
import { StripeRefusal } from "./refusal.ts";

/** Stripe's page on which a payer fills in the card. It asks for an e-mail address and the number of a test card. */
export const checkoutPage: Service = pageService("checkout.stripe.com", [
  reads("GET", "/c/pay/{session}", (http) => {
    const session = sessionOf(http);
    if (session.status !== "open") return page(410, "Checkout", "<p>This page has expired.</p>");
    return checkout(session, null);
  }),
  shelves("POST", "/c/pay/{session}", (http) => {
    const session = sessionOf(http);
    const form = formBody(http);
    try {
      const card = cardOf(own(http), {}, { payment_method_data: { card: { number: form.get("card") ?? "" } } });
      pay(own(http), session, { email: form.get("email") ?? "", card: card?.method ?? "" });
    } catch (error) {
      if (error instanceof StripeRefusal) return checkout(session, error.message);
      throw error;
    }
    return redirect(String(session.success_url).replaceAll("{CHECKOUT_SESSION_ID}", String(session.id)));
  }),
]);

/** Stripe's page on which the holder of a connected account identifies. */
export const connectPage: Service = pageService("connect.stripe.com", [
  reads("GET", "/setup/e/{account}/{link}", (http) => {
    const link = linkOf(http);
    if (link === null) return page(410, "Stripe", "<p>This link has expired.</p>");
    if ((numberAt(link, "expires_at") ?? 0) <= seconds(http.world)) return redirect(String(link.refresh_url));
    return page(200, "Stripe", `<form method="post"><button name="submit">Agree and submit</button></form>`);
  }),
  shelves("POST", "/setup/e/{account}/{link}", (http) => {
    const link = linkOf(http);
    if (link === null) return page(410, "Stripe", "<p>This link has expired.</p>");
    http.world.shelf.remove("stripe-links", param(http, "link"));
    onboarded(own(http), find(own(http), "account", param(http, "account")));
    return redirect(String(link.return_url));
  }),
]);

/** The bank's page on which a payer agrees to a payment. */
export const bankPage: Service = pageService("hooks.stripe.com", [
  reads("GET", "/3ds/{intent}", () =>
    page(200, "Your bank", `<form method="post"><button name="agree">Complete authentication</button></form>`),
  ),
  shelves("POST", "/3ds/{intent}", (http) => {
    const intent = find(own(http), "payment_intent", param(http, "intent"), "intent");
    if (intent.status === "requires_action") confirm(own(http), intent, {});
    return page(200, "Your bank", "<p>Done. You may close this page.</p>");
  }),
]);

/** Nobody asked through the API: the events name no request. */
function own(http: Call): StripeCall {
  return { world: http.world, account: null, request: null };
}

function sessionOf(http: Call): JsonObject {
  return find(own(http), "checkout.session", param(http, "session"));
}

function linkOf(http: Call): JsonObject | null {
  const link = http.world.shelf.get("stripe-links", param(http, "link"));
  return link?.account === param(http, "account") && lookUp(own(http), "account", String(link.account)) !== undefined
    ? link
    : null;
}

function checkout(session: JsonObject, problem: string | null): Reply {
  const amount = `${((numberAt(session, "amount_total") ?? 0) / 100).toFixed(2)} ${(textAt(session, "currency") ?? "").toUpperCase()}`;
  const verb = session.mode === "subscription" ? "Subscribe" : "Pay";
  const back = textAt(session, "cancel_url");
  return page(
    problem === null ? 200 : 402,
    "Checkout",
    `${problem === null ? "" : `<p role="alert">${escaped(problem)}</p>`}
<h1>${escaped(amount)}</h1>
<form method="post">
<label>Email <input name="email" type="email" required value="${escaped(textAt(session, "customer_email") ?? "")}"></label>
<label>Card number <input name="card" inputmode="numeric" required value="4242424242424242"></label>
<button name="pay">${verb}</button>
</form>
${back === null ? "" : `<a href="${escaped(back)}">Back</a>`}`,
  );
}

function page(status: number, title: string, body: string): Reply {
  const html = `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>${title}</title></head><body>${body}</body></html>`;
  return reply(status, html, { "content-type": "text/html; charset=utf-8" });
}

function redirect(to: string): Reply {
  return reply(303, "", { location: to, "content-type": "text/plain" });
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

function pageService(host: string, routes: Service["routes"]): Service {
  return {
    host,
    routes,
    authorize: () => null,
    refuse: (refusal) => page(refusal.httpStatus, "Stripe", `<p>${escaped(refusal.message)}</p>`),
  };
}
