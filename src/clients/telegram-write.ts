import { type AddressChange, changeAddress } from "./change-address.ts";
import type { JsonObject } from "./google-send.ts";
import type { AddressMove } from "./move-address.ts";
import { withoutDeadline } from "./patience.ts";
import { patientExchange } from "./patient-fetch.ts";
import { ProviderError } from "./provider-error.ts";
import { safeRecord } from "./safe-record.ts";
import { type TelegramOptions, telegramCall, telegramService } from "./telegram.ts";

/** Changes where a bot's updates go. All reject with ProviderError; the change with UncertainWriteError, too. */
export interface TelegramWriter {
  /** `getWebhookInfo`, whole, as it may be written down. The secret token is not in it: it can never be read back. */
  webhook(): Promise<JsonObject>;
  /** How many updates wait, and when and why the last one was not taken. */
  pending(): Promise<{
    readonly updates: number;
    readonly lastErrorAt: string | null;
    readonly lastError: string | null;
  }>;
  /**
   * `setWebhook` with another URL. `secretToken` is sent again, since omitting it may clear it; null: the bot has none.
   * The kinds of updates and the number of connections stay, a fixed IP address is given up (it would be the old copy's),
   * what waits is kept and goes to the new URL. Refuses (`invalid`) a webhook with a certificate of its own, which cannot
   * be read back.
   */
  moveWebhook(move: AddressMove, secretToken: string | null): Promise<AddressChange>;
}

/** What changes by itself, and the IP address, which Telegram shows also where nobody has fixed one. */
export const volatileOfWebhook = [
  "pending_update_count",
  "ip_address",
  "last_error_date",
  "last_error_message",
  "last_synchronization_error_date",
];

export function createTelegramWriter(options: TelegramOptions): TelegramWriter {
  const { read: get, write } = patientExchange(telegramService, withoutDeadline(options));
  const info = () => telegramCall(options, "getWebhookInfo", (url) => get(url, {}));

  async function set(url: string, webhook: JsonObject, secretToken: string | null): Promise<unknown> {
    if (webhook.has_custom_certificate === true) {
      const reason =
        "the webhook has a certificate of its own, which cannot be read back: set it by hand, with the file";
      throw new ProviderError("invalid", reason);
    }
    if (secretToken !== null && !/^[\w-]{1,256}$/.test(secretToken)) {
      throw new ProviderError("invalid", "the secret token of the webhook is not of the form that Telegram takes");
    }
    const { allowed_updates, max_connections } = webhook;
    const body = JSON.stringify({
      url,
      ip_address: "",
      ...(secretToken === null ? {} : { secret_token: secretToken }),
      ...(Array.isArray(allowed_updates) ? { allowed_updates } : {}),
      ...(typeof max_connections === "number" ? { max_connections } : {}),
    });
    const headers = { "content-type": "application/json" };
    return telegramCall(options, "setWebhook", (address) =>
      write(address, { method: "POST", headers, body, repeatable: true }),
    );
  }

  return {
    webhook: async () => safeRecord(await info()),
    async pending() {
      const { pending_update_count, last_error_date, last_error_message } = await info();
      if (typeof pending_update_count !== "number") {
        throw new ProviderError("malformed", "the answer of Telegram makes no sense");
      }
      return {
        updates: pending_update_count,
        lastErrorAt: typeof last_error_date === "number" ? new Date(last_error_date * 1000).toISOString() : null,
        lastError:
          typeof last_error_message === "string" ? `${safeRecord({ last_error_message }).last_error_message}` : null,
      };
    },
    moveWebhook: (move, secretToken) =>
      changeAddress(
        {
          read: info,
          fields: ["url"],
          volatile: volatileOfWebhook,
          write: (values, webhook) => set(values.get("url") ?? "", webhook, secretToken),
        },
        move,
      ),
  };
}
