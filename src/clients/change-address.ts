import { type Comparison, compareRecords } from "./compare-records.ts";
import type { JsonObject } from "./google-send.ts";
import { type AddressMove, movedAddress } from "./move-address.ts";
import { safeRecord, safeUrl } from "./safe-record.ts";
import { UncertainWriteError } from "./uncertain-write.ts";

/** What sends to an address, and how that is changed. */
export interface AddressHolder {
  /** The whole record, with all fields that the service shows. */
  readonly read: () => Promise<JsonObject>;
  /** Sets these fields, by dotted name, and nothing else. Setting them twice is setting them once. */
  readonly write: (values: ReadonlyMap<string, string>, record: JsonObject) => Promise<unknown>;
  /** Dotted names of the fields with an address: all of them have to lead to one end of the move. */
  readonly fields: readonly string[];
  /** Those that follow where they lead to the copy, in whatever form, and else are somebody's intention: audiences. */
  readonly following?: readonly string[];
  /** Fields that change by themselves: times, counters. */
  readonly volatile: readonly string[];
}

export interface AddressChange {
  /**
   * - `written`: the addresses were changed, and reading showed them.
   * - `already`: they led to the new copy before; nothing was written.
   * - `elsewhere`: one leads to neither copy: somebody else has changed it. Nothing was written.
   * - `not-taken`: the service took the change, and shows another address all the same.
   */
  readonly outcome: "written" | "already" | "elsewhere" | "not-taken";
  /** The fields that were to change, as they may be written down. */
  readonly fields: readonly { readonly field: string; readonly before: string; readonly after: string }[];
  /** Everything else, before and after. */
  readonly comparison: Comparison;
  /** Records as they may be written down. */
  readonly before: JsonObject;
  readonly after: JsonObject;
}

/** After a lost answer, reading decides; a change that is not there is made once more. */
const mostWrites = 2;

/**
 * Reads a holder whole, changes its addresses and nothing else, reads it back and compares all fields. Rejects with the
 * service's error; with UncertainWriteError where the answer was lost and reading does not show the change. `others`: the
 * same move in other forms of the copies' addresses, for what follows.
 */
export async function changeAddress(
  holder: AddressHolder,
  move: AddressMove,
  others: readonly AddressMove[] = [],
): Promise<AddressChange> {
  for (let writes = 1; ; writes += 1) {
    const record = await holder.read();
    const before = safeRecord(record);
    const unwritten = { before, after: before, comparison: { result: "same" } as const };
    const { values, strays } = valuesOf(holder, record, move, others);
    if (strays.length > 0) {
      const fields = strays.map((field) => ({ field, ...sides(textAt(record, field), textAt(record, field)) }));
      return { ...unwritten, outcome: "elsewhere", fields };
    }
    if (values.size === 0) return { ...unwritten, outcome: "already", fields: [] };
    let doubt: UncertainWriteError | null = null;
    try {
      await holder.write(values, record);
    } catch (thrown) {
      if (!(thrown instanceof UncertainWriteError)) throw thrown;
      doubt = thrown;
    }
    const found = await holder.read();
    const taken = [...values].every(([field, value]) => sameUrl(textAt(found, field), value));
    if (!taken && doubt !== null) {
      if (writes < mostWrites) continue;
      throw doubt;
    }
    return {
      outcome: taken ? "written" : "not-taken",
      fields: [...values].map(([field]) => ({ field, ...sides(textAt(record, field), textAt(found, field)) })),
      comparison: compareRecords(record, found, [...values.keys(), ...holder.volatile]),
      before,
      after: safeRecord(found),
    };
  }
}

function valuesOf(holder: AddressHolder, record: JsonObject, move: AddressMove, others: readonly AddressMove[]) {
  const values = new Map<string, string>();
  const strays: string[] = [];
  for (const field of holder.fields) {
    const moved = movedAddress(textAt(record, field), move);
    if (moved.at === "from") values.set(field, moved.next);
    else if (moved.at === "elsewhere") strays.push(field);
  }
  for (const field of holder.following ?? []) {
    const forms = [move, ...others].map((one) => movedAddress(textAt(record, field), one));
    const moved = forms.find(({ at }) => at !== "elsewhere");
    if (moved?.at === "from") values.set(field, moved.next);
  }
  return { values, strays };
}

/** The text at a dotted name; "" where there is none. */
export function textAt(record: JsonObject, field: string): string {
  let value: unknown = record;
  for (const key of field.split(".")) {
    value = typeof value === "object" && value !== null ? (value as JsonObject)[key] : null;
  }
  return typeof value === "string" ? value : "";
}

/** The object at a key; {} where there is none. */
export function objectAt(record: JsonObject, key: string): JsonObject {
  const value = record[key];
  return typeof value === "object" && value !== null ? (value as JsonObject) : {};
}

/** A copy of a record with the text at a dotted name replaced. */
export function withTextAt(record: JsonObject, field: string, value: string): JsonObject {
  const [key = "", ...rest] = field.split(".");
  if (rest.length === 0) return { ...record, [key]: value };
  const below = record[key];
  const inner = typeof below === "object" && below !== null ? (below as JsonObject) : {};
  return { ...record, [key]: withTextAt(inner, rest.join("."), value) };
}

function sides(before: string, after: string) {
  const shown = (text: string) => (text === "" ? "" : safeUrl(text));
  return { before: shown(before), after: shown(after) };
}

/** Services may write an address another way: "https://x" and "https://x/". */
function sameUrl(one: string, other: string): boolean {
  return one === other || (URL.canParse(one) && URL.canParse(other) && new URL(one).href === new URL(other).href);
}
