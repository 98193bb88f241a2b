import type { CodebaseEntry, FunctionEntry } from "../../../manifest/manifest.ts";
import type { Generation } from "../../../model/deployed.ts";
import type { Action } from "../../../model/move.ts";
import type { MoveFacts } from "../facts.ts";

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
  return facts.holders.flatMap(({ ref, region, own }): Action[] =>
    region === from && !own ? [{ do: "switch-holder", holder: ref }] : [],
  );
}

/** How every move ends. */
export const end: readonly Action[] = [{ do: "remove-copy" }, { do: "declare-end" }];
