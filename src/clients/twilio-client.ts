import type { Twilio } from "twilio";
import { type Endpoint, originOf } from "./endpoint.ts";
import type { PatienceOptions } from "./patience.ts";
import { patientExchange } from "./patient-fetch.ts";
import { ProviderError } from "./provider-error.ts";

export interface TwilioOptions extends PatienceOptions {
  readonly endpoint: Endpoint;
  /** Account SID, "AC…". */
  readonly account: string;
  /** Auth token. */
  readonly token: string;
}

const service = { name: "Twilio", credential: "the account's token", codeOf: (body: { code?: unknown }) => body.code };

/** Opens Twilio's own client, which is loaded at the first call, with our ways to send. */
export function twilioClient(options: TwilioOptions): () => Promise<Twilio> {
  const { read, write } = patientExchange(service, options);
  let client: Promise<Twilio> | null = null;

  async function open(): Promise<Twilio> {
    if (!/^AC[0-9A-Za-z]+$/.test(options.account)) {
      throw new ProviderError("credentials", "the Twilio account is no account SID: one starts with AC");
    }
    if (options.token === "") throw new ProviderError("credentials", "the Twilio token is empty");
    const { default: twilio } = await import("twilio");
    // The place that the client has for another way to send: time limits, waits and the endpoint are in `read`, `write`.
    class Sender extends twilio.RequestClient {
      override async request<T>(asked: Parameters<InstanceType<typeof twilio.RequestClient>["request"]>[0]) {
        const headers: Record<string, string> = { accept: "application/json" };
        if (asked.username !== undefined && asked.password !== undefined) {
          const pair = Buffer.from(`${asked.username}:${asked.password}`).toString("base64");
          headers.authorization = `Basic ${pair}`;
        }
        const url = addressOf(options.endpoint, asked.uri, asked.params);
        const response = isChange(asked.method)
          ? await write(url, {
              method: "POST",
              headers: { ...headers, "content-type": "application/x-www-form-urlencoded" },
              body: formOf(asked.data),
              // Only fields of resources are set here, to values.
              repeatable: true,
            })
          : await read(url, headers);
        return { statusCode: response.status, body: (await response.json()) as T, headers: {} };
      }
    }
    return twilio(options.account, options.token, { httpClient: new Sender() });
  }

  return () => {
    client ??= open();
    return client;
  };
}

/** Nothing but a change by POST is ever asked for. */
function isChange(method: string): boolean {
  if (/^get$/i.test(method)) return false;
  if (/^post$/i.test(method)) return true;
  throw new ProviderError("invalid", `Twilio is not asked by ${method.toUpperCase()}`);
}

function formOf(data: unknown): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(data ?? {})) {
    if (value !== undefined) form.append(name, `${value}`);
  }
  return form.toString();
}

/** The URL to send to. Only Twilio's own hosts get the token, whatever a page names as the next one. */
function addressOf(endpoint: Endpoint, uri: string, params: object | undefined): string {
  const url = new URL(uri);
  if (url.protocol !== "https:" || !/^[\w.-]+\.twilio\.com$/.test(url.hostname)) {
    throw new ProviderError("malformed", "the answer of Twilio makes no sense: its next page is on another host");
  }
  for (const [name, value] of Object.entries(params ?? {})) {
    for (const one of Array.isArray(value) ? value : [value]) url.searchParams.append(name, `${one}`);
  }
  // Edges and regions ("api.dublin.ie1.twilio.com") are of no meaning to a stand-in.
  const host = endpoint.base === null ? url.hostname : `${url.hostname.split(".")[0]}.twilio.com`;
  return `${originOf(endpoint, host)}${url.pathname}${url.search}`;
}
