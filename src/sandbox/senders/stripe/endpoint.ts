import { type Call, param, type Reply, reply } from "../../http/call.ts";
import { type Handler, type Route, reads, shelves } from "../../http/service.ts";
import type { JsonObject } from "../../state/json.ts";
import { scramble } from "../../state/names.ts";
import type { Refusal } from "../../state/refusal.ts";
import { accountOf, expanded, formOf, type StripeCall } from "./account.ts";
import { once } from "./idempotency.ts";
import { type Parameters, readParameters } from "./parameters.ts";
import { StripeRefusal } from "./refusal.ts";

/** What a route gets: on whose account, the checked parameters, the ids of the path. */
export interface StripeRequest {
  readonly call: StripeCall;
  readonly parameters: JsonObject;
  /** Value of a placeholder of the path. */
  readonly path: (name: string) => string;
  readonly http: Call;
}

export type StripeHandler = (request: StripeRequest) => JsonObject;

/**
 * A route of Stripe's API: parameters are checked against `fields`, an idempotency key that comes again gets the answer
 * of the first time, `expand` is followed.
 */
export function endpoint(
  method: "GET" | "POST" | "DELETE",
  path: string,
  fields: Parameters,
  handle: StripeHandler,
  required: readonly string[] = [],
): Route {
  const handler: Handler = (http) => {
    const account = accountOf(http);
    const id = `req_${scramble(`${http.world.state.urlHash}:request:${http.world.shelf.nextNumber()}`, 14)}`;
    const key = http.headers["idempotency-key"];
    const call = { world: http.world, account, request: { id, key: key === undefined ? null : String(key) } };
    const answer = once(http, account, () => {
      const parameters = readParameters(formOf(http), fields, required);
      try {
        const object = handle({ call, parameters, path: (name) => param(http, name), http });
        return reply(200, expanded(call, object, parameters.expand));
      } catch (error) {
        if (error instanceof StripeRefusal) return errorReply(error);
        throw error;
      }
    });
    return { ...answer, headers: { ...answer.headers, "request-id": id } };
  };
  return method === "GET" ? reads(method, path, handler) : shelves(method, path, handler);
}

/** A refusal in Stripe's error shape. */
export function errorReply(refusal: Refusal): Reply {
  const own = refusal instanceof StripeRefusal ? refusal : null;
  const status = own?.http ?? refusal.httpStatus;
  const error: JsonObject = {
    message: refusal.message,
    type: status >= 500 ? "api_error" : "invalid_request_error",
    ...(status === 404 ? { code: "resource_missing" } : {}),
    ...(status === 429 ? { code: "rate_limit" } : {}),
    ...own?.fields,
  };
  return reply(status, { error });
}
