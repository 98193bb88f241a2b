import { type Answer, type Asked, Service } from "./service.ts";

/** PayPal's tokens, orders and payouts; the same request id gets the same answer. */
export class PayPal extends Service {
  readonly #answers = new Map<string, Answer>();

  override reset(): void {
    super.reset();
    this.#answers.clear();
  }

  /** Bodies of payouts that were really made, one per request id. */
  payouts(): unknown[] {
    const made = this.asked.filter(({ path }) => path === "/v1/payments/payouts");
    return [...new Map(made.map(({ headers, body }) => [headers["paypal-request-id"], JSON.parse(body)])).values()];
  }

  override answer({ method, path, headers }: Asked): Answer {
    if (path === "/v1/oauth2/token") return { body: { access_token: "paypal-access" } };
    const key = String(headers["paypal-request-id"] ?? "");
    const seen = this.#answers.get(`${method} ${path} ${key}`);
    if (seen !== undefined) return seen;
    const answer = this.#act(method, path);
    if (key !== "") this.#answers.set(`${method} ${path} ${key}`, answer);
    return answer;
  }

  #act(method: string, path: string): Answer {
    const number = this.#answers.size + 1;
    if (method === "POST" && path === "/v2/checkout/orders") {
      return { status: 201, body: { id: `ORDER${number}`, status: "CREATED" } };
    }
    if (method === "POST" && /^\/v2\/checkout\/orders\/\w+\/authorize$/.test(path)) {
      return { status: 201, body: { id: path.split("/")[4], status: "COMPLETED" } };
    }
    if (method === "POST" && path === "/v1/payments/payouts") {
      return { status: 201, body: { batch_header: { payout_batch_id: `BATCH${number}`, batch_status: "PENDING" } } };
    }
    return { status: 404, body: { name: "RESOURCE_NOT_FOUND" } };
  }
}
