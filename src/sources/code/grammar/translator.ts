import {
  type Arg,
  assign,
  block,
  call,
  computed,
  construct,
  imports,
  type Made,
  make,
  member,
  nothing,
  opaque,
  type Range,
  record,
  statement,
  variable,
  when,
  word,
} from "./build.ts";
import type { Cst } from "./load.ts";
import { byName } from "./names.ts";

/** What those who know an SDK make of a piece of source; null: it is nothing of theirs. */
export interface Sdk {
  call(callee: Made, args: readonly Arg[], at: Range, made: Making): Made | null;
  member(object: Made, name: string, at: Range, made: Making): Made | null;
}

/** What an SDK's reader may ask of the translator. */
export interface Making {
  /** Something of a package, as an import would name it. */
  external(source: string, name: string, at: Range): Made;
  /** No file of the tree declares a class of this name, so it can only be the SDK's. */
  isOutside(name: string): boolean;
  /** Some file of the tree declares this name. */
  isDeclared(name: string): boolean;
  /** Text that the build puts into a field (Android's BuildConfig), where every build puts the same; null elsewhere. */
  buildField(name: string): string | null;
  /** What a file of the tree declares under a name, whatever that name means where it is used. */
  declared(name: string, at: Range): Made;
}

export interface Surroundings {
  readonly sdk: Sdk;
  declares(name: string): boolean;
  declaresClass(name: string): boolean;
  /** Where something of a type is made for whoever asks to be given one (`@Provides`). */
  provider(type: string): { readonly owner: string; readonly isStatic: boolean; readonly name: string } | null;
  buildField(name: string): string | null;
  /** The one enum of the tree that has a case of this name. */
  caseOwner(name: string): string | null;
  /** Names of the parameters of a function or class of the tree; null where no one such is known. */
  signature(name: string): readonly string[] | null;
}

/** Source that nests deeper than this was written by no person. */
const maxDepth = 900;

/** Expressions and statements of one language in the shapes of the evaluator's tree. */
export abstract class Translator implements Making {
  readonly text: string;
  readonly refs: Made[] = [];
  /** Members of a class are used through the word for its instance only. */
  readonly membersNeedThis: boolean = false;
  /** What arguments become whose parameters nobody knows: something that is not told apart, or one object of them. */
  protected readonly unknownNames: "apart" | "object" = "apart";
  readonly #surroundings: Surroundings;
  readonly #externals = new Map<string, Made>();
  #depth = 0;

  constructor(text: string, surroundings: Surroundings) {
    this.text = text;
    this.#surroundings = surroundings;
  }

  /** Everything a file declares, as the statements of a module. */
  abstract file(root: Cst): Made[];
  protected abstract expression(node: Cst): Made;
  protected abstract statementOf(node: Cst): Made[];
  /** `Foo()` makes a Foo without a word for it. */
  protected abstract readonly constructsByCall: boolean;
  /** What stands behind a name in a call: one object of all of them, or the place of the parameter. */
  protected abstract readonly namedArguments: "object" | "place";

  program(root: Cst): Made {
    const body = this.file(root);
    const at = { start: 0, end: this.text.length };
    return make("Program", at, { body: [...this.#externals.values(), ...body], sourceType: "module" });
  }

  slice(node: Range): string {
    return this.text.slice(node.start, node.end);
  }

  ref(name: string, at: Range): Made {
    const made = word(name, at);
    this.refs.push(made);
    return made;
  }

  external(source: string, name: string, at: Range): Made {
    const local = `${source}:${name}`;
    if (!this.#externals.has(local)) {
      this.#externals.set(local, imports(source, [{ imported: name, local }], { start: 0, end: 0 }));
    }
    return word(local, at);
  }

  declared(name: string, at: Range): Made {
    return this.external(`${byName}${name}`, name, at);
  }

  /** What a class is given by injection; null where nobody says how it is made. */
  provided(type: string, at: Range): Made | null {
    const found = this.#surroundings.provider(type);
    if (found === null) return null;
    const owner = this.declared(found.owner, at);
    return call(member(found.isStatic ? owner : construct(owner, [], at), found.name, at), [], at);
  }

  caseOwner(name: string): string | null {
    return this.#surroundings.caseOwner(name);
  }

  isOutside(name: string): boolean {
    return !this.#surroundings.declaresClass(name);
  }

  buildField(name: string): string | null {
    return this.#surroundings.buildField(name);
  }

  isDeclared(name: string): boolean {
    return this.#surroundings.declares(name);
  }

  expr(node: Cst): Made {
    return this.#nested(() => this.expression(node));
  }

  stmt(node: Cst): Made[] {
    return this.#nested(() => this.statementOf(node));
  }

  #nested<T>(step: () => T): T {
    if (++this.#depth > maxDepth) throw new Error(`it is nested more than ${maxDepth} levels deep`);
    try {
      return step();
    } finally {
      this.#depth--;
    }
  }

  /** An expression that is not worked out; what stands inside it is still looked at. */
  other(node: Cst): Made {
    return opaque(
      node.children.filter((inner) => inner.named).map((inner) => this.expr(inner)),
      node,
    );
  }

  memberOf(object: Made, name: string, at: Range): Made {
    return this.#surroundings.sdk.member(object, name, at, this) ?? member(object, name, at);
  }

  callOf(callee: Made, args: readonly Arg[], at: Range): Made {
    const known = this.#surroundings.sdk.call(callee, args, at, this);
    if (known !== null) return known;
    const name = lastName(callee);
    const values = this.#placed(name, args, at);
    return this.constructsByCall && name !== null && /^_?[A-Z]/.test(name)
      ? construct(callee, values, at)
      : call(callee, values, at);
  }

  constructed(callee: Made, args: readonly Arg[], at: Range): Made {
    const known = this.#surroundings.sdk.call(callee, args, at, this);
    return known ?? construct(callee, this.#placed(lastName(callee), args, at), at);
  }

  #placed(name: string | null, args: readonly Arg[], at: Range): Made[] {
    const values = args
      .filter((arg) => arg.name === null)
      .map((arg) => (arg.spread ? make("SpreadElement", arg.at, { argument: arg.value }) : arg.value));
    const named = args.filter((arg) => arg.name !== null);
    if (named.length === 0) return values;
    if (this.namedArguments === "object") {
      values.push(
        record(
          named.map((arg) => ({ key: word(arg.name ?? "", arg.at), value: arg.value })),
          at,
        ),
      );
      return values;
    }
    const signature = name === null ? null : this.#surroundings.signature(name);
    if (signature !== null && named.every((arg) => signature.includes(arg.name ?? ""))) {
      for (const arg of named) {
        const place = signature.indexOf(arg.name ?? "");
        while (values.length < place) values.push(nothing(arg.at));
        values[place] = arg.value;
      }
      return values;
    }
    if (this.unknownNames === "object") {
      values.push(
        record(
          named.map((arg) => ({ key: word(arg.name ?? "", arg.at), value: arg.value })),
          at,
        ),
      );
      return values;
    }
    // Nobody can tell which parameters these are.
    return [...values, ...named.map((arg) => make("SpreadElement", arg.at, { argument: opaque([arg.value], arg.at) }))];
  }

  index(object: Made, key: Made, at: Range): Made {
    return computed(object, key, at);
  }

  statements(nodes: readonly Cst[]): Made[] {
    return nodes.flatMap((node) => this.stmt(node));
  }

  /**
   * Branches of which the build takes one, and nobody here knows which (`#if DEBUG … #else … #endif`). They open no
   * scope: what one of them declares is there behind them. `hasElse`: the last is taken where no other is.
   */
  protected conditional(
    branches: readonly { readonly body: readonly Made[]; readonly at: Range }[],
    hasElse: boolean,
    at: Range,
  ): Made[] {
    const declared = new Map<string, Made>();
    const blocks = branches.map(({ body, at: range }) => ({
      at: range,
      body: body.map((made) => this.#assigned(made, declared, at)),
    }));
    let rest: Made | null = null;
    for (const [index, { body, at: range }] of [...blocks.entries()].reverse()) {
      const inside = block(body, range, at);
      if (index === blocks.length - 1 && hasElse && index > 0) rest = inside;
      else {
        const asked = { start: range.start, end: range.start };
        rest = when(opaque([], asked), inside, rest, { start: range.start, end: at.end });
      }
    }
    return rest === null ? [] : [...declared.values(), rest];
  }

  /** A declaration inside a branch, as the assignment that it is to those behind it. */
  #assigned(made: Made, declared: Map<string, Made>, at: Range): Made {
    const [declarator, ...more] = made.type === "VariableDeclaration" ? (made.declarations as Made[]) : [];
    const id = declarator?.id as Made | undefined;
    if (declarator === undefined || id?.type !== "Identifier" || more.length > 0) return made;
    const name = id.name as string;
    const type = (id.declaredType as string | undefined) ?? null;
    if (!declared.has(name)) declared.set(name, variable("let", name, type, null, { start: at.start, end: at.start }));
    const value = declarator.init as Made | null;
    const from = { start: made.start, end: made.start };
    return value === null ? block([], from) : statement(assign(this.ref(name, from), value, made));
  }

  expressionStatement(node: Cst): Made[] {
    return [statement(this.expr(node))];
  }
}

/** What is called, by its last word: `a.b.call` → "call". */
export function lastName(callee: Made): string | null {
  if (callee.type === "Identifier") return callee.name as string;
  if (callee.type !== "MemberExpression" || callee.computed === true) return null;
  return (callee.property as Made).name as string;
}
