import { jsonBody } from "../http/body.ts";
import { type Route, writes } from "../http/service.ts";
import { numberAt, textAt } from "../state/json.ts";
import { functionName } from "../state/names.ts";
import { Refusal } from "../state/refusal.ts";
import { countRequest } from "../state/requests.ts";

/**
 * `{ region, id, status?, count?, at? }`: requests that have reached a copy, for Monitoring to tell. Default: one that was
 * answered with 200, now. `at` is RFC 3339.
 */
export const requestsRoute: Route = writes("POST", "/_sandbox/requests", (call) => {
  const { state, now } = call.world;
  const body = jsonBody(call);
  const name = functionName(state, textAt(body, "region") ?? "", textAt(body, "id") ?? "");
  if (state.functions[name] === undefined) throw new Refusal("NOT_FOUND", `There is no copy ${name}.`);
  const [status, count] = [numberAt(body, "status") ?? 200, numberAt(body, "count") ?? 1];
  const at = new Date(textAt(body, "at") ?? now());
  if (Number.isNaN(at.getTime()) || !(status >= 100 && status < 600) || !Number.isInteger(count) || count < 1) {
    throw new Refusal(
      "INVALID_ARGUMENT",
      "`status` must be one of HTTP, `count` a whole number of 1 or more, `at` an RFC 3339 time.",
    );
  }
  countRequest(state, name, status, at, count);
  return {};
});
