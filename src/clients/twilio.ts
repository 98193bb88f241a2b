import type { Twilio } from "twilio";
import { type Endpoint, originOf } from "./endpoint.ts";
import type { PatienceOptions } from "./patience.ts";
import { patientFetch } from "./patient-fetch.ts";
import { ProviderError, providerErrorOf } from "./provider-error.ts";

type ItemOf<List extends (...input: never[]) => Promise<unknown[]>> = Awaited<ReturnType<List>>[number];
export type TwilioNumber = ItemOf<Twilio["incomingPhoneNumbers"]["list"]>;
export type TwilioApplication = ItemOf<Twilio["applications"]["list"]>;
export type TwilioMessagingService = ItemOf<Twilio["messaging"]["v1"]["services"]["list"]>;

export interface TwilioOptions extends PatienceOptions {
  readonly endpoint: Endpoint;
  /** Account SID, "AC…". */
  readonly account: string;
  /** Auth token. */
  readonly token: string;
}

/** Reads what Twilio calls. Iterations throw ProviderError, after the pages that could be read. */
export interface TwilioReader {
  incomingPhoneNumbers(): AsyncGenerator<TwilioNumber, void, void>;
  applications(): AsyncGenerator<TwilioApplication, void, void>;
  messagingServices(): AsyncGenerator<TwilioMessagingService, void, void>;
  /** One cheap call that shows whether account and token work. */
  probe(): Promise<void>;
}

interface Page<T> {
  readonly instances: T[];
  readonly nextPageUrl?: string;
  nextPage(): Promise<Page<T>> | undefined;
}

const service = { name: "Twilio", credential: "the account's token", codeOf: (body: { code?: unknown }) => body.code };

/** Twilio's own client is loaded at the first call. */
export function createTwilio(options: TwilioOptions): TwilioReader {
  const send = patientFetch(service, options);
  let client: Promise<Twilio> | null = null;

  async function open(): Promise<Twilio> {
    if (!/^AC[0-9A-Za-z]+$/.test(options.account)) {
      throw new ProviderError("credentials", "the Twilio account is no account SID: one starts with AC");
    }
    if (options.token === "") throw new ProviderError("credentials", "the Twilio token is empty");
    const { default: twilio } = await import("twilio");
    // The place that the client has for another way to send: time limits, waits and the endpoint are in `send`.
    class Sender extends twilio.RequestClient {
      override async request<T>(asked: Parameters<InstanceType<typeof twilio.RequestClient>["request"]>[0]) {
        const headers: Record<string, string> = { accept: "application/json" };
        if (asked.username !== undefined && asked.password !== undefined) {
          const pair = Buffer.from(`${asked.username}:${asked.password}`).toString("base64");
          headers.authorization = `Basic ${pair}`;
        }
        const response = await send(addressOf(options.endpoint, asked.uri, asked.params), headers);
        return { statusCode: response.status, body: (await response.json()) as T, headers: {} };
      }
    }
    return twilio(options.account, options.token, { httpClient: new Sender() });
  }

  async function* all<T extends { readonly sid: string }>(
    first: (twilio: Twilio) => Promise<Page<T>>,
  ): AsyncGenerator<T, void, void> {
    const seen = new Set<string>();
    try {
      client ??= open();
      let page: Page<T> | undefined = await first(await client);
      while (page !== undefined) {
        for (const instance of page.instances) {
          // The client takes over whatever the answer holds.
          if (typeof instance.sid !== "string" || instance.sid === "") {
            throw new ProviderError("malformed", "the answer of Twilio makes no sense: something in it has no SID");
          }
          yield instance;
        }
        const next = page.nextPageUrl ?? "";
        // A server that hands out the same page again would be read for ever.
        if (seen.has(next)) throw new ProviderError("malformed", "the pages of Twilio do not come to an end");
        seen.add(next);
        page = await page.nextPage();
      }
    } catch (thrown) {
      options.signal?.throwIfAborted();
      throw providerErrorOf(thrown, "Twilio");
    }
  }

  const pageSize = 1000;
  return {
    incomingPhoneNumbers: () => all((twilio) => twilio.incomingPhoneNumbers.page({ pageSize })),
    applications: () => all((twilio) => twilio.applications.page({ pageSize })),
    messagingServices: () => all((twilio) => twilio.messaging.v1.services.page({ pageSize: 100 })),
    async probe() {
      for await (const _ of all((twilio) => twilio.incomingPhoneNumbers.page({ pageSize: 1 }))) return;
    },
  };
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
