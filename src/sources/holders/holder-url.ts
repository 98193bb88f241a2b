import { parseFunctionUrl, type UrlTarget } from "../../model/function-url.ts";
import { maskedUrl } from "../../model/masked-url.ts";

/** A bot token, which many put into the path of their webhook. As it is and with its colon escaped. */
const telegramToken = /\d{6,}(?::|%3A)[\w-]{30,}/gi;

/** A provider's URL as it may be kept, with what it reaches. Secrets in user info, query, fragment and path are gone. */
export function holderUrl(text: string): { readonly url: string; readonly target: UrlTarget | null } {
  const url = maskedUrl(text).replace(telegramToken, "***");
  return { url, target: parseFunctionUrl(url) };
}
