import type { EnvReader } from "../sources/code/evaluate.ts";
import { Evaluator } from "../sources/code/evaluate.ts";
import type { FileList } from "../sources/code/files.ts";
import type { Value } from "../sources/code/value.ts";
import { DraftProject } from "./draft-project.ts";
import { rewriteEnvValues } from "./env-value.ts";
import { apartFromGenerated } from "./generated-clients.ts";
import { nameRegions } from "./name-region.ts";
import { rewriteQueueNames } from "./queue-name.ts";
import { rewriteLiterals } from "./region-literal.ts";
import { rewriteRewrites } from "./rewrite-region.ts";
import { type Selection, sortFindings, type World } from "./sort-findings.ts";
import { switchClients } from "./switch-client.ts";
import type { Attempt, Bench, Client, Proposal, Reading, Refusal, Task } from "./task.ts";
import { applyEdits, type TextEdit } from "./text-edit.ts";
import { differenceFrom } from "./verify.ts";

export interface PlanInput extends World {
  readonly root: string;
  /** What the tree holds; edits add no file. */
  readonly list: FileList;
  readonly selection: Selection;
  /** What the tree says as it stands. */
  readonly reading: Reading;
  /** Reads a draft as the tree was read. */
  readonly read: (draft: DraftProject) => Promise<Reading>;
  readonly envOf: (draft: DraftProject) => EnvReader;
  /** Why a file cannot be edited in place; null when it can. */
  readonly whyNotWritable: (file: string) => string | null;
  readonly clientsOf: (evaluator: Evaluator, value: Value) => readonly Client[] | null;
}

export interface Mended {
  readonly task: Task;
  /** "functions → functionsAffiliate". */
  readonly what: string;
}

export interface Plan {
  /** New texts by file, without byte order marks. */
  readonly changed: ReadonlyMap<string, string>;
  readonly original: ReadonlyMap<string, string>;
  readonly mended: readonly Mended[];
  readonly refused: readonly Refusal[];
  /** What the tree will say. */
  readonly reading: Reading;
}

/** Values that many read first; then the calls that have to read another one. */
const stages: readonly ((bench: Bench, tasks: readonly Task[]) => Attempt)[][] = [
  [rewriteEnvValues, rewriteLiterals, rewriteRewrites, rewriteQueueNames, nameRegions],
  [switchClients],
];

/**
 * Finds edits for every finding that can surely be mended. Each set of edits is tried on a draft of the tree, which is
 * read and audited anew: what would leave its finding, move another caller or make a new finding is not done, and says
 * why. Reads files, writes none.
 */
export async function planFixes(input: PlanInput): Promise<Plan> {
  const sorted = sortFindings(input.reading, input.selection, input);
  const tree = new DraftProject(input.root, input.list);
  const { tasks, refused } = apartFromGenerated(sorted.tasks, input.reading, (file) => tree.text(file));
  const planner = new Planner(input);
  let open = tasks;
  for (const kinds of stages) {
    await planner.attempt(open, kinds);
    open = open.filter((task) => !planner.isMended(task));
  }
  const given = open.map((task): Refusal => {
    const { rule, function: name, place, mend } = task.finding;
    return { rule, function: name, place, reason: planner.reasonFor(task), mend };
  });
  return planner.result([...sorted.refused, ...refused, ...given]);
}

/** Drafts that are read at most: each costs as much as reading the callers of the tree. */
const maxDrafts = 40;

class Planner {
  #drafts = 0;
  readonly #input: PlanInput;
  #draft: DraftProject;
  #reading: Reading;
  readonly #mended = new Map<Task, string>();
  readonly #reasons = new Map<Task, Set<string>>();

  constructor(input: PlanInput) {
    this.#input = input;
    this.#draft = new DraftProject(input.root, input.list);
    this.#reading = input.reading;
  }

  isMended(task: Task): boolean {
    return this.#mended.has(task);
  }

  reasonFor(task: Task): string {
    const reasons = [...(this.#reasons.get(task) ?? [])];
    return reasons.length === 0 ? "no safe rewrite is known for the way it is written" : reasons.join("; ");
  }

  #note(task: Task, reason: string): void {
    this.#reasons.set(task, (this.#reasons.get(task) ?? new Set()).add(reason));
  }

  /** Tries all tasks at once; where that fails, each half by itself, so that one bad apple spoils only itself. */
  async attempt(tasks: readonly Task[], kinds: (typeof stages)[number]): Promise<void> {
    const proposals = this.#propose(tasks, kinds);
    const own = [...new Set(proposals.flatMap((proposal) => proposal.tasks))];
    if (own.length === 0) return;
    const problem = await this.#accept(proposals, own);
    if (problem === null) return;
    if (own.length === 1) {
      for (const task of own) this.#note(task, problem);
      return;
    }
    const middle = own.length >> 1;
    await this.attempt(own.slice(0, middle), kinds);
    await this.attempt(own.slice(middle), kinds);
  }

  #propose(tasks: readonly Task[], kinds: (typeof stages)[number]): Proposal[] {
    const bench: Bench = {
      project: this.#draft,
      evaluator: new Evaluator(this.#draft, this.#input.envOf(this.#draft)),
      reading: this.#reading,
      clientsOf: this.#input.clientsOf,
    };
    const proposals: Proposal[] = [];
    let left = tasks;
    for (const kind of kinds) {
      const attempt = kind(bench, left);
      for (const [task, reason] of attempt.reasons) this.#note(task, reason);
      for (const [task, reason] of attempt.asides ?? []) if (!this.#reasons.has(task)) this.#note(task, reason);
      proposals.push(...attempt.proposals);
      const taken = new Set(attempt.proposals.flatMap((proposal) => proposal.tasks));
      left = left.filter((task) => !taken.has(task));
    }
    return proposals;
  }

  /** Null when the edits do what they should and nothing else; they are then part of the draft. */
  async #accept(proposals: readonly Proposal[], tasks: readonly Task[]): Promise<string | null> {
    const changed = new Map(this.#draft.changed);
    const edits = Map.groupBy(
      proposals.flatMap((proposal) => proposal.edits),
      (edit: TextEdit) => edit.file,
    );
    for (const [file, own] of edits) {
      const obstacle = this.#input.whyNotWritable(file);
      if (obstacle !== null) return `${file} ${obstacle}`;
      const text = this.#draft.text(file);
      const after = text === null ? null : applyEdits(text, own);
      if (after === null) return `${file} would be changed twice at one place`;
      changed.set(file, after);
    }
    if (++this.#drafts > maxDrafts) return "too many other rewrites had to be dropped before it; keep to its folder";
    const draft = new DraftProject(this.#input.root, this.#input.list, changed);
    const reading = await this.#input.read(draft);
    const problem = differenceFrom(this.#reading, reading, tasks);
    if (problem !== null) return `a rewrite was tried on a draft and dropped: ${problem}`;
    this.#draft = draft;
    this.#reading = reading;
    for (const { tasks: own, what } of proposals) for (const task of own) this.#mended.set(task, what);
    return null;
  }

  result(refused: readonly Refusal[]): Plan {
    const plain = new DraftProject(this.#input.root, this.#input.list);
    const changed = [...this.#draft.changed].sort(([one], [other]) => (one < other ? -1 : 1));
    const original = new Map(changed.map(([file]) => [file, plain.text(file) ?? ""]));
    return {
      changed: new Map(changed),
      original,
      mended: [...this.#mended].map(([task, what]) => ({ task, what })),
      refused,
      reading: this.#reading,
    };
  }
}
