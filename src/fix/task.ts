import type { Caller, CallerFacts } from "../model/callers.ts";
import type { DeclaredFacts } from "../model/declared.ts";
import type { Finding, Report } from "../model/finding.ts";
import type { Gap } from "../model/gap.ts";
import type { Place } from "../model/place.ts";
import type { Evaluator } from "../sources/code/evaluate.ts";
import type { Value } from "../sources/code/value.ts";
import type { DraftProject } from "./draft-project.ts";
import type { TextEdit } from "./text-edit.ts";

/** What one tree says: its callers, its functions, and what the audit makes of both. */
export interface Reading {
  readonly callers: CallerFacts;
  /** Gaps of callers and declared functions alone. */
  readonly gaps: readonly Gap[];
  readonly declared: DeclaredFacts | null;
  readonly report: Report;
}

/** A finding to mend, with the callers that it is about as indices into the rows of the reading. */
export interface Task {
  readonly finding: Finding;
  readonly rows: readonly number[];
  /** The one region that all of them must name. */
  readonly region: string;
}

/** Something that is not mended, and why. */
export interface Refusal {
  /** Null where the call works today and belongs to another finding. */
  readonly rule: string | null;
  readonly function: string | null;
  readonly place: Place | null;
  readonly reason: string;
  /** What comes first, or what to do by hand. */
  readonly mend: string;
}

/** Edits that mend some tasks together: all of them, or none. */
export interface Proposal {
  readonly tasks: readonly Task[];
  readonly edits: readonly TextEdit[];
  /** What is done, for people: "functions → functionsAffiliate". */
  readonly what: string;
}

/** Where a Functions client sends its calls. */
export interface Client {
  readonly region: string;
  /** Tells the apps of a tree apart; empty where nobody can. */
  readonly app: string;
  /** The region comes from a committed env file. */
  readonly isCommitted: boolean;
  /** No variable of a build can make it another region. */
  readonly isSure: boolean;
}

/** A tree as the proposals look at it: one draft, with what was read of it. */
export interface Bench {
  readonly project: DraftProject;
  readonly evaluator: Evaluator;
  readonly reading: Reading;
  /** All clients a value can be; null when it is none, or cannot be told. Knows the SDKs. */
  readonly clientsOf: (evaluator: Evaluator, value: Value) => readonly Client[] | null;
}

/** What a kind of rewrite says of tasks: edits, or why it cannot. */
export interface Attempt {
  readonly proposals: readonly Proposal[];
  readonly reasons: ReadonlyMap<Task, string>;
  /** Reasons of tasks that this kind has nothing to do with; told only where no other kind said why. */
  readonly asides?: ReadonlyMap<Task, string>;
}

export function rowsOf(task: Task, reading: Reading): Caller[] {
  return task.rows.flatMap((index) => reading.callers.callers[index] ?? []);
}

/** "Chatter.tsx:12". */
export function spot({ file, line }: Place): string {
  return `${file.slice(file.lastIndexOf("/") + 1)}:${line}`;
}
