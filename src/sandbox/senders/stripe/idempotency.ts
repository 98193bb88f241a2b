import { createHash } from "node:crypto";
import { type Call, type Reply, reply } from "../../http/call.ts";
import type { JsonObject } from "../../state/json.ts";
import { StripeRefusal } from "./refusal.ts";

/** How long Stripe remembers a key, at least. */
const rememberedMs = 24 * 3_600_000;
const collection = "stripe-keys";

interface Remembered {
  readonly print: string;
  readonly at: number;
  readonly status: number;
  readonly body: JsonObject;
}

/**
 * Answers a request with an idempotency key that was seen before as it was answered then, and refuses a key that comes
 * with another request. `run` gives the answer of a new one; what it throws before it starts (a parameter that does not
 * fit) is not remembered, what it answers is, whether good or bad.
 */
export function once(call: Call, account: string | null, run: () => Reply): Reply {
  const header = call.headers["idempotency-key"];
  if (header === undefined || call.method !== "POST") return run();
  const { shelf, now } = call.world;
  const key = String(header);
  if (key.length > 255) {
    throw new StripeRefusal("INVALID_ARGUMENT", "Idempotency keys can have up to 255 characters.", {});
  }
  const id = `${account ?? ""}:${key}`;
  const print = createHash("sha256").update(`${call.path}\n`).update(call.bytes).digest("hex");
  const known = shelf.get(collection, id) as unknown as Remembered | undefined;
  if (known !== undefined && now().getTime() - known.at < rememberedMs) {
    if (known.print !== print) throw conflict(key);
    return reply(known.status, structuredClone(known.body), { "idempotent-replayed": "true", "idempotency-key": key });
  }
  const answer = run();
  const remembered = { print, at: now().getTime(), status: answer.status, body: structuredClone(answer.body) };
  shelf.put(collection, id, remembered as JsonObject);
  return { ...answer, headers: { ...answer.headers, "idempotency-key": key } };
}

function conflict(key: string): StripeRefusal {
  return new StripeRefusal(
    "INVALID_ARGUMENT",
    `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
    { type: "idempotency_error" },
  );
}
