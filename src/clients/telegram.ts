import { type Endpoint, originOf } from "./endpoint.ts";
import type { PatienceOptions } from "./patience.ts";
import { patientFetch } from "./patient-fetch.ts";
import { ProviderError } from "./provider-error.ts";
import { UncertainWriteError, writeErrorOf } from "./uncertain-write.ts";

export interface TelegramOptions extends PatienceOptions {
  readonly endpoint: Endpoint;
  /** Bot token, "123456:ABC…". It is part of every URL, so URLs never enter a message. */
  readonly token: string;
}

/** Reads a bot and its webhook. Calls reject with ProviderError. */
export interface TelegramReader {
  /** `getMe`: the bot's id and, where it has one, its user name without "@". */
  bot(): Promise<{ readonly id: string; readonly username: string | null }>;
  /** `getWebhookInfo`: the URL that updates go to; null when none is set. */
  webhookUrl(): Promise<string | null>;
}

export const telegramService = { name: "Telegram", credential: "the bot token", codeOf: () => null };

export function createTelegram(options: TelegramOptions): TelegramReader {
  const send = patientFetch(telegramService, options);
  const call = (method: string) => telegramCall(options, method, (url) => send(url, {}));

  return {
    async bot() {
      const { id, username } = await call("getMe");
      if (typeof id !== "number") throw new ProviderError("malformed", "the answer of Telegram makes no sense");
      return { id: `${id}`, username: typeof username === "string" && username !== "" ? username : null };
    },
    async webhookUrl() {
      const { url } = await call("getWebhookInfo");
      if (typeof url !== "string") throw new ProviderError("malformed", "the answer of Telegram makes no sense");
      return url === "" ? null : url;
    },
  };
}

/**
 * One method of the bot's API: the result, where it is an object; `{}` where it is `true`. Rejects with ProviderError, or
 * with UncertainWriteError where `send` does.
 */
export async function telegramCall(
  options: TelegramOptions,
  method: string,
  send: (url: string) => Promise<Response>,
): Promise<Readonly<Record<string, unknown>>> {
  // Telegram answers 404 to a token that is not of its form; an empty one would ask for another page altogether.
  if (options.token.trim() === "") throw new ProviderError("credentials", "the Telegram bot token is empty");
  const token = encodeURIComponent(options.token).replaceAll("%3A", ":");
  try {
    const response = await send(`${originOf(options.endpoint, "api.telegram.org")}/bot${token}/${method}`);
    const answer = (await response.json()) as { ok?: unknown; result?: unknown };
    const { result } = answer;
    if (answer.ok === true && result === true) return {};
    if (answer.ok === true && typeof result === "object" && result !== null) return { ...result };
  } catch (thrown) {
    options.signal?.throwIfAborted();
    const error = writeErrorOf(thrown, "Telegram");
    if (error instanceof UncertainWriteError || error.kind !== "not-found") throw error;
    throw new ProviderError("credentials", "Telegram refused the bot token (404)", 404);
  }
  throw new ProviderError("malformed", "the answer of Telegram makes no sense");
}
