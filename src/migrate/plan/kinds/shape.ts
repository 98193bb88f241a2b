import type { CodebaseEntry, FunctionEntry } from "../../../manifest/manifest.ts";
import type { Generation } from "../../../model/deployed.ts";
import type { HolderKind } from "../../../model/holders.ts";
import type { Action } from "../../../model/move.ts";
import type { MoveFacts } from "../facts.ts";
import { longest, type Promise as Promised, promiseOfHolder } from "../promises.ts";
import { namingHolders, sendingHolders } from "../reaching-holders.ts";

/** What the steps of a kind are made from. */
export interface KindInput {
  readonly entry: FunctionEntry;
  readonly codebase: CodebaseEntry;
  readonly from: string;
  readonly to: string;
  readonly generation: Generation;
  readonly facts: MoveFacts;
  /** Given by whoever plans, in place of what is usual; null: the usual. */
  readonly quietForMs: number | null;
  /** How what waits in the old queue of a task function goes out. */
  readonly drainBy: "waiting" | "override";
  /** YYYY-MM-DD by which the move is over. */
  readonly until: string;
  /** How regions.yaml has it now. */
  readonly found: "before" | "after";
}

/** The ordered steps of one kind of function. */
export type StepsOfKind = (input: KindInput) => readonly Action[];

/** How every move begins: declared, and live in both regions. */
export function begin({ until, found }: KindInput): readonly Action[] {
  return [{ do: "declare-move", until, found }, { do: "deploy-copy" }];
}

/** Whatever holds an address of the old copy is led to the new one, in place, one after the other. */
export function leadOver({ facts, from }: KindInput): readonly Action[] {
  return namingHolders(facts, from).map(({ ref }) => ({ do: "switch-holder", holder: ref }));
}

/** Kinds of holders that send to the old copy, of those that were found. */
export function sendersOf({ facts, from }: KindInput): readonly HolderKind[] {
  return [...new Set(sendingHolders(facts, from).map(({ ref }) => ref.kind))];
}

/** The silence that whoever plans asks for, or else as long as the kind and each of its senders may still come. */
export function silence(input: KindInput, usual: Promised): Extract<Action, { do: "await-silence" }> {
  const promise = longest([usual, ...sendersOf(input).map((kind) => promiseOfHolder[kind])], usual);
  return { do: "await-silence", forMs: input.quietForMs ?? promise.forMs, why: promise.why };
}

/** How every move ends. */
export const end: readonly Action[] = [{ do: "remove-copy" }, { do: "declare-end" }];
