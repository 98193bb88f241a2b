import type { Fields, Timestamp, Value } from "./values.ts";

/** The messages of schema.ts as they are held; what is unset is absent. */

export interface Document {
  readonly name: string;
  readonly fields?: Fields;
  readonly createTime?: Timestamp;
  readonly updateTime?: Timestamp;
}

export interface StoredDocument {
  /** `projects/P/databases/D/documents/…`. */
  readonly name: string;
  readonly fields: Fields;
  readonly createTime: Timestamp;
  readonly updateTime: Timestamp;
  /** Number of the commit that wrote it; no two states of a document share one. */
  readonly version: number;
}

export interface Mask {
  readonly fieldPaths?: readonly string[];
}

export interface FieldTransform {
  readonly fieldPath: string;
  readonly setToServerValue?: "REQUEST_TIME" | "SERVER_VALUE_UNSPECIFIED";
  readonly increment?: Value;
  readonly maximum?: Value;
  readonly minimum?: Value;
  readonly appendMissingElements?: { readonly values?: readonly Value[] };
  readonly removeAllFromArray?: { readonly values?: readonly Value[] };
}

export interface Write {
  readonly update?: Document;
  readonly delete?: string;
  readonly transform?: { readonly document: string; readonly fieldTransforms?: readonly FieldTransform[] };
  readonly updateMask?: Mask;
  readonly updateTransforms?: readonly FieldTransform[];
  readonly currentDocument?: { readonly exists?: boolean; readonly updateTime?: Timestamp };
}

export interface WriteResult {
  readonly updateTime?: Timestamp;
  readonly transformResults?: readonly Value[];
}

export interface TransactionOptions {
  readonly readOnly?: { readonly readTime?: Timestamp };
  readonly readWrite?: { readonly retryTransaction?: string };
}

export interface FieldReference {
  readonly fieldPath?: string;
}

export interface FieldFilter {
  readonly field?: FieldReference;
  readonly op?: string;
  readonly value?: Value;
}

export interface Filter {
  readonly compositeFilter?: { readonly op?: string; readonly filters?: readonly Filter[] };
  readonly fieldFilter?: FieldFilter;
  readonly unaryFilter?: { readonly op?: string; readonly field?: FieldReference };
}

export interface Cursor {
  readonly values?: readonly Value[];
  readonly before?: boolean;
}

export interface StructuredQuery {
  readonly select?: { readonly fields?: readonly FieldReference[] };
  readonly from?: readonly { readonly collectionId?: string; readonly allDescendants?: boolean }[];
  readonly where?: Filter;
  readonly orderBy?: readonly { readonly field?: FieldReference; readonly direction?: string }[];
  readonly startAt?: Cursor;
  readonly endAt?: Cursor;
  readonly offset?: number;
  readonly limit?: { readonly value?: number };
  readonly findNearest?: object;
}

export interface Aggregation {
  readonly count?: { readonly upTo?: { readonly value?: string } };
  readonly sum?: { readonly field?: FieldReference };
  readonly avg?: { readonly field?: FieldReference };
  readonly alias?: string;
}
