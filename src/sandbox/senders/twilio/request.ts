import { createHmac } from "node:crypto";
import { accessOf } from "../../access.ts";
import type { World } from "../../http/call.ts";
import { type Arrival, carry } from "../carry.ts";

export interface TwilioRequest {
  readonly url: string;
  readonly method: string;
  readonly form: Readonly<Record<string, string>>;
  /** For the record: the call's or conference's id. */
  readonly event: string;
  /** "voice", "call-status", "conference", "message-status", "message". */
  readonly type: string;
}

/**
 * `X-Twilio-Signature`: base64(HMAC-SHA1(auth token, full URL with its query + the form's parameters, sorted, as name
 * and value)). The fragment, which holds connection overrides, is not part of it.
 */
export function twilioSignature(token: string, url: string, form: Readonly<Record<string, string>>): string {
  const sorted = Object.keys(form).sort();
  const text = sorted.reduce((sum, name) => sum + name + (form[name] ?? ""), withoutFragment(url));
  return createHmac("sha1", token).update(text).digest("base64");
}

/** Sends a signed request, as often as the connection overrides in its URL's fragment allow. */
export async function ask(world: World, request: TwilioRequest): Promise<Arrival> {
  const overrides = overridesOf(request.url);
  for (let attempt = 1; ; attempt += 1) {
    const arrival = await once(world, request, attempt, overrides.deadlineMs);
    if (arrival.taken || attempt > overrides.retries || !overrides.isRetried(arrival)) return arrival;
  }
}

function once(world: World, request: TwilioRequest, attempt: number, deadlineMs: number): Promise<Arrival> {
  const get = request.method === "GET";
  const target = new URL(request.url);
  if (get) for (const [name, value] of Object.entries(request.form)) target.searchParams.append(name, value);
  const url = get ? target.href : request.url;
  const { token } = accessOf(world.state).twilio;
  return carry(world, {
    sender: "twilio",
    event: request.event,
    type: request.type,
    url,
    method: request.method,
    headers: {
      accept: "*/*",
      "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
      "i-twilio-idempotency-token": `${request.event}:${request.type}`,
      "user-agent": "TwilioProxy/1.1",
      "x-twilio-signature": twilioSignature(token, url, get ? {} : request.form),
    },
    body: Buffer.from(get ? "" : new URLSearchParams(request.form).toString()),
    attempt,
    deadlineMs,
  });
}

interface Overrides {
  readonly retries: number;
  readonly deadlineMs: number;
  readonly isRetried: (arrival: Arrival) => boolean;
}

/** `#rc=2&rp=all&rt=5000`: retry count, retry policy (connection, read, 4xx, 5xx, all), read timeout. */
function overridesOf(url: string): Overrides {
  const fragment = new URLSearchParams(new URL(url).hash.slice(1));
  const within = (name: string, least: number, most: number, usual: number) => {
    const value = Number(fragment.get(name) ?? usual);
    return Number.isFinite(value) ? Math.min(Math.max(value, least), most) : usual;
  };
  const policies = (fragment.get("rp") ?? "ct").split(",");
  const total = within("tt", 100, 15_000, 15_000);
  return {
    retries: within("rc", 0, 5, 1),
    deadlineMs: Math.min(within("rt", 100, 15_000, 15_000), total),
    isRetried({ status, problem }) {
      if (policies.includes("all")) return true;
      if (status === null) return policies.includes(problem?.startsWith("no answer") ? "rt" : "ct");
      return policies.includes(`${Math.floor(status / 100)}xx`);
    },
  };
}

function withoutFragment(url: string): string {
  return url.replace(/#.*$/, "");
}
