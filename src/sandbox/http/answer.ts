import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { FaultEffect } from "../faults.ts";
import { withoutSecrets } from "../request-log.ts";
import { isObject, type JsonObject } from "../state/json.ts";
import { Refusal, statusName } from "../state/refusal.ts";
import { type Call, type Reply, reply } from "./call.ts";
import { selectFields } from "./fields.ts";
import type { RouteMatch, Service } from "./service.ts";

/** What is sent, and how far a fault lets it come. */
export interface Outcome {
  readonly reply: Reply;
  /** Bytes of the body after which the connection ends; null = all are sent. */
  readonly cutAfter: number | null;
}

/** Answers a call: authorization, faults, the route, its refusals, partial answers. Never rejects. */
export async function answerCall(service: Service, match: RouteMatch | null, call: Call): Promise<Outcome> {
  const fault = call.world.faults.take(call);
  if (fault.delayMs > 0) await sleep(fault.delayMs);
  const effect = fault.answer;
  if (effect?.kind === "html") return { reply: webPage(effect.status ?? 200), cutAfter: null };
  const answer = await runRoute(service, match, call, effect);
  if (effect?.kind !== "drop") return { reply: answer, cutAfter: null };
  const length = bodyBytes(answer).length;
  return { reply: answer, cutAfter: Math.min(effect.afterBytes ?? Math.floor(length / 2), Math.max(0, length - 1)) };
}

async function runRoute(
  service: Service,
  match: RouteMatch | null,
  call: Call,
  effect: FaultEffect | null,
): Promise<Reply> {
  try {
    const denied = service.authorize(call);
    if (denied !== null) return denied;
    if (effect?.kind === "status") return faultReply(service, effect);
    if (match === null) return unknownRoute(call);
    const result = await match.route.handle(call);
    const answer = isReply(result) ? result : reply(200, result);
    const fields = call.query.get("fields") ?? call.query.get("$fields");
    if (fields === null || !service.host.endsWith("googleapis.com") || !isJsonBody(answer.body)) return answer;
    return { ...answer, body: selectFields(answer.body, fields) };
  } catch (error) {
    if (error instanceof Refusal) return service.refuse(error);
    const reason = error instanceof Error ? error.message : String(error);
    return service.refuse(
      new Refusal("INTERNAL", `The sandbox failed at ${call.method} ${withoutSecrets(call.path)}: ${reason}`),
    );
  }
}

function faultReply(service: Service, effect: Extract<FaultEffect, { kind: "status" }>): Reply {
  const name = statusName(effect.status);
  const refusal = service.refuse(new Refusal(name, effect.message ?? usualMessages[effect.status] ?? name));
  const headers = effect.retryAfterSeconds === undefined ? {} : { "retry-after": String(effect.retryAfterSeconds) };
  return { ...refusal, status: effect.status, headers: { ...refusal.headers, ...headers } };
}

const usualMessages: Readonly<Record<number, string>> = {
  403: "The caller does not have permission",
  429: "Quota exceeded for quota metric 'Requests' and limit 'Requests per minute' of the service.",
  500: "Internal error encountered.",
  503: "The service is currently unavailable.",
};

/** A request that nothing answers is a mistake of ours or a gap of the sandbox: it says which. */
export function unknownRoute(call: Pick<Call, "method" | "path"> & { readonly host: string | null }): Reply {
  const where = call.host === null ? "" : ` of ${call.host}`;
  return reply(501, {
    error: {
      code: 501,
      message: `the sandbox does not know this route: ${call.method} ${withoutSecrets(call.path)}${where}`,
      status: "UNIMPLEMENTED",
      details: [],
    },
  });
}

function webPage(status: number): Reply {
  const page =
    "<!DOCTYPE html><html><head><title>Sign in</title></head><body><h1>Sign in to the network</h1></body></html>";
  return reply(status, page, { "content-type": "text/html; charset=utf-8" });
}

function bodyBytes(answer: Reply): Buffer {
  if (Buffer.isBuffer(answer.body)) return answer.body;
  return Buffer.from(typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body));
}

export function send(response: ServerResponse, outcome: Outcome): void {
  const body = bodyBytes(outcome.reply);
  response.writeHead(outcome.reply.status, {
    "content-type": "application/json; charset=UTF-8",
    ...outcome.reply.headers,
    "content-length": body.length,
  });
  if (outcome.cutAfter === null) {
    response.end(body);
    return;
  }
  // What was promised never comes: the peer sees the connection end in the middle of the body.
  response.write(body.subarray(0, outcome.cutAfter), () => response.destroy());
}

function isJsonBody(body: Reply["body"]): body is JsonObject {
  return isObject(body) && !Buffer.isBuffer(body);
}

function isReply(value: Reply | object): value is Reply {
  return "status" in value && typeof value.status === "number" && "body" in value;
}
