import { randomUUID } from "node:crypto";
import { textAt } from "./change-address.ts";
import { objectOf, readsOf } from "./google.ts";
import type { GoogleError } from "./google-error.ts";
import { createGoogleSend, type GoogleOptions, type JsonObject, malformed } from "./google-send.ts";
import { Failure, withoutDeadline } from "./patience.ts";

/** One object of a bucket, without its content. */
export interface StoredObject {
  readonly name: string;
  /** Another one for each version of it: 64 bits, so as text. */
  readonly generation: string;
  /** RFC 3339, by Google's clock. */
  readonly createdAt: string;
  /** What whoever stored it has written beside it. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * The objects of one bucket of Cloud Storage, read and written by their generations: nothing is ever written over that was
 * not seen. All reject with GoogleError; what changes something also with UncertainWriteError, where nobody knows whether
 * it came about.
 */
export interface BucketObjects {
  /** Google's own time by its last answer, in ms: machines that share a bucket have clocks of their own. */
  now(): number;
  /** Those whose names begin so, in the order of their names. */
  list(prefix: string): Promise<readonly StoredObject[]>;
  /** Null: there is no such object. */
  look(name: string): Promise<StoredObject | null>;
  /** The content with the generation that it is of; null: there is no such object. */
  text(name: string): Promise<{ readonly text: string; readonly generation: string } | null>;
  /** Stores a content over that generation, "0" where there must be none. Null: what is there is of another. */
  put(
    name: string,
    text: string,
    how: { readonly over: string; readonly metadata?: Readonly<Record<string, string>> },
  ): Promise<StoredObject | null>;
  /** Deletes the object of that generation. False: what is there is of another, or nothing is. */
  remove(name: string, generation: string): Promise<boolean>;
}

/** Writes can be sent again after a lost answer: the generation that they name is gone once they took effect. */
export function createBucketObjects(options: GoogleOptions, bucket: string): BucketObjects {
  const { fetch: reach = fetch, now = Date.now } = options;
  let aheadMs = 0;
  const timed: typeof fetch = async (...given) => {
    const response = await reach(...given);
    const at = Date.parse(response.headers.get("date") ?? "");
    if (!Number.isNaN(at)) aheadMs = at - now();
    return response;
  };
  const send = createGoogleSend(withoutDeadline({ ...options, fetch: timed }));
  const google = readsOf(send);
  const host = "https://storage.googleapis.com";
  const collection = `${host}/storage/v1/b/${encodeURIComponent(bucket)}/o`;
  const urlOf = (name: string): string => `${collection}/${encodeURIComponent(name)}`;
  const isAnother = (error: GoogleError) => (error.status === 412 ? { answer: null } : null);

  async function orNull<T>(asked: Promise<T>): Promise<T | null> {
    try {
      return await asked;
    } catch (error) {
      const { kind, reason } = error as Partial<GoogleError>;
      if (kind === "not-found" && !/specified bucket does not exist/i.test(reason ?? "")) return null;
      throw error;
    }
  }

  return {
    now: () => now() + aheadMs,

    async list(prefix) {
      const query = { prefix, fields: "items(name,generation,timeCreated,metadata),nextPageToken" };
      const found: StoredObject[] = [];
      for await (const { items } of google.pages(collection, query)) {
        for (const item of Array.isArray(items) ? (items as JsonObject[]) : []) found.push(storedOf(item));
      }
      return found;
    },

    async look(name) {
      const found = await orNull(google.get(urlOf(name)));
      return found === null ? null : storedOf(found);
    },

    text: (name) =>
      orNull(
        send.read({ method: "GET", url: urlOf(name), query: { alt: "media" } }, (at, status, text, headers) => {
          const generation = headers.get("x-goog-generation");
          if (generation !== null) return { text, generation };
          return new Failure(malformed(at, "a content without its generation", status), false);
        }),
      ),

    async put(name, text, { over, metadata = {} }) {
      const fields = { name, contentType: "application/json; charset=utf-8", cacheControl: "no-store", metadata };
      const made = await send.write<JsonObject | null>(
        {
          method: "POST",
          url: `${host}/upload/storage/v1/b/${encodeURIComponent(bucket)}/o`,
          query: { uploadType: "multipart", name, ifGenerationMatch: over },
          content: multipart(fields, text),
        },
        objectOf,
        true,
        isAnother,
      );
      return made === null ? null : storedOf(made);
    },

    async remove(name, generation) {
      const gone = await send.write<true | null>(
        { method: "DELETE", url: urlOf(name), query: { ifGenerationMatch: generation } },
        () => true,
        true,
        (error) => (error.kind === "not-found" ? { answer: null } : isAnother(error)),
      );
      return gone !== null;
    },
  };
}

/** Fields and content of one upload, as `multipart/related`. */
function multipart(fields: JsonObject, text: string): { readonly type: string; readonly text: string } {
  const boundary = `part-${randomUUID()}`;
  const part = (type: string, content: string): string =>
    `--${boundary}\r\ncontent-type: ${type}\r\n\r\n${content}\r\n`;
  const json = "application/json; charset=utf-8";
  return {
    type: `multipart/related; boundary=${boundary}`,
    text: `${part(json, JSON.stringify(fields))}${part(json, text)}--${boundary}--`,
  };
}

function storedOf(record: JsonObject): StoredObject {
  const { metadata } = record;
  const [name, generation] = [textAt(record, "name"), textAt(record, "generation")];
  if (name === "" || generation === "") {
    throw malformed("storage.googleapis.com", "an object without name or generation");
  }
  return {
    name,
    generation,
    createdAt: textAt(record, "timeCreated"),
    metadata: typeof metadata === "object" && metadata !== null ? (metadata as Record<string, string>) : {},
  };
}
