import type { GoogleAsk } from "./google.ts";
import { GoogleError } from "./google-error.ts";
import type { JsonObject } from "./google-send.ts";

/** Where a codebase keeps the record of what it has processed. */
export interface LedgerPlace {
  readonly project: string;
  /** "(default)" for most. */
  readonly database: string;
  /** A collection at the root, "processed_events". */
  readonly collection: string;
}

/** One event that a function has begun to process. */
export interface LedgerRecord {
  readonly function: string;
  /** The sender's id of the event: the same for every copy and every delivery. */
  readonly event: string;
  /** Region of the copy that claimed it last; null where the ledger does not say. */
  readonly region: string | null;
  /** RFC 3339, by the database's clock. */
  readonly startedAt: string;
  /** When its effect was complete; null: it is under way, or has failed. */
  readonly doneAt: string | null;
}

const pageSize = 300;
/** One question may name so many values. */
const mostValues = 30;

/**
 * The records of a function that were begun within [from, to), in order. Where the database has no index for function and
 * time together, it reads everybody's records of that time. Throws GoogleError, after the pages that could be read.
 */
export async function* ledgerRecords(
  google: GoogleAsk,
  place: LedgerPlace,
  window: { readonly function: string; readonly from: Date; readonly to: Date },
): AsyncGenerator<LedgerRecord, void, void> {
  let ofFunction = [equals("function", window.function)];
  let after: JsonObject | null = null;
  for (;;) {
    const query: JsonObject = {
      ...selected(place, [
        ...ofFunction,
        compares("startedAt", "GREATER_THAN_OR_EQUAL", window.from),
        compares("startedAt", "LESS_THAN", window.to),
      ]),
      orderBy: ["startedAt", "__name__"].map((fieldPath) => ({ field: { fieldPath }, direction: "ASCENDING" })),
      limit: pageSize,
      ...(after === null ? {} : { startAt: { values: [fieldsOf(after).startedAt, { referenceValue: after.name }] } }),
    };
    let documents: JsonObject[];
    try {
      documents = await find(google, place, query);
    } catch (thrown) {
      if (!lacksIndex(thrown) || ofFunction.length === 0) throw thrown;
      ofFunction = [];
      continue;
    }
    for (const document of documents) {
      const record = recordOf(document);
      if (record.function === window.function) yield record;
    }
    after = documents.at(-1) ?? null;
    if (after === null || documents.length < pageSize) return;
  }
}

/** How many records of a function were begun within [from, to). Rejects with GoogleError. */
export async function ledgerCount(
  google: GoogleAsk,
  place: LedgerPlace,
  window: { readonly function: string; readonly from: Date; readonly to: Date },
): Promise<number> {
  const structuredQuery = selected(place, [
    equals("function", window.function),
    compares("startedAt", "GREATER_THAN_OR_EQUAL", window.from),
    compares("startedAt", "LESS_THAN", window.to),
  ]);
  const aggregations = [{ alias: "records", count: {} }];
  try {
    const answers = await google.ask(`${root(place)}:runAggregationQuery`, {
      structuredAggregationQuery: { structuredQuery, aggregations },
    });
    for (const { result } of answers) {
      const fields = (result as JsonObject | undefined)?.aggregateFields as JsonObject | undefined;
      const count = Number((fields?.records as JsonObject | undefined)?.integerValue ?? Number.NaN);
      if (!Number.isNaN(count)) return count;
    }
    throw oddLedger("a count without a number");
  } catch (thrown) {
    if (!lacksIndex(thrown)) throw thrown;
    let count = 0;
    for await (const _ of ledgerRecords(google, place, window)) count += 1;
    return count;
  }
}

/** The records of these events of a function, by event; those that are missing were never begun. Rejects with GoogleError. */
export async function ledgerOfEvents(
  google: GoogleAsk,
  place: LedgerPlace,
  name: string,
  events: readonly string[],
): Promise<ReadonlyMap<string, LedgerRecord>> {
  const found = new Map<string, LedgerRecord>();
  const all = [...new Set(events)];
  for (let start = 0; start < all.length; start += mostValues) {
    const values = all.slice(start, start + mostValues).map((stringValue) => ({ stringValue }));
    const among = { fieldFilter: { field: { fieldPath: "event" }, op: "IN", value: { arrayValue: { values } } } };
    for (const document of await find(google, place, selected(place, [equals("function", name), among]))) {
      const record = recordOf(document);
      found.set(record.event, record);
    }
  }
  return found;
}

async function find(google: GoogleAsk, place: LedgerPlace, structuredQuery: JsonObject): Promise<JsonObject[]> {
  const answers = await google.ask(`${root(place)}:runQuery`, { structuredQuery });
  return answers.flatMap(({ document }) => (document === undefined ? [] : [document as JsonObject]));
}

function root({ project, database }: LedgerPlace): string {
  return `https://firestore.googleapis.com/v1/projects/${project}/databases/${database}/documents`;
}

/** Only the fields that are needed: whatever else the application keeps in its ledger stays where it is. */
function selected({ collection }: LedgerPlace, filters: readonly JsonObject[]): JsonObject {
  const names = ["function", "event", "region", "startedAt", "doneAt"];
  return {
    select: { fields: names.map((fieldPath) => ({ fieldPath })) },
    from: [{ collectionId: collection }],
    where: { compositeFilter: { op: "AND", filters } },
  };
}

function equals(fieldPath: string, stringValue: string): JsonObject {
  return { fieldFilter: { field: { fieldPath }, op: "EQUAL", value: { stringValue } } };
}

function compares(fieldPath: string, op: string, time: Date): JsonObject {
  return { fieldFilter: { field: { fieldPath }, op, value: { timestampValue: time.toISOString() } } };
}

/** Firestore answers so where a question needs an index that nobody has made. */
function lacksIndex(thrown: unknown): boolean {
  return thrown instanceof GoogleError && thrown.status === 400 && /requires an? .*index/i.test(thrown.reason);
}

function fieldsOf(document: JsonObject): Readonly<Record<string, JsonObject | undefined>> {
  return (document.fields ?? {}) as Readonly<Record<string, JsonObject | undefined>>;
}

function recordOf(document: JsonObject): LedgerRecord {
  const fields = fieldsOf(document);
  const text = (name: string, kind: string) => {
    const value = fields[name]?.[kind];
    return typeof value === "string" && value !== "" ? value : null;
  };
  const [name, event] = [text("function", "stringValue"), text("event", "stringValue")];
  const startedAt = text("startedAt", "timestampValue");
  if (name === null || event === null || startedAt === null) {
    throw oddLedger("a record of the ledger lacks function, event or startedAt");
  }
  const [region, doneAt] = [text("region", "stringValue"), text("doneAt", "timestampValue")];
  return { function: name, event, region, startedAt, doneAt };
}

function oddLedger(what: string): GoogleError {
  return new GoogleError({
    kind: "malformed",
    reason: `the answer of firestore.googleapis.com makes no sense: ${what}`,
  });
}
