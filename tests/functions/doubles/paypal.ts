import { type Answer, type Asked, Service } from "./service.ts";

/** PayPal's tokens, orders, reservations and payouts; the same request id gets the same answer. */
export class PayPal extends Service {
  readonly #answers = new Map<string, Answer>();
  /** What has become of each reservation: CREATED, PENDING, CAPTURED, VOIDED or EXPIRED. */
  readonly authorizations = new Map<string, string>();

  override reset(): void {
    super.reset();
    this.#answers.clear();
    this.authorizations.clear();
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
    const [, , , , id = "", verb] = path.split("/");
    if (path.startsWith("/v2/checkout/orders/")) {
      const known = this.authorizations.has(`AUTH-${id}`);
      if (method === "POST" && known) return { status: 422, body: { name: "UNPROCESSABLE_ENTITY" } };
      if (method === "POST" && verb === "authorize") this.authorizations.set(`AUTH-${id}`, "CREATED");
      return { status: method === "POST" ? 201 : 200, body: this.#order(id) };
    }
    if (path.startsWith("/v2/payments/authorizations/")) return this.#settle(method, id, verb);
    if (method === "POST" && path === "/v1/payments/payouts") {
      return { status: 201, body: { batch_header: { payout_batch_id: `BATCH${number}`, batch_status: "PENDING" } } };
    }
    return { status: 404, body: { name: "RESOURCE_NOT_FOUND" } };
  }

  #order(id: string): object {
    const status = this.authorizations.get(`AUTH-${id}`);
    const payments = { authorizations: [{ id: `AUTH-${id}`, status }] };
    return { id, status: "COMPLETED", purchase_units: [{ reference_id: "b", payments }] };
  }

  #settle(method: string, id: string, verb: string | undefined): Answer {
    const status = this.authorizations.get(id);
    if (status === undefined) return { status: 404, body: { name: "RESOURCE_NOT_FOUND" } };
    if (method === "GET") return { body: { id, status } };
    if (status !== "CREATED") return { status: 422, body: { name: "UNPROCESSABLE_ENTITY" } };
    this.authorizations.set(id, verb === "capture" ? "CAPTURED" : "VOIDED");
    return verb === "capture"
      ? { status: 201, body: { id: `CAPTURE-${id}`, status: "COMPLETED" } }
      : { status: 204, body: null };
  }
}
