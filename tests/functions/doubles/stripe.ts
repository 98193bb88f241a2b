import { createHmac } from "node:crypto";
import { type Answer, type Asked, Service } from "./service.ts";

type Thing = Record<string, unknown> & { id: string };

/**
 * As much of Stripe as money hangs on: intents with their states, and idempotency keys as documented: the first answer under
 * a key is the answer for good, whatever it was, and other parameters under it are an error.
 */
export class Stripe extends Service {
  readonly things = new Map<string, Thing>();
  readonly #answers = new Map<string, { readonly body: string; readonly answer: Answer }>();
  #made = 0;

  override reset(): void {
    super.reset();
    this.things.clear();
    this.#answers.clear();
    this.#made = 0;
  }

  /** Idempotency keys that came, in order; null for a call without one that changes something. */
  keys(): (string | null)[] {
    const writes = this.asked.filter(({ method }) => method === "POST");
    return writes.map(({ headers }) => {
      const key = headers["idempotency-key"];
      // The client makes up a key of its own where there is none.
      return typeof key === "string" && !key.startsWith("stripe-node-retry-") ? key : null;
    });
  }

  keep(thing: Thing): Thing {
    this.things.set(thing.id, thing);
    return thing;
  }

  override answer(asked: Asked): Answer {
    if (asked.method !== "POST") return this.#act(asked);
    const key = asked.headers["idempotency-key"];
    const seen = typeof key === "string" ? this.#answers.get(key) : undefined;
    if (seen !== undefined) {
      if (seen.body !== `${asked.path} ${asked.body}`) {
        return refusal(
          400,
          "idempotency_error",
          "Keys for idempotent requests can only be used with the same parameters",
        );
      }
      return seen.answer;
    }
    const answer = this.#act(asked);
    if (typeof key === "string") this.#answers.set(key, { body: `${asked.path} ${asked.body}`, answer });
    return answer;
  }

  #act({ method, path, body }: Asked): Answer {
    const form = nested(new URLSearchParams(body));
    const [, , kind = "", id = "", action = ""] = path.split("/");
    if (method === "GET" && kind === "balance") return { body: { object: "balance", available: [], pending: [] } };
    if (id !== "" && kind !== "checkout" && kind !== "billing_portal") {
      const thing = this.things.get(id);
      if (thing === undefined) return refusal(404, "invalid_request_error", `No such thing: ${id}`);
      return action === "" && method === "GET" ? { body: thing } : this.#change(thing, action, form);
    }
    this.#made += 1;
    const number = String(this.#made).padStart(4, "0");
    switch (`${method} ${path}`) {
      case "POST /v1/payment_intents":
        return {
          body: this.keep({
            id: `pi_${number}`,
            object: "payment_intent",
            client_secret: `pi_${number}_secret`,
            amount: Number(form.amount),
            amount_received: 0,
            currency: form.currency,
            capture_method: form.capture_method,
            metadata: form.metadata,
            status: "requires_payment_method",
          }),
        };
      case "POST /v1/accounts":
        return { body: this.keep({ id: `acct_${number}`, object: "account", ...form }) };
      case "POST /v1/transfers":
        return { body: this.keep({ id: `tr_${number}`, object: "transfer", ...form }) };
      case "POST /v1/refunds":
        return { body: this.keep({ id: `re_${number}`, object: "refund", status: "succeeded", ...form }) };
      case "POST /v1/checkout/sessions":
        return { body: { id: `cs_${number}`, url: `https://checkout.stripe.com/c/cs_${number}` } };
      case "POST /v1/account_links":
        return { body: { object: "account_link", url: "https://connect.stripe.com/setup/e/1" } };
      default:
        return refusal(404, "invalid_request_error", `Unrecognized request URL (${method}: ${path})`);
    }
  }

  #change(thing: Thing, action: string, form: Record<string, unknown>): Answer {
    if (action === "capture" && thing.status === "requires_capture") {
      Object.assign(thing, { status: "succeeded", amount_received: thing.amount });
    } else if (action === "cancel" && thing.status !== "succeeded" && thing.status !== "canceled") {
      thing.status = "canceled";
    } else if (action === "capture" || action === "cancel") {
      return refusal(400, "invalid_request_error", `status is ${thing.status}`, "payment_intent_unexpected_state");
    } else {
      Object.assign(thing, form);
    }
    // As JSON, so that a later state does not change an answer that is kept under a key.
    return { body: structuredClone(thing) };
  }
}

function refusal(status: number, type: string, message: string, code?: string): Answer {
  return { status, body: { error: { type, message, code } } };
}

/** "metadata[a]=1" as Stripe reads it, as deep as the functions go. */
function nested(form: URLSearchParams): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [path, value] of form) {
    const steps = path.split(/[[\]]+/).filter((step) => step !== "");
    let at = result;
    for (const step of steps.slice(0, -1)) {
      at[step] ??= {};
      at = at[step] as Record<string, unknown>;
    }
    at[steps.at(-1) ?? ""] = value;
  }
  return result;
}

/** Header `Stripe-Signature` for a body, by the documented scheme and not by Stripe's own code. */
export function signatureOf(body: string, secret: string, at = Math.floor(Date.now() / 1000)): string {
  return `t=${at},v1=${createHmac("sha256", secret).update(`${at}.${body}`).digest("hex")}`;
}
