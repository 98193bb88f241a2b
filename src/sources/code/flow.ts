import type { Node } from "oxc-parser";
import { isBareHoisted, isHoisted, isPlainlyBefore, mayRunBefore } from "./hoisted.ts";
import { enclosingFunction, isFunction, type Module } from "./module.ts";
import type { Binding } from "./scope.ts";

/**
 * Assignments (or the declaration) that can have given a variable its value where it is used; the function or the
 * program around a `var` stands for the nothing that it holds before its line.
 */
export interface Reaching {
  readonly writers: readonly Node[];
  /** false: order could not be followed (loops, closures), so some of them may never be the last writer. */
  readonly sure: boolean;
  /** The order of the statements was followed, loops and closures apart. */
  readonly followed?: true;
}

/** A statement that `break` and `continue` lead out of, and the states that they leave it in. */
interface Target {
  readonly label: string | null;
  readonly isLoop: boolean;
  readonly ends: State[];
}

interface State {
  writers: Set<Node>;
  /** false after return, throw, break or continue: nothing flows on. */
  live: boolean;
}

/**
 * Which writes reach a use. Straight-line code, if, switch and try are followed; where a write happens in another
 * function or a loop, every write is named and `sure` is false.
 */
export function reachingWrites(module: Module, binding: Binding, use: Node, chooses: Chooses): Reaching {
  const all = [binding.declaration, ...binding.assignments];
  const hoisted = isHoisted(module, binding);
  if (binding.assignments.length === 0 && !hoisted) return { writers: all, sure: true };
  const home = enclosingFunction(module, binding.declaration);
  if (hoisted && !isExport(module, use)) {
    const isSame = enclosingFunction(module, use) === home;
    if (!isSame && mayRunBefore(module, use, home, binding.declaration))
      return { writers: [home ?? module.program, ...all], sure: false, followed: true };
    if (binding.assignments.length === 0 && (!isSame || isPlainlyBefore(module, binding.declaration, use)))
      return { writers: all, sure: true };
  }
  const sameFunction =
    enclosingFunction(module, use) === home &&
    binding.assignments.every((node) => enclosingFunction(module, node) === home);
  if (!sameFunction) return { writers: all, sure: false };
  const body = home === null ? module.program : isFunction(home) ? home.body : null;
  if (body === null) return { writers: all, sure: false };
  const bare = new Set(hoisted ? all.filter((writer) => isBareHoisted(module, writer)) : []);
  const walk = new Walk(binding, bare, hoisted, isExport(module, use) ? module.program : use, chooses);
  const state: State = { writers: new Set(hoisted ? [home ?? module.program] : []), live: true };
  walk.statement(body, state);
  // Other files see what a name holds once the whole file has run.
  if (isExport(module, use)) walk.found = state.writers;
  if (walk.found === null || walk.found.size === 0) return { writers: all, sure: false };
  return { writers: [...walk.found].sort((one, other) => one.start - other.start), sure: walk.sure, followed: true };
}

/** A name is used by being exported, not by being read. */
export function isExport(module: Module, use: Node): boolean {
  if (use.type === "ExportSpecifier" || use.type === "VariableDeclarator" || use === module.program) return true;
  return module.parents.get(use)?.type === "ExportDefaultDeclaration";
}

/** Which way a statement goes where its condition is a constant. */
export interface Chooses {
  /** Whether the test of an `if` holds; null where only running tells. */
  truth(test: Node): boolean | null;
  /** The case that a `switch` enters: its place in the list, -1 for none; null where only running tells. */
  entry(statement: Extract<Node, { type: "SwitchStatement" }>): number | null;
}

class Walk {
  found: Set<Node> | null = null;
  sure = true;
  /** By their place in the file, so that a statement's own are found without looking at all of them. */
  readonly #writers: readonly Node[];
  readonly #use: Node;
  readonly #chooses: Chooses;
  readonly #targets: Target[] = [];
  /** Its declaration too is a write that may be left out. */
  readonly #hoisted: boolean;

  /** @param bare Declarations that give no value. */
  constructor(binding: Binding, bare: ReadonlySet<Node>, hoisted: boolean, use: Node, chooses: Chooses) {
    this.#use = use;
    this.#hoisted = hoisted;
    this.#chooses = chooses;
    this.#writers = [...new Set([binding.declaration, ...binding.assignments])]
      .filter((writer) => !bare.has(writer))
      .sort((a, b) => a.start - b.start);
  }

  statement(node: Node, state: State): void {
    if (!state.live || this.found !== null) return;
    switch (node.type) {
      case "Program":
      case "BlockStatement":
      case "StaticBlock":
        for (const inner of node.body) this.statement(inner, state);
        return;
      case "IfStatement": {
        this.#expression(node.test, state);
        if (this.found !== null) return;
        const matters = this.#writesInside(node) || jumps(node.consequent) || jumps(node.alternate);
        const truth = matters ? this.#chooses.truth(node.test) : null;
        if (truth !== null && !within(node, this.#use)) {
          const taken = truth ? node.consequent : node.alternate;
          if (taken !== null) this.statement(taken, state);
          return;
        }
        const yes = copy(state);
        const no = copy(state);
        this.statement(node.consequent, yes);
        if (node.alternate !== null) this.statement(node.alternate, no);
        merge(state, [yes, no]);
        return;
      }
      case "SwitchStatement": {
        this.#expression(node.discriminant, state);
        const ends: State[] = [];
        this.#targets.push({ label: null, isLoop: false, ends });
        let falling: State | null = null;
        const entry = this.#writesInside(node) && !within(node, this.#use) ? this.#chooses.entry(node) : null;
        if (entry === -1) {
          this.#targets.pop();
          return;
        }
        for (const [at, branch] of node.cases.entries()) {
          const here: State = { ...copy(state), live: entry === null || entry === at };
          if (entry !== null && entry !== at) here.writers.clear();
          if (falling?.live) {
            here.live = true;
            for (const writer of falling.writers) here.writers.add(writer);
          }
          for (const inner of branch.consequent) this.statement(inner, here);
          falling = here;
        }
        this.#targets.pop();
        if (falling !== null) ends.push(falling);
        if (entry === null && !node.cases.some((branch) => branch.test === null)) ends.push(copy(state));
        merge(state, ends);
        return;
      }
      case "TryStatement": {
        const before = copy(state);
        this.statement(node.block, state);
        if (node.handler !== null) {
          // The block may fail at any of its writes.
          const caught: State = { writers: new Set([...before.writers, ...state.writers]), live: true };
          this.statement(node.handler.body, caught);
          merge(state, [copy(state), caught]);
        }
        if (node.finalizer !== null) this.statement(node.finalizer, state);
        return;
      }
      case "ForStatement":
      case "ForInStatement":
      case "ForOfStatement":
      case "WhileStatement":
      case "DoWhileStatement": {
        const inside = copy(state);
        if (this.#writesInside(node)) {
          // A later round sees what an earlier one wrote.
          this.sure = false;
          for (const writer of this.#inside(node)) inside.writers.add(writer);
        }
        if (node.type === "ForStatement" && node.init !== null) this.#expression(node.init, inside);
        const ends: State[] = [];
        this.#targets.push({ label: null, isLoop: true, ends });
        this.statement(node.body, inside);
        this.#targets.pop();
        merge(state, [copy(state), { ...inside, live: true }, ...ends]);
        return;
      }
      case "LabeledStatement": {
        const ends: State[] = [];
        this.#targets.push({ label: node.label.name, isLoop: false, ends });
        this.statement(node.body, state);
        this.#targets.pop();
        if (this.found === null) merge(state, [copy(state), ...ends]);
        return;
      }
      case "ReturnStatement":
      case "ThrowStatement":
        if (node.argument !== null) this.#expression(node.argument, state);
        state.live = false;
        return;
      case "BreakStatement":
      case "ContinueStatement": {
        const { label } = node;
        const isContinue = node.type === "ContinueStatement";
        const target = this.#targets.findLast((one) =>
          label === null ? one.label === null && (one.isLoop || !isContinue) : one.label === label.name,
        );
        target?.ends.push(copy(state));
        state.live = false;
        return;
      }
      default:
        this.#expression(node, state);
    }
  }

  /** Anything evaluated in one go: the use inside it sees what came before; a plain write replaces, others add. */
  #expression(node: Node, state: State): void {
    if (within(node, this.#use)) {
      this.found = new Set(state.writers);
      for (const writer of this.#inside(node)) {
        if (writer.type === "AssignmentExpression" && writer.start < this.#use.start) {
          this.found.add(writer);
          this.sure = false;
        }
      }
      return;
    }
    for (const writer of this.#inside(node)) {
      const plain =
        writer.type === "VariableDeclarator" ||
        (writer.type === "AssignmentExpression" && node.type === "ExpressionStatement" && node.expression === writer);
      if (plain) state.writers.clear();
      else this.sure = false;
      state.writers.add(writer);
    }
  }

  #writesInside(node: Node): boolean {
    return this.#inside(node).some((writer) => this.#hoisted || writer.type !== "VariableDeclarator");
  }

  /** Writers that stand in a node. */
  #inside(node: Node): readonly Node[] {
    let low = 0;
    let high = this.#writers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#writers[middle]?.start ?? 0) < node.start) low = middle + 1;
      else high = middle;
    }
    const found: Node[] = [];
    for (let at = low; at < this.#writers.length; at++) {
      const writer = this.#writers[at];
      if (writer === undefined || writer.start >= node.end) break;
      if (writer.end <= node.end) found.push(writer);
    }
    return found;
  }
}

/** A branch that ends by leading elsewhere. */
function jumps(branch: Node | null): boolean {
  const last = branch?.type === "BlockStatement" ? branch.body.at(-1) : branch;
  return /^(?:Break|Continue|Return|Throw)Statement$/.test(last?.type ?? "");
}

function within(outer: Node, inner: Node): boolean {
  return inner.start >= outer.start && inner.end <= outer.end;
}

function copy(state: State): State {
  return { writers: new Set(state.writers), live: state.live };
}

function merge(into: State, branches: readonly State[]): void {
  const live = branches.filter((branch) => branch.live);
  into.live = live.length > 0;
  into.writers = new Set(live.flatMap((branch) => [...branch.writers]));
}
