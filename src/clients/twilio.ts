import type { Twilio } from "twilio";
import { ProviderError, providerErrorOf } from "./provider-error.ts";
import { type TwilioOptions, twilioClient } from "./twilio-client.ts";

type ItemOf<List extends (...input: never[]) => Promise<unknown[]>> = Awaited<ReturnType<List>>[number];
export type TwilioNumber = ItemOf<Twilio["incomingPhoneNumbers"]["list"]>;
export type TwilioApplication = ItemOf<Twilio["applications"]["list"]>;
export type TwilioMessagingService = ItemOf<Twilio["messaging"]["v1"]["services"]["list"]>;

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

export function createTwilio(options: TwilioOptions): TwilioReader {
  const open = twilioClient(options);
  const all = <T extends { readonly sid: string }>(first: (twilio: Twilio) => Promise<Page<T>>) =>
    twilioItems(open, options, first);
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

/** The items of a list, page after page. Throws ProviderError, after the pages that could be read. */
export async function* twilioItems<T extends { readonly sid: string }>(
  open: () => Promise<Twilio>,
  options: Pick<TwilioOptions, "signal">,
  first: (twilio: Twilio) => Promise<Page<T>>,
): AsyncGenerator<T, void, void> {
  const seen = new Set<string>();
  try {
    let page: Page<T> | undefined = await first(await open());
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
