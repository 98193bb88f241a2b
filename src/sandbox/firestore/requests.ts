import { aggregate } from "./aggregate.ts";
import { FirestoreError } from "./error.ts";
import { masked } from "./field-path.ts";
import type {
  Aggregation,
  Document,
  Mask,
  StoredDocument,
  StructuredQuery,
  TransactionOptions,
  Write,
  WriteResult,
} from "./messages.ts";
import { readQuery } from "./query.ts";
import type { DocumentStore } from "./store.ts";
import { find, type Transactions } from "./transactions.ts";
import { compareNames, compareText, type Timestamp } from "./values.ts";

/** What requests may touch. */
export interface Database {
  readonly store: DocumentStore;
  readonly transactions: Transactions;
}

interface Consistency {
  readonly transaction?: string;
  readonly newTransaction?: TransactionOptions;
  readonly readTime?: Timestamp;
}

export async function getDocument(
  database: Database,
  ask: Consistency & { readonly name: string; readonly mask?: Mask },
): Promise<Document> {
  const [found = null] = await read(database, ask, [ask.name]);
  if (found === null) throw new FirestoreError("NOT_FOUND", `Document "${ask.name}" not found.`);
  return shown(found, ask.mask);
}

export async function batchGet(
  database: Database,
  ask: Consistency & { readonly documents?: readonly string[]; readonly mask?: Mask },
): Promise<object[]> {
  const { transaction, started } = begun(database, ask);
  const names = ask.documents ?? [];
  const found = await read(database, { ...ask, ...transaction }, names);
  const readTime = database.store.readTime();
  const answers = names.map((name, index) => {
    const document = found[index] ?? null;
    return document === null ? { missing: name, readTime } : { found: shown(document, ask.mask), readTime };
  });
  return [...started, ...answers];
}

export function runQueryRequest(
  database: Database,
  ask: Consistency & { readonly parent: string; readonly structuredQuery?: StructuredQuery; explainOptions?: object },
): object[] {
  const query = ask.structuredQuery ?? {};
  const { transaction, started } = begun(database, ask);
  const found = select(database, { ...ask, ...transaction }, ask.parent, query);
  const readTime = database.store.readTime();
  const { select: chosen } = readQuery(ask.parent, query);
  const answers = found.map((document) => ({
    document: { ...shown(document), fields: chosen(document.fields) },
    readTime,
  }));
  return [...started, ...(answers.length === 0 ? [{ readTime }] : answers)];
}

export function runAggregation(
  database: Database,
  ask: Consistency & {
    readonly parent: string;
    readonly structuredAggregationQuery?: {
      readonly structuredQuery?: StructuredQuery;
      readonly aggregations?: readonly Aggregation[];
    };
    readonly explainOptions?: object;
  },
): object[] {
  const { structuredQuery = {}, aggregations = [] } = ask.structuredAggregationQuery ?? {};
  const { transaction, started } = begun(database, ask);
  const found = select(database, { ...ask, ...transaction }, ask.parent, structuredQuery);
  const aggregateFields = aggregate(found, aggregations);
  return [...started, { result: { aggregateFields }, readTime: database.store.readTime() }];
}

export function listDocuments(
  { store }: Database,
  ask: Consistency & {
    readonly parent: string;
    readonly collectionId?: string;
    readonly pageSize?: number;
    readonly pageToken?: string;
    readonly orderBy?: string;
    readonly mask?: Mask;
    readonly showMissing?: boolean;
  },
): object {
  if (ask.orderBy !== undefined || ask.transaction !== undefined) {
    throw new FirestoreError("UNIMPLEMENTED", "The sandbox lists documents by name and outside of transactions only.");
  }
  const collection = `${ask.parent}/${ask.collectionId ?? ""}`;
  const documents = new Map<string, Document>();
  if (ask.showMissing === true) {
    for (const path of store.collections()) {
      if (!path.startsWith(`${collection}/`)) continue;
      const id = path.slice(collection.length + 1).split("/")[0] ?? "";
      documents.set(`${collection}/${id}`, { name: `${collection}/${id}` });
    }
  }
  for (const document of store.below(ask.parent, ask.collectionId ?? "")) {
    documents.set(document.name, shown(document, ask.mask));
  }
  const names = [...documents.keys()].sort(compareNames);
  const { items, nextPageToken } = pageOf(names, ask.pageSize, ask.pageToken);
  return { documents: items.map((name) => documents.get(name) ?? { name }), ...nextPageToken };
}

export function listCollectionIds(
  { store }: Database,
  ask: { readonly parent: string; readonly pageSize?: number; readonly pageToken?: string },
): object {
  const ids = new Set<string>();
  for (const path of store.collections()) {
    if (path.startsWith(`${ask.parent}/`)) ids.add(path.slice(ask.parent.length + 1).split("/")[0] ?? "");
  }
  const { items, nextPageToken } = pageOf([...ids].sort(compareText), ask.pageSize, ask.pageToken);
  return { collectionIds: items, ...nextPageToken };
}

export function commit(
  { store, transactions }: Database,
  ask: { readonly writes?: readonly Write[]; readonly transaction?: string },
): object {
  const writes = ask.writes ?? [];
  const { results, time } =
    ask.transaction === undefined ? store.commit(writes) : transactions.commit(ask.transaction, writes);
  return { writeResults: results, commitTime: time };
}

/** Each write by itself, in no transaction; one that fails leaves the others be. */
export function batchWrite({ store }: Database, ask: { readonly writes?: readonly Write[] }): object {
  const writeResults: WriteResult[] = [];
  const status: object[] = [];
  for (const write of ask.writes ?? []) {
    try {
      writeResults.push(store.commit([write]).results[0] ?? {});
      status.push({});
    } catch (error) {
      if (!(error instanceof FirestoreError)) throw error;
      writeResults.push({});
      status.push({ code: error.code, message: error.message });
    }
  }
  return { writeResults, status };
}

/** A document as answers show it, with the fields of the mask alone where there is one. */
export function shown({ name, fields, createTime, updateTime }: StoredDocument, mask?: Mask): Document {
  return { name, fields: mask === undefined ? fields : masked(fields, mask.fieldPaths ?? []), createTime, updateTime };
}

/** The transaction that a read starts, which its first answer names. */
function begun(
  { transactions }: Database,
  ask: Consistency & { readonly explainOptions?: object },
): { readonly transaction: { readonly transaction?: string }; readonly started: readonly object[] } {
  if (ask.explainOptions !== undefined) {
    throw new FirestoreError("UNIMPLEMENTED", "The sandbox does not explain queries.");
  }
  if (ask.readTime !== undefined) {
    throw new FirestoreError("UNIMPLEMENTED", "The sandbox does not read at a time in the past.");
  }
  if (ask.newTransaction === undefined) return { transaction: {}, started: [] };
  const transaction = transactions.begin(ask.newTransaction);
  return { transaction: { transaction }, started: [{ transaction }] };
}

async function read(
  { store, transactions }: Database,
  ask: Consistency,
  names: readonly string[],
): Promise<(StoredDocument | null)[]> {
  return ask.transaction === undefined
    ? names.map((name) => store.get(name))
    : await transactions.get(ask.transaction, names);
}

function select(
  { store, transactions }: Database,
  ask: Consistency,
  parent: string,
  query: StructuredQuery,
): StoredDocument[] {
  return ask.transaction === undefined
    ? find(store, parent, query)
    : transactions.query(ask.transaction, parent, query);
}

function pageOf(
  items: readonly string[],
  size = 0,
  token = "",
): { readonly items: readonly string[]; readonly nextPageToken: { readonly nextPageToken?: string } } {
  const after = token === "" ? 0 : items.indexOf(Buffer.from(token, "base64url").toString("utf8")) + 1;
  const most = size > 0 ? size : 300;
  const page = items.slice(after, after + most);
  const last = page.at(-1);
  const more = last !== undefined && after + most < items.length;
  return { items: page, nextPageToken: more ? { nextPageToken: Buffer.from(last).toString("base64url") } : {} };
}
