// Longer than 300 lines: one table of the grammar's nodes, read top to bottom.
import {
  type Arg,
  arrow,
  assign,
  attempt,
  binary,
  block,
  call,
  choice,
  classOf,
  each,
  fn,
  imports,
  list,
  literal,
  loop,
  type Made,
  make,
  member,
  method,
  nothing,
  opaque,
  type Param,
  property,
  type Range,
  record,
  returns,
  statement,
  template,
  when,
  word,
} from "./build.ts";
import { type Cst, child, childrenOfType, field, namedChildren } from "./load.ts";
import { formatParts, unescaped } from "./texts.ts";
import { Translator } from "./translator.ts";

/** Python, as functions and servers are written in it. */
export class PythonTranslator extends Translator {
  override readonly membersNeedThis = true;
  protected readonly constructsByCall = true;
  protected readonly namedArguments = "place";
  protected override readonly unknownNames = "object";
  /** Word for the instance in the methods that are open: `self`. */
  readonly #selves: string[] = [];
  readonly #bound: Set<string>[] = [];

  file(root: Cst): Made[] {
    this.#bound.push(new Set());
    const made = this.statements(namedChildren(root));
    const names = this.#bound.pop() ?? new Set();
    const at = { start: 0, end: 0 };
    const specifiers = [...names].map((name) =>
      make("ExportSpecifier", at, { local: word(name, at), exported: word(name, at), exportKind: "value" }),
    );
    const all = { declaration: null, specifiers, source: null, exportKind: "value", attributes: [] };
    return [...made, make("ExportNamedDeclaration", at, all)];
  }

  #bind(name: string): void {
    this.#bound.at(-1)?.add(name);
  }

  protected statementOf(node: Cst): Made[] {
    switch (node.type) {
      case "import_statement":
        return childrenOfType(node, "dotted_name", "aliased_import").map((one) => {
          const path = this.slice(field(one, "name") ?? one);
          const alias = field(one, "alias");
          const local = alias === null ? (path.split(".")[0] ?? path) : this.slice(alias);
          this.#bind(local);
          return imports(alias === null ? local : path, [{ imported: "*", local }], one);
        });
      case "import_from_statement":
        return this.#importFrom(node);
      case "expression_statement":
        return namedChildren(node).flatMap((one) => this.#expressionStatement(one));
      case "function_definition":
        this.#bind(this.#nameOf(node));
        return [this.#function(node, "FunctionDeclaration")];
      case "class_definition":
        this.#bind(this.#nameOf(node));
        return [this.#class(node)];
      case "decorated_definition":
        return this.#decorated(node);
      case "if_statement":
        return [this.#if(node, [...node.children])];
      case "for_statement": {
        const left = field(node, "left");
        const right = field(node, "right");
        const body = this.#block(field(node, "body"));
        if (left?.type !== "identifier" || right === null) {
          return [loop(opaque(right === null ? [] : [this.expr(right)], node), body, node)];
        }
        return [each(this.slice(left), this.expr(right), body, node, left)];
      }
      case "while_statement": {
        const test = field(node, "condition");
        return [loop(test === null ? opaque([], node) : this.expr(test), this.#block(field(node, "body")), node)];
      }
      case "with_statement": {
        const items = child(node, "with_clause");
        const values = items === null ? [] : childrenOfType(items, "with_item").flatMap((one) => this.#withItem(one));
        return [...values, ...this.#block(field(node, "body"))];
      }
      case "try_statement": {
        const last = child(node, "finally_clause");
        const body = field(node, "body");
        return [
          attempt(
            [...this.#block(body), ...this.#block(this.#blockIn(child(node, "else_clause")))],
            childrenOfType(node, "except_clause", "except_group_clause").map((one) => this.#block(child(one, "block"))),
            last === null ? null : this.#block(child(last, "block")),
            node,
            body ?? node,
          ),
        ];
      }
      case "return_statement": {
        const value = namedChildren(node)[0];
        return [returns(value === undefined ? null : this.expr(value), node)];
      }
      case "raise_statement":
        return [
          make("ThrowStatement", node, {
            argument: opaque(
              namedChildren(node).map((one) => this.expr(one)),
              node,
            ),
          }),
        ];
      case "break_statement":
        return [make("BreakStatement", node, { label: null })];
      case "continue_statement":
        return [make("ContinueStatement", node, { label: null })];
      case "pass_statement":
      case "global_statement":
      case "nonlocal_statement":
      case "future_import_statement":
      case "type_alias_statement":
      case "ERROR":
        return [];
      default:
        return [statement(this.other(node))];
    }
  }

  #blockIn(node: Cst | null): Cst | null {
    return node === null ? null : (field(node, "body") ?? child(node, "block"));
  }

  #block(node: Cst | null): Made[] {
    return node === null ? [] : this.statements(namedChildren(node));
  }

  #importFrom(node: Cst): Made[] {
    const source = this.slice(field(node, "module_name") ?? node).replaceAll(/\s/g, "");
    if (child(node, "wildcard_import") !== null) {
      const parts = { source: literal(source, node), exported: null, exportKind: "value", attributes: [] };
      return [make("ExportAllDeclaration", node, parts)];
    }
    const names = node.children.filter((one) => one.field === "name");
    return names.map((one) => {
      const imported = this.slice(field(one, "name") ?? one);
      const alias = field(one, "alias");
      const local = alias === null ? imported : this.slice(alias);
      this.#bind(local);
      // `from . import config` names a file, and nothing inside one.
      return /^\.+$/.test(source)
        ? imports(`${source}${imported}`, [{ imported: "*", local }], one)
        : imports(source, [{ imported, local }], one);
    });
  }

  #withItem(node: Cst): Made[] {
    const value = field(node, "value");
    if (value === null) return [];
    const alias = child(value, "as_pattern_target");
    const inner = value.type === "as_pattern" ? namedChildren(value)[0] : value;
    if (inner === undefined) return [];
    if (alias === null) return [statement(this.expr(inner))];
    return [this.#variable(this.slice(alias), null, opaque([this.expr(inner)], inner), node)];
  }

  #variable(name: string, type: string | null, init: Made | null, at: Range): Made {
    this.#bind(name);
    const id = word(name, at);
    if (type !== null) id.declaredType = type;
    const declarator = make("VariableDeclarator", at, { id, init, definite: false });
    return make("VariableDeclaration", at, { kind: "var", declarations: [declarator], declare: false });
  }

  #expressionStatement(node: Cst): Made[] {
    if (node.type !== "assignment") return [statement(this.expr(node))];
    const left = field(node, "left");
    const right = field(node, "right");
    const typeNode = field(node, "type");
    const type = typeNode === null ? null : simpleType(this.slice(typeNode));
    if (left === null) return [];
    if (left.type === "identifier" && right?.type !== "assignment")
      return right === null && type === null
        ? []
        : [this.#variable(this.slice(left), type, right === null ? null : this.expr(right), node)];
    if (right === null) return [];
    if (left.type === "pattern_list" || left.type === "tuple_pattern") {
      const values = right.type === "expression_list" || right.type === "tuple" ? namedChildren(right) : [];
      return namedChildren(left)
        .flatMap((one, index): Made[] => {
          const value = values[index];
          if (one.type !== "identifier") return value === undefined ? [] : [statement(this.expr(value))];
          return [
            this.#variable(this.slice(one), null, value === undefined ? opaque([], right) : this.expr(value), one),
          ];
        })
        .concat(values.length === 0 ? [statement(this.expr(right))] : []);
    }
    if (left.type === "identifier" && right.type === "assignment") {
      const inner = this.#expressionStatement(right);
      const from = field(right, "left");
      return [...inner, this.#variable(this.slice(left), type, from === null ? null : this.expr(from), left)];
    }
    return [statement(assign(this.expr(left), this.expr(right), node))];
  }

  #if(node: Cst, parts: Cst[]): Made {
    const test = field(node, "condition");
    const yes = field(node, "consequence");
    const rest = parts.filter((one) => one.field === "alternative");
    const [next, ...more] = rest;
    let otherwise: Made | null = null;
    if (next?.type === "elif_clause") {
      otherwise = block([this.#if(next, [...next.children, ...more])], next);
    } else if (next !== undefined) otherwise = block(this.#block(this.#blockIn(next)), next);
    return when(test === null ? opaque([], node) : this.expr(test), block(this.#block(yes), yes ?? node), otherwise, {
      start: node.start,
      end: Math.max(node.end, next?.end ?? 0),
    });
  }

  #nameOf(node: Cst): string {
    return this.slice(field(node, "name") ?? node);
  }

  #function(node: Cst, type: "FunctionDeclaration" | "FunctionExpression", drop = 0): Made {
    const body = field(node, "body");
    this.#bound.push(new Set());
    const params = this.#params(field(node, "parameters")).slice(drop);
    const made = fn(type, {
      name: drop === 0 ? this.#nameOf(node) : null,
      params,
      body: this.#block(body),
      at: node,
      bodyAt: body ?? node,
    });
    this.#bound.pop();
    return made;
  }

  #params(node: Cst | null): Param[] {
    return (node === null ? [] : namedChildren(node)).flatMap((one): Param[] => {
      if (one.type === "keyword_separator" || one.type === "positional_separator" || one.type === "comment") return [];
      const named = field(one, "name") ?? (one.type === "identifier" ? one : namedChildren(one)[0]);
      if (named === undefined) return [];
      const value = field(one, "value");
      const type = field(one, "type");
      return [
        {
          name: this.slice(named).replace(/^\*+/, ""),
          label: null,
          type: type === null ? null : simpleType(this.slice(type)),
          fallback: value === null ? null : this.expr(value),
          stored: false,
          rest: one.type === "list_splat_pattern",
          at: one,
        },
      ];
    });
  }

  /** `@a(x) def f` is `f = a(x)(def f)`. */
  #decorated(node: Cst): Made[] {
    const definition = field(node, "definition");
    if (definition === null) return [];
    const name = this.#nameOf(definition);
    this.#bind(name);
    const decorators = childrenOfType(node, "decorator").flatMap((one) => namedChildren(one).slice(0, 1));
    if (definition.type === "class_definition") {
      return [...decorators.map((one) => statement(this.expr(one))), this.#class(definition)];
    }
    const value = [...decorators]
      .reverse()
      .reduce<Made>(
        (inner, one) => call(this.expr(one), [inner], { start: one.start, end: definition.end }),
        this.#function(definition, "FunctionExpression"),
      );
    return [this.#variable(name, null, value, { start: node.start, end: definition.end })];
  }

  #class(node: Cst): Made {
    const body = field(node, "body");
    const parents = field(node, "superclasses");
    const parent = parents === null ? undefined : childrenOfType(parents, "identifier")[0];
    this.#bound.push(new Set());
    const members = (body === null ? [] : namedChildren(body)).flatMap((one) => this.#member(one));
    this.#bound.pop();
    return classOf(
      this.#nameOf(node),
      parent === undefined ? null : this.ref(this.slice(parent), parent),
      members,
      node,
    );
  }

  #member(node: Cst): Made[] {
    const definition = node.type === "decorated_definition" ? field(node, "definition") : node;
    if (definition?.type === "function_definition") {
      const marks = childrenOfType(node, "decorator").map((one) => this.slice(one));
      const isStatic = marks.some((one) => /^@(?:staticmethod|classmethod)\b/.test(one));
      const bare = marks.some((one) => /^@staticmethod\b/.test(one));
      const parameters = field(definition, "parameters");
      const first = parameters === null ? undefined : namedChildren(parameters)[0];
      this.#selves.push(bare || first === undefined ? "" : this.slice(first));
      const value = this.#function(definition, "FunctionExpression", bare ? 0 : 1);
      this.#selves.pop();
      const name = this.#nameOf(definition);
      if (name === "__init__") return [method("constructor", value, "constructor", false, node)];
      const isGetter = marks.some((one) => /^@(?:\w+\.)*(?:cached_)?property\b/.test(one));
      return [method(name, value, isGetter ? "get" : "method", isStatic, node)];
    }
    if (definition?.type === "class_definition") {
      const nested = this.#class(definition);
      nested.type = "ClassExpression";
      return [property(this.#nameOf(definition), nested, true, null, node)];
    }
    const inner = node.type === "expression_statement" ? namedChildren(node)[0] : undefined;
    const left = inner?.type === "assignment" ? field(inner, "left") : null;
    const right = inner?.type === "assignment" ? field(inner, "right") : null;
    if (left?.type !== "identifier" || right === null || inner === undefined) return [];
    // A name of the class is one of its instances as well.
    const name = this.slice(left);
    return [
      property(name, this.expr(right), true, null, inner),
      property(name, this.expr(right), false, null, { start: inner.start, end: inner.start }),
    ];
  }

  protected expression(node: Cst): Made {
    switch (node.type) {
      case "identifier": {
        const name = this.slice(node);
        return name === this.#selves.at(-1) ? make("ThisExpression", node) : this.ref(name, node);
      }
      case "string":
        return this.#string(node);
      case "concatenated_string":
        return childrenOfType(node, "string")
          .map((one) => this.#string(one))
          .reduce((left, right) => binary("+", left, right, { start: left.start, end: right.end }));
      case "none":
        return literal(null, node);
      case "true":
      case "false":
        return literal(node.type === "true", node);
      case "integer":
        return literal(Number(this.slice(node)), node);
      case "parenthesized_expression":
      case "interpolation": {
        const inner = field(node, "expression") ?? namedChildren(node)[0];
        return inner === undefined ? opaque([], node) : this.expr(inner);
      }
      case "await": {
        const inner = namedChildren(node)[0];
        return make("AwaitExpression", node, { argument: inner === undefined ? nothing(node) : this.expr(inner) });
      }
      case "attribute": {
        const object = field(node, "object");
        const name = field(node, "attribute");
        return object === null || name === null
          ? this.other(node)
          : this.memberOf(this.expr(object), this.slice(name), node);
      }
      case "subscript": {
        const object = field(node, "value");
        const key = field(node, "subscript");
        if (object !== null && key !== null && isEnviron(this.slice(object))) return this.#environment(key, null, node);
        return object === null || key === null ? this.other(node) : this.index(this.expr(object), this.expr(key), node);
      }
      case "call":
        return this.#call(node);
      case "conditional_expression": {
        const [yes, test, no] = namedChildren(node);
        if (yes === undefined || test === undefined || no === undefined) return this.other(node);
        return choice(this.expr(test), this.expr(yes), this.expr(no), node);
      }
      case "boolean_operator": {
        const left = field(node, "left");
        const right = field(node, "right");
        const sign = field(node, "operator");
        if (left === null || right === null || sign === null) return this.other(node);
        return binary(sign.type === "or" ? "||" : "&&", this.expr(left), this.expr(right), node);
      }
      case "not_operator": {
        const inner = field(node, "argument");
        return make("UnaryExpression", node, {
          operator: "!",
          prefix: true,
          argument: inner === null ? nothing(node) : this.expr(inner),
        });
      }
      case "comparison_operator": {
        const [left, right, ...more] = namedChildren(node);
        const sign = field(node, "operators")?.type ?? "";
        if (left === undefined || right === undefined || more.length > 0 || !/^[!=]=$/.test(sign))
          return this.other(node);
        return binary(sign, this.expr(left), this.expr(right), node);
      }
      case "binary_operator": {
        const left = field(node, "left");
        const right = field(node, "right");
        const sign = field(node, "operator")?.type;
        if (left === null || right === null) return this.other(node);
        if (sign === "+") return binary("+", this.expr(left), this.expr(right), node);
        return (sign === "%" ? this.#percent(left, right, node) : null) ?? this.other(node);
      }
      case "list":
      case "tuple":
      case "expression_list":
      case "set":
        return list(
          namedChildren(node).map((one) => {
            const inner = one.type === "list_splat" ? namedChildren(one)[0] : undefined;
            return inner === undefined ? this.expr(one) : make("SpreadElement", one, { argument: this.expr(inner) });
          }),
          node,
        );
      case "dictionary": {
        const pairs = childrenOfType(node, "pair");
        if (pairs.length !== namedChildren(node).length) return this.other(node);
        return record(
          pairs.flatMap((one) => {
            const key = field(one, "key");
            const value = field(one, "value");
            return key === null || value === null ? [] : [{ key: this.expr(key), value: this.expr(value) }];
          }),
          node,
        );
      }
      case "lambda": {
        const body = field(node, "body");
        return arrow(this.#params(field(node, "parameters")), body === null ? [] : this.expr(body), node);
      }
      case "named_expression": {
        const value = field(node, "value");
        return value === null ? this.other(node) : this.expr(value);
      }
      case "assignment":
        return opaque(this.#expressionStatement(node), node);
      case "type":
      case "ERROR":
        return opaque([], node);
      default:
        return this.other(node);
    }
  }

  #call(node: Cst): Made {
    const callee = field(node, "function");
    const list = field(node, "arguments");
    if (callee === null || list === null) return this.other(node);
    const known = this.#format(callee, list, node) ?? this.#variableOf(callee, list, node);
    if (known !== null) return known;
    const made = this.expr(callee);
    if (list.type !== "argument_list") return call(made, [this.expr(list)], node);
    return this.callOf(made, this.#args(list), node);
  }

  #args(node: Cst): Arg[] {
    return namedChildren(node).map((one): Arg => {
      if (one.type === "keyword_argument") {
        const value = field(one, "value");
        return {
          name: this.#nameOf(one),
          value: value === null ? nothing(one) : this.expr(value),
          spread: false,
          at: one,
        };
      }
      const inner = one.type === "list_splat" || one.type === "dictionary_splat" ? namedChildren(one)[0] : undefined;
      return { name: null, value: this.expr(inner ?? one), spread: inner !== undefined, at: one };
    });
  }

  /** `os.environ.get("X", "y")`, `os.getenv("X")`. */
  #variableOf(callee: Cst, args: Cst, node: Cst): Made | null {
    const text = this.slice(callee);
    const isIt =
      text === "os.getenv" || text === "getenv" || (/\.get$/.test(text) && isEnviron(text.replace(/\.get$/, "")));
    const [variable, fallback] = args.type === "argument_list" ? namedChildren(args) : [];
    return isIt && variable !== undefined && variable.type !== "keyword_argument"
      ? this.#environment(variable, fallback ?? null, node)
      : null;
  }

  #environment(variable: Cst, fallback: Cst | null, node: Cst): Made {
    const none = { start: node.start, end: node.start };
    const environment = member(word("process", none), "env", none);
    const read = make("MemberExpression", node, {
      object: environment,
      property: this.expr(variable),
      computed: true,
      optional: false,
    });
    if (fallback === null) return read;
    const value = fallback.type === "keyword_argument" ? field(fallback, "value") : fallback;
    return value === null ? read : binary("??", read, this.expr(value), node);
  }

  /** `"https://{}-x".format(region)`. */
  #format(callee: Cst, args: Cst, node: Cst): Made | null {
    const object = field(callee, "object");
    const name = field(callee, "attribute");
    if (callee.type !== "attribute" || object?.type !== "string" || name === null || this.slice(name) !== "format")
      return null;
    const format = this.#string(object);
    if (format.type !== "Literal") return null;
    const given = namedChildren(args);
    const placed = given.filter((one) => one.type !== "keyword_argument");
    let next = 0;
    const parts = formatParts(String(format.value), /\{(\w*)[^{}]*\}/g).map((part) => {
      if (typeof part === "string") return part;
      const { key } = part;
      const named = given.find((one) => one.type === "keyword_argument" && this.#nameOf(one) === key);
      const arg = key === "" ? placed[next++] : /^\d+$/.test(key) ? placed[Number(key)] : named;
      const value = arg?.type === "keyword_argument" ? field(arg, "value") : (arg ?? null);
      return value === null ? opaque([], node) : this.expr(value);
    });
    return template(parts, node);
  }

  /** `"https://%s-x" % region`. */
  #percent(left: Cst, right: Cst, node: Cst): Made | null {
    if (left.type !== "string") return null;
    const format = this.#string(left);
    if (format.type !== "Literal") return null;
    const values = right.type === "tuple" ? namedChildren(right) : [right];
    let next = 0;
    const parts = formatParts(String(format.value), /%(?:\([^)]*\))?[sd]/g).map((part) => {
      if (typeof part === "string") return part;
      const value = values[next++];
      return value === undefined ? opaque([], node) : this.expr(value);
    });
    return template(parts, node);
  }

  #string(node: Cst): Made {
    const start = child(node, "string_start");
    const raw = start !== null && /r/i.test(this.slice(start));
    const parts = node.children.flatMap((one): (string | Made)[] => {
      if (one.type === "interpolation") return [this.expr(one)];
      if (one.type !== "string_content") return [];
      const text = this.slice(one);
      return [raw ? text : unescaped(text)];
    });
    return template(parts, node);
  }
}

function isEnviron(text: string): boolean {
  return text === "os.environ" || text === "environ";
}

/** A plain class among type hints; null for anything put together. */
function simpleType(text: string): string | null {
  const name = text
    .replace(/\s*\|\s*None$/, "")
    .replace(/^Optional\[(\w+)\]$/, "$1")
    .replace(/^["'](\w+)["']$/, "$1");
  return /^[A-Z]\w*$/.test(name) ? name : null;
}

/** Name and parameters of a function, or of a class by what it is made with. */
export function pythonSignature(
  node: Cst,
  slice: (at: Cst) => string,
): { name: string; params: readonly string[] } | null {
  if (node.type !== "function_definition") return null;
  const name = field(node, "name");
  const list = field(node, "parameters");
  if (name === null || list === null) return null;
  const params = namedChildren(list).flatMap((one) => {
    const inner = field(one, "name") ?? (one.type === "identifier" ? one : namedChildren(one)[0]);
    const text = inner === undefined ? "" : slice(inner).replace(/^\*+/, "");
    return text === "self" || text === "cls" ? [] : [text];
  });
  return { name: slice(name), params };
}
