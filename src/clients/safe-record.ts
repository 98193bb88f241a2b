import { createHash } from "node:crypto";
import { parseFunctionUrl } from "../model/function-url.ts";
import { maskSecrets } from "../model/mask-secrets.ts";
import type { JsonObject } from "./google-send.ts";

/** Keys whose text is secret, or may be. Addresses of accounts and kinds of tokens are neither. */
const secretKey = /(?:secret|token|password|authorization|credential|apikey|api_key|signature|cookie)$/i;
/** Keys under which anybody may have put anything: payloads, headers, free fields. */
const freeKeys: ReadonlySet<string> = new Set(["body", "data", "headers", "headerOverrides", "metadata", "attributes"]);
/** Twilio's overrides for one connection: "#rc=2&rp=all". */
const overrides = /^#(?:[a-z]{2,3}=[\w.,-]*&?)+$/;
/** A part of a path that nobody thought up: such an address is a secret by itself. */
const randomPart = /(?<=\/)(?=[\w.~-]*\d)(?=[\w.~-]*[A-Za-z])[\w.~-]{20,}(?=\/|$)/g;
const telegramToken = /\d{6,}(?::|%3A)[\w-]{30,}/gi;

/**
 * A holder's record as it may be written down: what is secret, or may be, stands there as "[hidden 1f3c]". The digits are
 * the first of a SHA-256: enough to show a change, too few to confirm a guess.
 */
export function safeRecord(record: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, safeValue(key, value)]));
}

/** A value of a record as it may be written down; `key` is the last part of its name. */
export function safeValue(key: string, value: unknown): unknown {
  if (freeKeys.has(key)) return hiddenAll(value);
  if (Array.isArray(value)) return value.map((item) => safeValue(key, item));
  if (typeof value === "object" && value !== null) return safeRecord(value as JsonObject);
  if (typeof value !== "string" || value === "") return value;
  if (secretKey.test(key)) return hidden(value);
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? safeUrl(value) : maskSecrets(value);
}

/** A URL as it may be written down: host and path stay, and Twilio's overrides; user info and query values are hidden. */
export function safeUrl(text: string): string {
  if (!URL.canParse(text)) return hidden(text);
  const url = new URL(text);
  const user = url.username === "" && url.password === "" ? "" : `${hidden(`${url.username}:${url.password}`)}@`;
  const parts = url.search === "" ? [] : url.search.slice(1).split("&");
  const query = parts.map((part) => {
    const at = part.indexOf("=");
    return at < 0 ? hidden(part) : `${part.slice(0, at)}=${hidden(part.slice(at + 1))}`;
  });
  const withoutToken = url.pathname.replace(telegramToken, hidden);
  const path = parseFunctionUrl(text) === null ? withoutToken.replace(randomPart, hidden) : withoutToken;
  const fragment = url.hash === "" || overrides.test(url.hash) ? url.hash : `#${hidden(url.hash)}`;
  return `${url.protocol}//${user}${url.host}${path}${query.length === 0 ? "" : `?${query.join("&")}`}${fragment}`;
}

function hiddenAll(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(hiddenAll);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, hiddenAll(item)]));
  }
  return typeof value === "string" && value !== "" ? hidden(value) : value;
}

function hidden(value: string): string {
  return `[hidden ${createHash("sha256").update(value).digest("hex").slice(0, 4)}]`;
}
