import { FirestoreError } from "./error.ts";
import { masked } from "./field-path.ts";
import { fieldOf, inequalityFields, predicateOf } from "./filter.ts";
import type { Cursor, StoredDocument, StructuredQuery } from "./messages.ts";
import { compareNames, compareValues, type Fields, type Value } from "./values.ts";

interface Order {
  readonly path: string;
  readonly down: boolean;
}

/** A query that has been understood, with its order spelled out. */
export interface Query {
  readonly matches: (document: StoredDocument) => boolean;
  readonly compare: (a: StoredDocument, b: StoredDocument) => number;
  /** Whether the document lies within the cursors. */
  readonly within: (document: StoredDocument) => boolean;
  readonly offset: number;
  readonly limit: number;
  /** The fields that are asked for. */
  readonly select: (fields: Fields) => Fields;
}

/**
 * Understands a query below `parent` (a database's `…/documents`, or a document). Refuses what is not served, by name.
 */
export function readQuery(parent: string, query: StructuredQuery): Query {
  if (query.findNearest !== undefined)
    throw new FirestoreError("UNIMPLEMENTED", "The sandbox does not do findNearest.");
  const [from = {}, ...others] = query.from ?? [];
  if (others.length > 0) throw new FirestoreError("INVALID_ARGUMENT", "A query has one collection selector.");
  const filter = query.where === undefined ? null : predicateOf(query.where);
  const orders = ordersOf(query);
  const sortedBy = orders.filter(({ path }) => path !== "__name__").map(({ path }) => path);
  const start = query.startAt === undefined ? null : cursor(orders, query.startAt);
  const end = query.endAt === undefined ? null : cursor(orders, query.endAt);
  const fields = query.select?.fields?.map(({ fieldPath = "" }) => fieldPath).filter((path) => path !== "__name__");
  return {
    matches: (document) =>
      isBelow(document.name, parent, from.collectionId ?? "", from.allDescendants === true) &&
      (filter === null || filter(document)) &&
      sortedBy.every((path) => fieldOf(document, path) !== undefined),
    compare: (a, b) => compareBy(orders, a, b),
    within: (document) =>
      (start === null || (query.startAt?.before === true ? start(document) >= 0 : start(document) > 0)) &&
      (end === null || (query.endAt?.before === true ? end(document) < 0 : end(document) <= 0)),
    offset: query.offset ?? 0,
    limit: query.limit === undefined ? Number.POSITIVE_INFINITY : (query.limit.value ?? 0),
    select: fields === undefined ? (all) => all : (all) => masked(all, fields),
  };
}

/** The documents of a query's answer, in its order. */
export function runQuery(documents: Iterable<StoredDocument>, query: Query): StoredDocument[] {
  const found: StoredDocument[] = [];
  for (const document of documents) if (query.matches(document)) found.push(document);
  found.sort(query.compare);
  return found.filter(query.within).slice(query.offset, query.offset + query.limit);
}

function isBelow(name: string, parent: string, collection: string, descendants: boolean): boolean {
  if (!name.startsWith(`${parent}/`)) return false;
  const parts = name.slice(parent.length + 1).split("/");
  if (!descendants && parts.length !== 2) return false;
  return collection === "" || parts.at(-2) === collection;
}

/** The order that is asked for, then by the fields with inequalities, then by name in the last direction. */
function ordersOf(query: StructuredQuery): Order[] {
  const orders: Order[] = (query.orderBy ?? []).map(({ field, direction }) => ({
    path: field?.fieldPath ?? "",
    down: direction === "DESCENDING",
  }));
  const down = orders.at(-1)?.down ?? false;
  const named = new Set(orders.map(({ path }) => path));
  for (const path of query.where === undefined ? [] : inequalityFields(query.where)) {
    if (!named.has(path) && path !== "__name__") orders.push({ path, down });
  }
  if (!named.has("__name__")) orders.push({ path: "__name__", down });
  return orders;
}

function compareBy(orders: readonly Order[], a: StoredDocument, b: StoredDocument): number {
  for (const { path, down } of orders) {
    const order =
      path === "__name__"
        ? compareNames(a.name, b.name)
        : compareValues(fieldOf(a, path) ?? {}, fieldOf(b, path) ?? {});
    if (order !== 0) return down ? -order : order;
  }
  return 0;
}

/** Where a document lies with regard to a cursor: negative before it, 0 at it, positive after it. */
function cursor(orders: readonly Order[], { values = [] }: Cursor): (document: StoredDocument) => number {
  if (values.length > orders.length) {
    throw new FirestoreError("INVALID_ARGUMENT", "A cursor has too many values for the order of its query.");
  }
  return (document) => {
    for (const [index, wanted] of values.entries()) {
      const { path = "", down = false } = orders[index] ?? {};
      const value: Value = fieldOf(document, path) ?? {};
      const order = compareValues(value, wanted);
      if (order !== 0) return down ? -order : order;
    }
    return 0;
  };
}
