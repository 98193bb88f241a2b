import type { GoogleError } from "./google-error.ts";
import {
  createGoogleSend,
  type GoogleOptions,
  type GoogleQuery,
  type GoogleSend,
  type JsonObject,
  malformed,
} from "./google-send.ts";
import { Failure, objectIn } from "./patience.ts";

export type { GoogleOptions, GoogleQuery, JsonObject } from "./google-send.ts";

/** Reads Google's REST APIs. URLs are the real ones ("https://run.googleapis.com/v2/…") whatever the endpoint is. */
export interface Google {
  /** One JSON object. Rejects with GoogleError. */
  get(url: string, query?: GoogleQuery): Promise<JsonObject>;
  /**
   * The pages of a listing in order, following `nextPageToken`. Throws GoogleError, after the pages that were read, when
   * one cannot be had.
   */
  pages(url: string, query?: GoogleQuery): AsyncGenerator<JsonObject, void, void>;
}

/** Questions that Google takes by POST, and that change nothing. */
export interface GoogleAsk {
  /** The objects of an answer that is a JSON list. Rejects with GoogleError. */
  ask(url: string, body: JsonObject): Promise<readonly JsonObject[]>;
}

const mostPages = 10_000;

export function createGoogle(options: GoogleOptions): Google & GoogleAsk {
  return readsOf(createGoogleSend(options));
}

/** What a client reads with; its writing side shares its limits. */
export function readsOf(send: GoogleSend): Google & GoogleAsk {
  const get = (url: string, query: GoogleQuery = {}) => send.read({ method: "GET", url, query }, objectOf);

  async function* pages(url: string, query: GoogleQuery = {}): AsyncGenerator<JsonObject, void, void> {
    const seen = new Set<string>();
    let pageToken = "";
    do {
      const page = await get(url, pageToken === "" ? query : { ...query, pageToken });
      yield page;
      const next = page.nextPageToken ?? "";
      if (typeof next !== "string") throw malformed(hostOf(url), "nextPageToken is no text");
      // A server that hands out the same token again would be read for ever.
      if (next !== "" && (seen.has(next) || seen.size >= mostPages)) {
        throw malformed(hostOf(url), "its pages do not come to an end");
      }
      seen.add(next);
      pageToken = next;
    } while (pageToken !== "");
  }

  return { get, pages, ask: (url, body) => send.read({ method: "POST", url, body }, listOf) };
}

/** An answer that is one JSON object. */
export function objectOf(host: string, status: number, body: string): JsonObject | Failure<GoogleError> {
  const read = objectIn(body);
  return "object" in read ? read.object : new Failure(malformed(host, read.instead, status), read.retry);
}

function listOf(host: string, status: number, body: string): readonly JsonObject[] | Failure<GoogleError> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    const cutShort = /^\s*\[/.test(body);
    const instead = cutShort ? "JSON that breaks off" : "no JSON list where one was due";
    return new Failure(malformed(host, instead, status), cutShort);
  }
  const isList = Array.isArray(parsed) && parsed.every((one) => typeof one === "object" && one !== null);
  return isList
    ? (parsed as readonly JsonObject[])
    : new Failure(malformed(host, "no JSON list where one was due", status), false);
}

function hostOf(url: string): string {
  return new URL(url).host;
}
