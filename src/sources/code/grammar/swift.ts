// Longer than 300 lines: one table of the grammar's nodes, read top to bottom.
import {
  type Arg,
  arrow,
  assign,
  attempt,
  type Branch,
  binary,
  block,
  call,
  choice,
  classOf,
  each,
  exported,
  fn,
  list,
  literal,
  loop,
  type Made,
  make,
  method,
  opaque,
  type Param,
  property,
  type Range,
  record,
  returns,
  select,
  sequence,
  statement,
  template,
  variable,
  when,
} from "./build.ts";
import { type Cst, child, childrenOfType, field, namedChildren } from "./load.ts";
import { type Branch as BuildBranch, Directives } from "./swift-directives.ts";
import { formatParts, unescaped } from "./texts.ts";
import { Translator } from "./translator.ts";

const notValues =
  /type$|^(?:modifiers|attribute|type_annotation|type_arguments|value_binding_pattern|ERROR|bang|else|try_operator|as_operator)$/;

/** Swift, as apps for Apple's devices are written in it. */
export class SwiftTranslator extends Translator {
  protected readonly constructsByCall = true;
  protected readonly namedArguments = "object";

  file(root: Cst): Made[] {
    const extensions = root.children.filter(
      (node) => node.type === "class_declaration" && this.#kind(node) === "extension",
    );
    return root.children.flatMap((node): Made[] => {
      if (!node.named || node.type === "import_declaration" || node.type === "ERROR" || /directive/.test(node.type))
        return [];
      if (node.type !== "class_declaration")
        return this.stmt(node).map((made) => (isDeclaration(made) ? exported(made) : made));
      const name = this.#name(node);
      if (this.#kind(node) !== "extension") {
        return [
          exported(
            this.#class(
              node,
              extensions.filter((one) => this.#name(one) === name),
            ),
          ),
        ];
      }
      const isHere = root.children.some(
        (one) =>
          one !== node &&
          one.type === "class_declaration" &&
          this.#kind(one) !== "extension" &&
          this.#name(one) === name,
      );
      const isFirst = extensions.find((one) => this.#name(one) === name) === node;
      return isHere || !isFirst
        ? []
        : [
            exported(
              this.#class(
                node,
                extensions.filter((one) => one !== node && this.#name(one) === name),
              ),
            ),
          ];
    });
  }

  #kind(node: Cst): string {
    const kind = field(node, "declaration_kind");
    return kind === null ? "" : this.slice(kind);
  }

  #name(node: Cst): string {
    return this.slice(field(node, "name") ?? node).replaceAll("`", "");
  }

  #typeOf(node: Cst): string | null {
    const annotation = child(node, "type_annotation");
    const type =
      annotation === null
        ? node.children.find((one, index) => index > 0 && one.type === "user_type")
        : field(annotation, "name");
    const wrapped = type?.type === "optional_type" ? field(type, "wrapped") : (type ?? null);
    const name = wrapped?.type === "user_type" ? childrenOfType(wrapped, "type_identifier") : [];
    const [only, ...more] = name;
    return only === undefined || more.length > 0 ? null : this.slice(only);
  }

  #isStatic(node: Cst): boolean {
    const modifiers = child(node, "modifiers");
    return modifiers !== null && /\b(?:static|class)\b/.test(this.slice(modifiers));
  }

  /** Classes that are open, innermost last: what `Self` means. */
  readonly #open: string[] = [];

  #class(node: Cst, extensions: readonly Cst[]): Made {
    this.#open.push(this.#name(node));
    const made = this.#classIn(node, extensions);
    this.#open.pop();
    return made;
  }

  #classIn(node: Cst, extensions: readonly Cst[]): Made {
    const name = this.#name(node);
    const members: Made[] = [];
    const kind = this.#kind(node);
    for (const part of [node, ...extensions]) {
      for (const one of field(part, "body")?.children ?? []) this.#member(one, kind === "enum", members);
    }
    // A struct without an init of its own is made with its properties by name.
    if ((kind === "struct" || kind === "class") && !members.some((one) => one.kind === "constructor"))
      this.#memberwise(members, node);
    const inherits = child(node, "inheritance_specifier");
    const type = inherits === null ? null : field(inherits, "inherits_from");
    const parent = kind === "class" && type !== null ? this.ref(this.slice(type), type) : null;
    return classOf(name, parent, members, node);
  }

  #memberwise(members: Made[], node: Cst): void {
    const stored = members.filter(
      (one) => one.type === "PropertyDefinition" && one.static !== true && one.value === null,
    );
    if (stored.length === 0) return;
    const at = { start: node.start, end: node.start };
    const names = stored.map((one) => (one.key as Made).name as string);
    const params = names.map(
      (name): Param => ({ name, label: name, type: null, fallback: null, stored: false, rest: false, at }),
    );
    const body = names.map((name) => statement(assign(ofThis(name, at), this.ref(name, at), at)));
    members.push(
      method("constructor", fn("FunctionExpression", { name: null, params, body, at }), "constructor", false, at),
    );
  }

  #member(node: Cst, isEnum: boolean, members: Made[]): void {
    switch (node.type) {
      case "enum_entry":
        if (isEnum) this.#cases(node, members);
        return;
      case "property_declaration":
        for (const one of this.#properties(node)) {
          const isStatic = this.#isStatic(node);
          if (one.getter !== null) {
            const value = fn("FunctionExpression", {
              name: null,
              params: [],
              body: one.getter.body,
              at: one.at,
              bodyAt: one.getter.at,
            });
            members.push(method(one.name, value, "get", isStatic, one.at, one.type));
          } else members.push(property(one.name, one.value, isStatic, one.type, one.at));
        }
        return;
      case "function_declaration": {
        const made = this.#function(node, "FunctionExpression");
        members.push(method(this.#name(node), made, "method", this.#isStatic(node), node));
        return;
      }
      case "init_declaration": {
        const made = this.#function(node, "FunctionExpression");
        members.push(method("constructor", made, "constructor", false, node));
        return;
      }
      case "class_declaration": {
        const nested = this.#class(node, []);
        nested.type = "ClassExpression";
        members.push(property(this.#name(node), nested, true, null, node));
        return;
      }
      default:
    }
  }

  /** `case charge = "chargeCard", list`: of an enum of texts, each case is its text. */
  #cases(node: Cst, members: Made[]): void {
    const names = node.children.filter((one) => one.field === "name");
    for (const name of names) {
      const from = node.children.indexOf(name);
      const next = node.children[from + 1];
      const raw = next?.type === "=" ? node.children[from + 2] : undefined;
      const value = raw === undefined ? literal(this.slice(name), name) : this.expr(raw);
      members.push(property(this.slice(name), value, true, null, name));
    }
  }

  #properties(node: Cst): {
    name: string;
    type: string | null;
    value: Made | null;
    getter: { body: Made[]; at: Range } | null;
    at: Range;
  }[] {
    const names = node.children.filter((one) => one.field === "name");
    return names.map((pattern) => {
      const bound = field(pattern, "bound_identifier") ?? pattern;
      const index = node.children.indexOf(pattern);
      const rest = node.children.slice(index + 1);
      const end = rest.findIndex((one) => one.type === ",");
      const own = end < 0 ? rest : rest.slice(0, end);
      const value = own.find((one) => one.field === "value");
      const computed = own.find((one) => one.field === "computed_value");
      return {
        name: this.slice(bound).replaceAll("`", ""),
        type: this.#typeOf(node),
        value: value === undefined ? null : this.expr(value),
        getter: computed === undefined ? null : this.#getter(computed),
        at: names.length === 1 ? node : pattern,
      };
    });
  }

  #getter(node: Cst): { body: Made[]; at: Range } | null {
    const getter = child(node, "computed_getter");
    const statements = child(getter ?? node, "statements");
    if (statements === null) return null;
    return { body: this.#giving(namedChildren(statements)), at: statements };
  }

  /** A body of one expression gives it without a word. */
  #giving(nodes: readonly Cst[]): Made[] {
    const [only, ...more] = nodes;
    if (only === undefined || more.length > 0 || /_statement$|_declaration$|^assignment$/.test(only.type))
      return this.statements(nodes);
    return [returns(this.expr(only), only)];
  }

  #function(node: Cst, type: "FunctionDeclaration" | "FunctionExpression"): Made {
    const body = field(node, "body");
    const inner = body === null ? null : child(body, "statements");
    return fn(type, {
      name: type === "FunctionDeclaration" ? this.#name(node) : null,
      params: this.#params(node),
      body: body === null ? null : inner === null ? [] : this.#giving(namedChildren(inner)),
      at: node,
      bodyAt: body ?? node,
    });
  }

  #params(node: Cst): Param[] {
    const params: Param[] = [];
    for (let at = 0; at < node.children.length; at++) {
      const one = node.children[at];
      if (one?.type !== "parameter") continue;
      const next = node.children[at + 1];
      const value = next?.type === "=" ? node.children[at + 2] : undefined;
      const outside = field(one, "external_name");
      const name = this.#name(one);
      const label = outside === null ? name : this.slice(outside);
      params.push({
        name,
        label: label === "_" ? null : label,
        type: this.#paramType(one),
        fallback: value === undefined ? null : this.expr(value),
        stored: false,
        rest: false,
        at: one,
      });
    }
    return params;
  }

  #paramType(node: Cst): string | null {
    const type = node.children.filter((one) => one.field === "name").at(-1);
    const wrapped = type?.type === "optional_type" ? field(type, "wrapped") : (type ?? null);
    const [only, ...more] = wrapped?.type === "user_type" ? childrenOfType(wrapped, "type_identifier") : [];
    return only === undefined || more.length > 0 ? null : this.slice(only);
  }

  override statements(nodes: readonly Cst[]): Made[] {
    this.#directives ??= new Directives(this.text);
    const branches = this.#directives;
    const paths = nodes.map((node) => branches.at(node.start));
    const [first = [], ...others] = paths;
    // What all of them stand in is around the whole list.
    const shared = first.findIndex((one, depth) => others.some((path) => path[depth] !== one));
    return this.#branched(nodes, paths, shared < 0 ? Math.min(...paths.map(({ length }) => length)) : shared);
  }

  #directives: Directives | null = null;

  #branched(nodes: readonly Cst[], paths: readonly (readonly BuildBranch[])[], depth: number): Made[] {
    const made: Made[] = [];
    for (let at = 0; at < nodes.length; ) {
      const node = nodes[at];
      const own = paths[at]?.[depth];
      if (node === undefined) break;
      if (own === undefined) {
        made.push(...this.stmt(node));
        at++;
        continue;
      }
      let end = at;
      while (end < nodes.length && paths[end]?.[depth]?.of === own.of) end++;
      const of = own.of;
      const built = of.branches.map((branch) => {
        const inside = nodes.slice(at, end).filter((_, index) => paths[at + index]?.[depth] === branch);
        const its = paths.slice(at, end).filter((path) => path[depth] === branch);
        const range = { start: branch.start, end: inside.at(-1)?.end ?? branch.start + 1 };
        return { body: this.#branched(inside, its, depth + 1), at: range };
      });
      const last = nodes[end - 1] ?? node;
      made.push(...this.conditional(built, of.hasElse, { start: own.of.start, end: last.end + 1 }));
      at = end;
    }
    return made;
  }

  #block(node: Cst | null | undefined): Made[] {
    return node === null || node === undefined ? [] : this.statements(namedChildren(node));
  }

  protected statementOf(node: Cst): Made[] {
    switch (node.type) {
      case "property_declaration":
        return this.#properties(node).map((one) => {
          const isConst = /\blet\b/.test(this.slice(child(node, "value_binding_pattern") ?? node));
          const value =
            one.getter === null
              ? one.value
              : call(
                  arrow([], one.getter.body, one.getter.at, {
                    start: one.getter.at.start + 0.5,
                    end: one.getter.at.end - 0.5,
                  }),
                  [],
                  one.getter.at,
                );
          return variable(isConst && value !== null ? "const" : "let", one.name, one.type, value, one.at);
        });
      case "function_declaration":
        return [this.#function(node, "FunctionDeclaration")];
      case "class_declaration":
        return [this.#class(node, [])];
      case "assignment": {
        const left = field(node, "target");
        const right = field(node, "result");
        const operator = field(node, "operator");
        if (left === null || right === null) return [];
        return [
          statement(assign(this.expr(left), this.expr(right), node, operator === null ? "=" : this.slice(operator))),
        ];
      }
      case "control_transfer_statement": {
        const value = field(node, "result") ?? namedChildren(node).find((one) => one.type !== "throw_keyword") ?? null;
        const word = /^\w+/.exec(this.slice(node))?.[0];
        if (word === "return") return [returns(value === null ? null : this.expr(value), node)];
        if (word === "throw")
          return [make("ThrowStatement", node, { argument: value === null ? opaque([], node) : this.expr(value) })];
        return [
          make(
            word === "break" ? "BreakStatement" : word === "continue" ? "ContinueStatement" : "EmptyStatement",
            node,
            { label: null },
          ),
        ];
      }
      case "if_statement":
        return this.#if(node);
      case "guard_statement": {
        const { bindings, tests } = this.#conditions(node);
        const inner = node.children.filter((one) => one.type === "statements").at(-1);
        return [when(opaque(tests, node), block(this.#block(inner), inner ?? node), null, node), ...bindings];
      }
      case "for_statement": {
        const item = field(node, "item");
        const items = field(node, "collection");
        const name = item === null ? null : field(item, "bound_identifier");
        const body = this.#block(child(node, "statements"));
        if (name === null || items === null)
          return [loop(opaque(items === null ? [] : [this.expr(items)], node), body, node)];
        return [each(this.slice(name), this.expr(items), body, node, name)];
      }
      case "while_statement":
      case "repeat_while_statement":
        return [loop(opaque([], node), this.#block(child(node, "statements")), node)];
      case "switch_statement":
        return [this.#switch(node)];
      case "do_statement": {
        const body = child(node, "statements");
        const handlers = childrenOfType(node, "catch_block").map((one) => this.#block(child(one, "statements")));
        if (handlers.length === 0) return [block(this.#block(body), node)];
        return [attempt(this.#block(body), handlers, null, node, body ?? node)];
      }
      case "statements":
        return this.#block(node);
      case "defer_statement":
        return this.#block(child(node, "statements"));
      case "import_declaration":
      case "ERROR":
      case "protocol_declaration":
      case "typealias_declaration":
      case "operator_declaration":
        return [];
      default:
        return /directive|diagnostic/.test(node.type) ? [] : this.expressionStatement(node);
    }
  }

  /** `if let x = y, z`: names that a condition binds, and what it asks. */
  #conditions(node: Cst): { bindings: Made[]; tests: Made[] } {
    const bindings: Made[] = [];
    const tests: Made[] = [];
    const nodes = node.children;
    for (let at = 0; at < nodes.length; at++) {
      const one = nodes[at];
      if (one === undefined || one.type === "statements" || one.type === "else") break;
      if (one.field === "bound_identifier") {
        const isGiven = nodes[at + 1]?.type === "=";
        const value = isGiven ? nodes[at + 2] : undefined;
        const at2 = { start: one.start, end: value?.end ?? one.end };
        if (value !== undefined) bindings.push(variable("const", this.slice(one), null, this.expr(value), at2));
        at += value === undefined ? 0 : 2;
      } else if (one.field === "condition" && one.named && !notValues.test(one.type)) tests.push(this.expr(one));
    }
    return { bindings, tests };
  }

  #if(node: Cst): Made[] {
    const { bindings, tests } = this.#conditions(node);
    const blocks = node.children.filter((one) => one.type === "statements");
    const elseAt = node.children.findIndex((one) => one.type === "else");
    const first = blocks.find((one) => elseAt < 0 || node.children.indexOf(one) < elseAt);
    const after =
      elseAt < 0
        ? undefined
        : node.children.slice(elseAt + 1).find((one) => one.type === "statements" || one.type === "if_statement");
    const [test, ...more] = tests;
    const asked =
      test === undefined || more.length > 0 || bindings.length > 0
        ? opaque(tests, { start: node.start, end: node.start })
        : test;
    const yes = block(
      [...bindings, ...this.#block(first)],
      first === undefined
        ? { start: node.end, end: node.end }
        : { start: bindings[0]?.start ?? first.start, end: first.end },
    );
    const no =
      after === undefined
        ? null
        : block(after.type === "statements" ? this.#block(after) : this.stmt(after), after, after);
    return [when(asked, yes, no, node)];
  }

  #entries(node: Cst): { tests: Made[]; body: Cst | null; at: Cst }[] {
    return childrenOfType(node, "switch_entry").map((one) => {
      const isDefault = child(one, "default_keyword") !== null;
      const tests = childrenOfType(one, "switch_pattern").map((pattern) => {
        const [inner] = namedChildren(pattern).flatMap(namedChildren);
        return inner === undefined ? opaque([], pattern) : this.expr(inner);
      });
      return {
        tests: isDefault ? [] : tests.length === 0 ? [opaque([], one)] : tests,
        body: child(one, "statements"),
        at: one,
      };
    });
  }

  #switch(node: Cst): Made {
    const subject = field(node, "expr");
    const branches: Branch[] = this.#entries(node).map(({ tests, body, at }) => ({
      tests,
      body: this.#block(body),
      at,
    }));
    return select(subject === null ? opaque([], node) : this.expr(subject), branches, node);
  }

  protected expression(node: Cst): Made {
    switch (node.type) {
      case "simple_identifier": {
        const name = this.slice(node).replace(/\?$/, "").replaceAll("`", "");
        return this.ref(name === "Self" ? (this.#open.at(-1) ?? name) : name, node);
      }
      case "line_string_literal":
      case "multi_line_string_literal":
      case "raw_string_literal":
        return this.#string(node);
      case "self_expression":
        return make("ThisExpression", node);
      case "boolean_literal":
        return literal(this.slice(node) === "true", node);
      case "integer_literal":
        return literal(Number(this.slice(node).replaceAll("_", "")), node);
      case "nil":
        return literal(null, node);
      case "directly_assignable_expression":
      case "tuple_expression":
      case "interpolated_expression": {
        const [inner, ...more] = namedChildren(node).filter((one) => !notValues.test(one.type));
        return inner === undefined || more.length > 0 ? this.other(node) : this.expr(inner);
      }
      case "await_expression":
      case "try_expression": {
        const inner = field(node, "expr");
        if (inner === null) return this.other(node);
        return node.type === "try_expression"
          ? this.expr(inner)
          : make("AwaitExpression", node, { argument: this.expr(inner) });
      }
      case "as_expression": {
        const inner = field(node, "expr");
        return inner === null ? this.other(node) : this.expr(inner);
      }
      case "postfix_expression":
      case "optional_chain_marker": {
        const inner = field(node, "target") ?? namedChildren(node)[0];
        return inner === undefined ? this.other(node) : this.expr(inner);
      }
      case "prefix_expression":
        return this.#prefix(node);
      case "nil_coalescing_expression": {
        const left = field(node, "value");
        const right = field(node, "if_nil");
        return left === null || right === null
          ? this.other(node)
          : binary("??", this.expr(left), this.expr(right), node);
      }
      case "ternary_expression": {
        const [test, yes, no] = ["condition", "if_true", "if_false"].map((name) => field(node, name));
        if (!test || !yes || !no) return this.other(node);
        return choice(this.expr(test), this.expr(yes), this.expr(no), node);
      }
      case "additive_expression":
      case "equality_expression":
      case "conjunction_expression":
      case "disjunction_expression": {
        const left = field(node, "lhs");
        const right = field(node, "rhs");
        const sign = field(node, "op");
        const operator = sign === null ? "" : this.slice(sign);
        if (left === null || right === null || !/^(?:\+|[!=]==?|&&|\|\|)$/.test(operator)) return this.other(node);
        return binary(operator, this.expr(left), this.expr(right), node);
      }
      case "navigation_expression": {
        const object = field(node, "target");
        const suffix = field(node, "suffix");
        const name = suffix === null ? null : field(suffix, "suffix");
        if (object === null || name === null) return this.other(node);
        return this.memberOf(this.expr(object), this.slice(name).replace(/\?$/, ""), node);
      }
      case "call_expression":
        return this.#call(node);
      case "array_literal":
        return list(
          node.children.filter((one) => one.field === "element").map((one) => this.expr(one)),
          node,
        );
      case "dictionary_literal": {
        const keys = node.children.filter((one) => one.field === "key");
        const values = node.children.filter((one) => one.field === "value");
        if (keys.length !== values.length) return this.other(node);
        return record(
          keys.flatMap((key, index) => {
            const value = values[index];
            return value === undefined ? [] : [{ key: this.expr(key), value: this.expr(value) }];
          }),
          node,
        );
      }
      case "lambda_literal":
        return this.#lambda(node);
      case "if_statement":
      case "switch_statement":
        return this.#chosen(node);
      case "assignment":
      case "property_declaration":
        return opaque([arrow([], this.stmt(node), node)], node);
      case "statements":
        return opaque([arrow([], this.#block(node), node)], node);
      default: {
        if (node.children.length === 0 && this.slice(node) === "nil") return literal(null, node);
        if (/_statement$|_declaration$/.test(node.type)) return opaque([arrow([], this.stmt(node), node)], node);
        return opaque(
          namedChildren(node)
            .filter((one) => !notValues.test(one.type))
            .map((one) => this.expr(one)),
          node,
        );
      }
    }
  }

  /** `let x = switch y { … }`. */
  #chosen(node: Cst): Made {
    if (node.type === "if_statement") return opaque([arrow([], this.stmt(node), node)], node);
    const subject = field(node, "expr");
    return [...this.#entries(node)].reverse().reduce<Made>(
      (otherwise, { tests, body, at }) => {
        const [only, ...more] = body === null ? [] : namedChildren(body);
        const value =
          only === undefined || more.length > 0 ? opaque([arrow([], this.#block(body), at)], at) : this.expr(only);
        if (tests.length === 0) return value;
        const test = tests
          .map((one) => binary("==", subject === null ? opaque([], one) : this.expr(subject), one, one))
          .reduce((left, right) => binary("||", left, right, { start: left.start, end: right.end }));
        return choice(test, value, otherwise, at);
      },
      opaque([], { start: node.end, end: node.end }),
    );
  }

  #prefix(node: Cst): Made {
    const inner = field(node, "target");
    const sign = field(node, "operation");
    if (inner === null || sign === null) return this.other(node);
    const operator = this.slice(sign);
    if (operator === "!")
      return make("UnaryExpression", node, { operator: "!", prefix: true, argument: this.expr(inner) });
    // `.charge`: a member of whatever type is asked for; known where one enum of the tree has it.
    if (operator === ".") {
      const owner = this.caseOwner(this.slice(inner));
      return owner === null ? opaque([], node) : this.memberOf(this.declared(owner, node), this.slice(inner), node);
    }
    return opaque([this.expr(inner)], node);
  }

  #call(node: Cst): Made {
    const [calleeNode, suffix] = node.children;
    if (calleeNode === undefined || suffix === undefined) return this.other(node);
    const args = child(suffix, "value_arguments");
    const lambdas = childrenOfType(suffix, "lambda_literal").map((one) => this.expr(one));
    if (calleeNode.type === "lambda_literal") return call(this.expr(calleeNode), [], node);
    const given = args === null ? [] : this.#args(args);
    if (args?.children[0]?.type === "[") {
      const [key] = given;
      return key === undefined ? this.other(node) : this.index(this.expr(calleeNode), key.value, node);
    }
    const made = this.#format(calleeNode, args, node) ?? this.callOf(this.expr(calleeNode), given, node);
    return lambdas.length === 0
      ? made
      : made.type === "CallExpression" || made.type === "NewExpression"
        ? withLambdas(made, lambdas)
        : sequence([...lambdas, made], node);
  }

  #args(node: Cst): Arg[] {
    return childrenOfType(node, "value_argument").flatMap((one): Arg[] => {
      const label = field(one, "name");
      const value = field(one, "value");
      if (value === null) return [];
      return [{ name: label === null ? null : this.slice(label), value: this.expr(value), spread: false, at: one }];
    });
  }

  /** `String(format: "https://%@-x", region)`. */
  #format(callee: Cst, args: Cst | null, node: Cst): Made | null {
    if (args === null || this.slice(callee) !== "String") return null;
    const [first, ...values] = childrenOfType(args, "value_argument");
    const label = first === undefined ? null : field(first, "name");
    const text = first === undefined ? null : field(first, "value");
    if (label === null || text === null || this.slice(label) !== "format" || text.type !== "line_string_literal")
      return null;
    const format = this.#string(text);
    if (format.type !== "Literal") return null;
    let next = 0;
    const parts = formatParts(String(format.value), /%[@sd]/g).map((part) => {
      if (typeof part === "string") return part;
      const value = values[next++];
      const inner = value === undefined ? null : field(value, "value");
      return inner === null ? opaque([], node) : this.expr(inner);
    });
    return template(parts, node);
  }

  #lambda(node: Cst): Made {
    const type = field(node, "type");
    const names = type === null ? null : child(type, "lambda_function_type_parameters");
    const params = (names === null ? [] : childrenOfType(names, "lambda_parameter")).map(
      (one): Param => ({
        name: this.#name(one),
        label: null,
        type: null,
        fallback: null,
        stored: false,
        rest: false,
        at: one,
      }),
    );
    const inner = child(node, "statements");
    return arrow(
      params,
      inner === null ? [] : this.#giving(namedChildren(inner)),
      node,
      inner ?? { start: node.end, end: node.end },
    );
  }

  #string(node: Cst): Made {
    const parts = node.children.flatMap((one): (string | Made)[] => {
      if (one.field === "text") {
        const text = this.slice(one);
        return [node.type === "raw_string_literal" ? text : unescaped(text)];
      }
      return one.type === "interpolated_expression" ? [this.expr(one)] : [];
    });
    if (node.type === "raw_string_literal") return literal(this.slice(node).replace(/^#+"+|"+#+$/g, ""), node);
    return template(parts, node);
  }
}

function withLambdas(made: Made, lambdas: readonly Made[]): Made {
  (made.arguments as Made[]).push(...lambdas);
  return made;
}

function ofThis(name: string, at: Range): Made {
  return make("MemberExpression", at, {
    object: make("ThisExpression", at),
    property: make("Identifier", at, { name }),
    computed: false,
    optional: false,
  });
}

function isDeclaration(made: Made): boolean {
  return made.type === "VariableDeclaration" || made.type === "FunctionDeclaration" || made.type === "ClassDeclaration";
}
