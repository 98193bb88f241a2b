import { createHash } from "node:crypto";
import type { AddressChange } from "../../clients/change-address.ts";
import type { AddressMove } from "../../clients/move-address.ts";
import { parseFunctionUrl } from "../../model/function-url.ts";
import type { HolderKind } from "../../model/holders.ts";
import type { HolderRef } from "../../model/move.ts";
import { type HolderLook, type HoldersPort, Refused, Unseen } from "../ports/world.ts";
import { seen } from "./seen.ts";

type JsonObject = Readonly<Record<string, unknown>>;

/** How one kind of holder is read and changed. */
export interface HolderAdapter {
  /** The whole record, without secrets; null: the holder is gone. */
  read(id: string): Promise<JsonObject | null>;
  /** Where the record has a field that our facts call `field`: "voice_url" for "voiceUrl". */
  readonly nameOf: (field: string) => string;
  /** Dotted names of fields that change by themselves. */
  readonly volatile: readonly string[];
  readonly isActive: (record: JsonObject) => boolean;
  /** Dotted name of the account whose token it sends; left out: it sends none of Google's. */
  readonly account?: string;
  /** `others`: what else names the copy, in other forms, as audiences do. */
  change(holder: HolderRef, move: AddressMove, others: readonly AddressMove[]): Promise<AddressChange>;
}

export interface HoldersOptions {
  readonly adapters: ReadonlyMap<HolderKind, HolderAdapter>;
  /** Addresses that reach a copy, in pairs of the same form: of the one copy and of the other. */
  readonly addresses: (name: string, from: string, to: string, toName: string) => Promise<readonly AddressMove[]>;
  readonly reaching: HoldersPort["reaching"];
}

/** Holders at their providers. What cannot be read is Unseen; what a provider refuses is Refused. */
export function createHolders({ adapters, addresses, reaching }: HoldersOptions): HoldersPort {
  const adapterOf = (kind: HolderKind): HolderAdapter => {
    const adapter = adapters.get(kind);
    if (adapter === undefined) throw new Unseen(`access to ${kind}, which this environment does not configure`);
    return adapter;
  };

  async function read(holder: HolderRef): Promise<JsonObject | null> {
    return seen(`${holder.kind} ${holder.label}`, () => adapterOf(holder.kind).read(holder.id));
  }

  return {
    reaching,

    async look(holder): Promise<HolderLook | null> {
      const adapter = adapterOf(holder.kind);
      const record = await read(holder);
      if (record === null) return null;
      const own = adapter.nameOf(holder.field);
      const target = parseFunctionUrl(textAt(record, own));
      const account = adapter.account === undefined ? "" : textAt(record, adapter.account);
      const others = [...leavesOf(record)].filter(([name]) => name !== own && !adapter.volatile.includes(name));
      return {
        region: target?.region ?? null,
        function: target?.name ?? null,
        active: adapter.isActive(record),
        ...(account === "" ? {} : { account }),
        others: Object.fromEntries(others.map(([name, value]) => [name, digest(value)])),
      };
    },

    async lead(holder, name, from, to, toName = name) {
      const adapter = adapterOf(holder.kind);
      const record = await read(holder);
      if (record === null) throw new Refused(`${holder.kind} ${holder.label} is gone.`);
      const current = textAt(record, adapter.nameOf(holder.field));
      const form = parseFunctionUrl(current)?.form ?? null;
      const pairs = await addresses(name, from, to, toName);
      const pair = pairs.find((one) => parseFunctionUrl(one.from)?.form === form && isBelow(current, one.from));
      if (pair === undefined) {
        throw new Refused(
          `${holder.kind} ${holder.label} holds an address of ${name} in ${from} that has no like of ${toName} in ${to}.`,
        );
      }
      const change = await seen(`${holder.kind} ${holder.label}`, () => adapter.change(holder, pair, pairs));
      if (change.outcome === "elsewhere") throw new Refused(`${holder.kind} ${holder.label} was changed meanwhile.`);
      if (change.outcome === "not-taken")
        throw new Refused(`${holder.kind} ${holder.label} took the change, and shows another address.`);
      if (change.comparison.result === "changed") {
        const fields = change.comparison.fields.map(({ field }) => field).join(", ");
        throw new Refused(`${holder.kind} ${holder.label} changed in ${fields}, too.`);
      }
    },
  };
}

function isBelow(url: string, base: string): boolean {
  return URL.canParse(url) && new URL(url).host === new URL(base).host;
}

function textAt(record: JsonObject, name: string): string {
  let value: unknown = record;
  for (const key of name.split("."))
    value = typeof value === "object" && value !== null ? (value as JsonObject)[key] : null;
  return typeof value === "string" ? value : "";
}

/** Every value of a record that holds no other, by dotted name; a list is one value. */
function leavesOf(record: JsonObject, prefix = ""): Map<string, unknown> {
  const leaves = new Map<string, unknown>();
  for (const [key, value] of Object.entries(record)) {
    const name = `${prefix}${key}`;
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    if (!isObject) leaves.set(name, value);
    else for (const [inner, leaf] of leavesOf(value as JsonObject, `${name}.`)) leaves.set(inner, leaf);
  }
  return leaves;
}

function digest(value: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify(value ?? null))
    .digest("hex")
    .slice(0, 12);
}
