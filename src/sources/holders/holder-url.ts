import { parseFunctionUrl, type UrlTarget } from "../../model/function-url.ts";
import { maskedUrl } from "../../model/masked-url.ts";

/** A bot token, which many put into the path of their webhook. As it is and with its colon escaped. */
const telegramToken = /\d{6,}(?::|%3A)[\w-]{30,}/gi;

/** A provider's URL as it may be kept, with what it reaches. Secrets in user info, query, fragment and path are gone. */
export function holderUrl(text: string): { readonly url: string; readonly target: UrlTarget | null } {
  const url = maskedUrl(text).replace(telegramToken, "***");
  const target = parseFunctionUrl(url);
  return { url: target === null ? url.replace(randomPart, "/***") : url, target };
}

/** A part of a path that nobody thought up: hooks of chat and automation services are secret by their address alone. */
const randomPart = /\/(?=[\w.~-]*\d)(?=[\w.~-]*[A-Za-z])[\w.~-]{20,}(?=\/|\?|$)/g;
