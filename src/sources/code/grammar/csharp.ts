// Longer than 300 lines: one table of the grammar's nodes, read top to bottom.
import {
  type Arg,
  arrow,
  assign,
  attempt,
  type Branch,
  binary,
  block,
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
  returns,
  select,
  statement,
  template,
  variable,
  when,
} from "./build.ts";
import { type Cst, child, childrenOfType, field, namedChildren } from "./load.ts";
import { formatParts, unescaped } from "./texts.ts";
import { Translator } from "./translator.ts";

const types = new Set([
  "class_declaration",
  "struct_declaration",
  "record_declaration",
  "interface_declaration",
  "enum_declaration",
]);
const holders = new Set([
  "namespace_declaration",
  "file_scoped_namespace_declaration",
  "declaration_list",
  "preproc_if",
  "preproc_else",
  "preproc_elif",
  "preproc_region",
]);

/** C#, as Unity games and .NET apps are written in it. */
export class CSharpTranslator extends Translator {
  protected readonly constructsByCall = false;
  protected readonly namedArguments = "place";

  file(root: Cst): Made[] {
    return root.children.flatMap((node): Made[] => {
      if (types.has(node.type)) return [exported(this.#class(node))];
      if (holders.has(node.type)) return this.file(node);
      return node.type === "global_statement" ? this.statements(namedChildren(node)) : [];
    });
  }

  #name(node: Cst): string {
    return this.slice(field(node, "name") ?? node);
  }

  #typeOf(node: Cst | null): string | null {
    const type = node === null ? null : field(node, "type");
    const inner = type?.type === "nullable_type" ? (namedChildren(type)[0] ?? null) : type;
    return inner?.type === "identifier" ? this.slice(inner) : null;
  }

  #has(node: Cst, ...words: readonly string[]): boolean {
    return childrenOfType(node, "modifier").some((one) => words.includes(this.slice(one)));
  }

  #class(node: Cst): Made {
    const members: Made[] = [];
    const body = field(node, "body");
    for (const one of body?.children ?? []) this.#member(one, this.#name(node), members);
    const bases = child(node, "base_list");
    const parent = bases === null ? undefined : childrenOfType(bases, "identifier")[0];
    return classOf(this.#name(node), parent === undefined ? null : this.ref(this.slice(parent), parent), members, node);
  }

  #member(node: Cst, className: string, members: Made[]): void {
    const isStatic = this.#has(node, "static", "const");
    switch (node.type) {
      case "field_declaration": {
        const declared = child(node, "variable_declaration");
        for (const one of declared === null ? [] : childrenOfType(declared, "variable_declarator")) {
          members.push(property(this.#name(one), this.#initial(one), isStatic, this.#typeOf(declared), one));
        }
        return;
      }
      case "property_declaration": {
        const name = this.#name(node);
        const type = this.#typeOf(node);
        const value = field(node, "value");
        const accessors = field(node, "accessors");
        const getter = accessors?.children.find(
          (one) => one.type === "accessor_declaration" && this.#name(one) === "get",
        );
        const computed =
          value?.type === "arrow_expression_clause" ? value : getter === undefined ? null : field(getter, "body");
        if (computed !== null) {
          const made = fn("FunctionExpression", {
            name: null,
            params: [],
            body: this.#body(computed),
            at: node,
            bodyAt: computed,
          });
          members.push(method(name, made, "get", isStatic, node, type));
        } else members.push(property(name, value === null ? null : this.expr(value), isStatic, type, node));
        return;
      }
      case "method_declaration": {
        const body = field(node, "body");
        const made = fn("FunctionExpression", {
          name: null,
          params: this.#params(field(node, "parameters")),
          body: body === null ? null : this.#body(body),
          at: node,
          bodyAt: body ?? node,
        });
        members.push(method(this.#name(node), made, "method", isStatic, node));
        return;
      }
      case "constructor_declaration": {
        const body = field(node, "body");
        const initializer = child(node, "constructor_initializer");
        const args = initializer === null ? null : child(initializer, "argument_list");
        const before =
          args === null
            ? []
            : [
                statement(
                  opaque(
                    this.#args(args).map((arg) => arg.value),
                    args,
                  ),
                ),
              ];
        const inner = body === null ? [] : this.#body(body);
        const made = fn("FunctionExpression", {
          name: null,
          params: this.#params(field(node, "parameters")),
          body: [...before, ...(Array.isArray(inner) ? inner : [statement(inner as Made)])],
          at: node,
          bodyAt: body ?? node,
        });
        if (isStatic) members.push(method(`init#${node.start}`, made, "method", true, node));
        else members.push(method("constructor", made, "constructor", false, node));
        return;
      }
      case "enum_member_declaration":
        members.push(property(this.#name(node), opaque([], node), true, className, node));
        return;
      default:
        if (types.has(node.type)) {
          const nested = this.#class(node);
          nested.type = "ClassExpression";
          members.push(property(this.#name(node), nested, true, null, node));
        } else if (holders.has(node.type)) for (const one of node.children) this.#member(one, className, members);
    }
  }

  #initial(node: Cst): Made | null {
    const from = node.children.findIndex((one) => one.type === "=");
    const value = from < 0 ? undefined : node.children[from + 1];
    return value === undefined ? null : this.expr(value);
  }

  #body(node: Cst): readonly Made[] | Made {
    if (node.type === "block") return this.statements(namedChildren(node));
    const [value] = namedChildren(node);
    return value === undefined ? [] : this.expr(value);
  }

  #params(node: Cst | null): Param[] {
    if (node === null) return [];
    return childrenOfType(node, "parameter").map((one) => ({
      name: this.#name(one),
      label: null,
      type: this.#typeOf(one),
      fallback: this.#initial(one),
      stored: false,
      rest: false,
      at: one,
    }));
  }

  #block(node: Cst | null): Made[] {
    if (node === null) return [];
    return node.type === "block" ? this.statements(namedChildren(node)) : this.stmt(node);
  }

  protected statementOf(node: Cst): Made[] {
    switch (node.type) {
      case "local_declaration_statement":
      case "using_statement": {
        const declared = child(node, "variable_declaration");
        const isConst = this.#has(node, "const");
        const made = (declared === null ? [] : childrenOfType(declared, "variable_declarator")).map((one) =>
          variable(isConst ? "const" : "let", this.#name(one), this.#typeOf(declared), this.#initial(one), one),
        );
        return [...made, ...this.#block(field(node, "body"))];
      }
      case "expression_statement": {
        const [inner] = namedChildren(node);
        return inner === undefined ? [] : [make("ExpressionStatement", node, { expression: this.expr(inner) })];
      }
      case "return_statement": {
        const [value] = namedChildren(node);
        return [returns(value === undefined ? null : this.expr(value), node)];
      }
      case "throw_statement":
        return [
          make("ThrowStatement", node, {
            argument: opaque(
              namedChildren(node).map((one) => this.expr(one)),
              node,
            ),
          }),
        ];
      case "if_statement": {
        const test = field(node, "condition");
        const yes = field(node, "consequence");
        const no = field(node, "alternative");
        return [
          when(
            test === null ? opaque([], node) : this.expr(test),
            block(this.#block(yes), yes ?? node),
            no === null ? null : block(this.#block(no), no),
            node,
          ),
        ];
      }
      // Which branch is built is not known here.
      case "preproc_if":
      case "preproc_elif": {
        const branches: { body: Made[]; at: Cst }[] = [];
        let at: Cst | null = node;
        for (; at !== null && at.type !== "preproc_else"; at = field(at, "alternative")) {
          const [condition, no] = [field(at, "condition"), field(at, "alternative")];
          const inner = namedChildren(at).filter((one) => one !== no && one !== condition);
          branches.push({ body: this.statements(inner), at });
        }
        if (at !== null) branches.push({ body: this.statements(namedChildren(at)), at });
        return this.conditional(branches, at !== null, node);
      }
      case "preproc_else":
      case "preproc_region":
        return this.statements(namedChildren(node));
      case "block":
      case "checked_statement":
        return [block(this.statements(namedChildren(node)), node)];
      case "foreach_statement": {
        const name = field(node, "left");
        const items = field(node, "right");
        const body = this.#block(field(node, "body"));
        if (name?.type !== "identifier" || items === null) return [loop(opaque([], node), body, node)];
        return [each(this.slice(name), this.expr(items), body, node, name)];
      }
      case "for_statement": {
        const declared = child(node, "variable_declaration");
        const setup = (declared === null ? [] : childrenOfType(declared, "variable_declarator")).map((one) =>
          variable("let", this.#name(one), null, this.#initial(one), one),
        );
        return [block([...setup, loop(opaque([], node), this.#block(field(node, "body")), node)], node)];
      }
      case "while_statement":
      case "do_statement":
      case "lock_statement":
      case "fixed_statement": {
        const body = field(node, "body") ?? namedChildren(node).find((one) => one.type === "block") ?? null;
        return node.type === "lock_statement" ? this.#block(body) : [loop(opaque([], node), this.#block(body), node)];
      }
      case "switch_statement":
        return [this.#switch(node)];
      case "try_statement": {
        const body = field(node, "body");
        const last = child(node, "finally_clause");
        return [
          attempt(
            this.#block(body),
            childrenOfType(node, "catch_clause").map((one) => this.#block(field(one, "body"))),
            last === null ? null : this.#block(child(last, "block")),
            node,
            body ?? node,
          ),
        ];
      }
      case "local_function_statement": {
        const body = field(node, "body");
        const params = this.#params(field(node, "parameters"));
        return [
          fn("FunctionDeclaration", {
            name: this.#name(node),
            params,
            body: body === null ? null : this.#body(body),
            at: node,
            bodyAt: body ?? node,
          }),
        ];
      }
      case "break_statement":
        return [make("BreakStatement", node, { label: null })];
      case "continue_statement":
        return [make("ContinueStatement", node, { label: null })];
      case "yield_statement":
      case "labeled_statement":
        return namedChildren(node).flatMap((one) =>
          /_statement$|^block$/.test(one.type)
            ? this.stmt(one)
            : one.type === "identifier"
              ? []
              : [statement(this.expr(one))],
        );
      case "ERROR":
        return [];
      default:
        return types.has(node.type) ? [this.#class(node)] : [statement(this.other(node))];
    }
  }

  #tests(node: Cst): Made[] {
    return namedChildren(node)
      .filter((one) => one.type === "constant_pattern")
      .flatMap((one) => namedChildren(one).map((inner) => this.expr(inner)));
  }

  #switch(node: Cst): Made {
    const subject = field(node, "value");
    const body = field(node, "body");
    const branches: Branch[] = (body === null ? [] : childrenOfType(body, "switch_section")).map((one) => {
      const isDefault = one.children.some((inner) => inner.type === "default");
      const inner = namedChildren(one).filter(
        (part) => /_statement$|^block$/.test(part.type) && part.type !== "break_statement",
      );
      const tests = this.#tests(one);
      return {
        tests: isDefault ? [] : tests.length === 0 ? [opaque([], one)] : tests,
        body: this.statements(inner),
        at: one,
      };
    });
    return select(subject === null ? opaque([], node) : this.expr(subject), branches, node);
  }

  protected expression(node: Cst): Made {
    switch (node.type) {
      case "identifier":
        return this.ref(this.slice(node), node);
      case "generic_name": {
        const [name] = namedChildren(node);
        return name === undefined ? opaque([], node) : this.ref(this.slice(name), name);
      }
      case "this":
      case "base":
        return make("ThisExpression", node);
      case "string_literal":
      case "raw_string_literal":
      case "verbatim_string_literal":
      case "interpolated_string_expression":
        return this.#string(node);
      case "null_literal":
        return literal(null, node);
      case "boolean_literal":
        return literal(this.slice(node) === "true", node);
      case "integer_literal":
        return literal(Number(this.slice(node).replaceAll(/[_lLuU]/g, "")), node);
      case "parenthesized_expression":
      case "checked_expression": {
        const [inner] = namedChildren(node);
        return inner === undefined ? opaque([], node) : this.expr(inner);
      }
      case "await_expression": {
        const [inner] = namedChildren(node);
        return inner === undefined ? opaque([], node) : make("AwaitExpression", node, { argument: this.expr(inner) });
      }
      case "cast_expression": {
        const value = field(node, "value");
        return value === null ? this.other(node) : this.expr(value);
      }
      case "as_expression": {
        const left = field(node, "left") ?? namedChildren(node)[0];
        return left === undefined ? this.other(node) : this.expr(left);
      }
      case "postfix_unary_expression": {
        const [inner] = namedChildren(node);
        return inner === undefined || !this.slice(node).endsWith("!") ? this.other(node) : this.expr(inner);
      }
      case "prefix_unary_expression": {
        const [inner] = namedChildren(node);
        if (inner === undefined || !this.slice(node).startsWith("!")) return this.other(node);
        return make("UnaryExpression", node, { operator: "!", prefix: true, argument: this.expr(inner) });
      }
      case "conditional_expression": {
        const [test, yes, no] = ["condition", "consequence", "alternative"].map((name) => field(node, name));
        if (!test || !yes || !no) return this.other(node);
        return choice(this.expr(test), this.expr(yes), this.expr(no), node);
      }
      case "binary_expression": {
        const left = field(node, "left");
        const right = field(node, "right");
        const operator = field(node, "operator")?.type ?? "";
        if (left === null || right === null || !/^(?:\+|[!=]=|&&|\|\||\?\?)$/.test(operator)) return this.other(node);
        return binary(operator, this.expr(left), this.expr(right), node);
      }
      case "assignment_expression": {
        const left = field(node, "left");
        const right = field(node, "right");
        const operator = this.slice(field(node, "operator") ?? node);
        return left === null || right === null
          ? this.other(node)
          : assign(this.expr(left), this.expr(right), node, operator);
      }
      case "member_access_expression": {
        const object = field(node, "expression");
        const name = field(node, "name");
        return object === null || name === null
          ? this.other(node)
          : this.memberOf(this.expr(object), this.#plain(name), node);
      }
      case "conditional_access_expression": {
        const object = field(node, "condition") ?? namedChildren(node)[0];
        const last = namedChildren(node).at(-1);
        return object === undefined || last === undefined || object === last
          ? this.other(node)
          : this.#bound(this.expr(object), last, node);
      }
      case "element_access_expression": {
        const object = field(node, "expression");
        const keys = field(node, "subscript");
        const key = keys === null ? undefined : namedChildren(keys).flatMap(namedChildren)[0];
        return object === null || key === undefined
          ? this.other(node)
          : this.index(this.expr(object), this.expr(key), node);
      }
      case "invocation_expression":
        return this.#invocation(node);
      case "object_creation_expression": {
        const type = field(node, "type");
        const args = field(node, "arguments");
        const initializer = field(node, "initializer");
        const name = type?.type === "generic_name" ? namedChildren(type)[0] : type;
        const given = args === null ? [] : this.#args(args);
        const inner = initializer === null ? [] : [this.expr(initializer)];
        if (name?.type !== "identifier") return opaque([...given.map((arg) => arg.value), ...inner], node);
        const made = this.constructed(this.ref(this.slice(name), name), given, node);
        return inner.length === 0 ? made : opaque([made, ...inner], node);
      }
      case "implicit_array_creation_expression":
      case "array_creation_expression": {
        const values = child(node, "initializer_expression");
        return values === null
          ? this.other(node)
          : list(
              namedChildren(values).map((one) => this.expr(one)),
              node,
            );
      }
      case "lambda_expression":
      case "anonymous_method_expression": {
        const body = field(node, "body") ?? child(node, "block");
        const given = field(node, "parameters");
        const params =
          given?.type === "parameter_list"
            ? this.#params(given)
            : given === null
              ? []
              : [plainParam(this.slice(given), given)];
        if (body === null) return this.other(node);
        return body.type === "block"
          ? arrow(params, this.statements(namedChildren(body)), node, body)
          : arrow(params, this.expr(body), node);
      }
      case "switch_expression": {
        const subject = namedChildren(node)[0];
        const arms = childrenOfType(node, "switch_expression_arm");
        return [...arms].reverse().reduce<Made>(
          (otherwise, arm) => {
            const [pattern, value] = [namedChildren(arm)[0], namedChildren(arm).at(-1)];
            if (pattern === undefined || value === undefined) return otherwise;
            if (pattern.type === "discard") return this.expr(value);
            const [constant] = pattern.type === "constant_pattern" ? namedChildren(pattern) : [];
            const test =
              constant === undefined || subject === undefined
                ? opaque([], pattern)
                : binary("==", this.expr(subject), this.expr(constant), pattern);
            return choice(test, this.expr(value), otherwise, arm);
          },
          opaque([], { start: node.end, end: node.end }),
        );
      }
      case "predefined_type":
      case "type_argument_list":
      case "implicit_type":
      case "ERROR":
        return opaque([], node);
      case "block":
        return opaque([arrow([], this.statements(namedChildren(node)), node)], node);
      default:
        return /_statement$|_declaration$/.test(node.type)
          ? opaque([arrow([], this.stmt(node), node)], node)
          : this.other(node);
    }
  }

  #plain(name: Cst): string {
    return this.slice(name.type === "generic_name" ? (namedChildren(name)[0] ?? name) : name);
  }

  /** What stands behind `?`: `.Call`, `.Call(…).Then`. */
  #bound(object: Made, node: Cst, around: Cst): Made {
    if (node.type === "member_binding_expression") {
      const name = field(node, "name") ?? namedChildren(node)[0];
      return name === undefined
        ? opaque([object], around)
        : this.memberOf(object, this.#plain(name), { start: around.start, end: node.end });
    }
    if (node.type === "member_access_expression") {
      const inner = field(node, "expression");
      const name = field(node, "name");
      if (inner !== null && name !== null)
        return this.memberOf(this.#bound(object, inner, around), this.#plain(name), {
          start: around.start,
          end: node.end,
        });
    }
    if (node.type === "invocation_expression") {
      const callee = field(node, "function");
      const args = field(node, "arguments");
      if (callee !== null && args !== null)
        return this.callOf(this.#bound(object, callee, around), this.#args(args), {
          start: around.start,
          end: node.end,
        });
    }
    return opaque([object, this.expr(node)], around);
  }

  #invocation(node: Cst): Made {
    const callee = field(node, "function");
    const args = field(node, "arguments");
    if (callee === null || args === null) return this.other(node);
    if (/^[sS]tring\.Format$/.test(this.slice(callee))) {
      const made = this.#format(args, node);
      if (made !== null) return made;
    }
    return this.callOf(this.expr(callee), this.#args(args), node);
  }

  /** `string.Format("https://{0}-x", region)`. */
  #format(args: Cst, node: Cst): Made | null {
    const [first, ...values] = childrenOfType(args, "argument").map((one) => namedChildren(one).at(-1));
    if (first === undefined || !/string_literal$/.test(first.type)) return null;
    const format = this.#string(first);
    if (format.type !== "Literal") return null;
    const parts = formatParts(String(format.value), /\{(\d+)[^{}]*\}/g).map((part) => {
      if (typeof part === "string") return part;
      const value = values[Number(part.key)];
      return value === undefined ? opaque([], node) : this.expr(value);
    });
    return template(parts, node);
  }

  #args(node: Cst): Arg[] {
    return childrenOfType(node, "argument").flatMap((one): Arg[] => {
      const name = field(one, "name");
      const value = namedChildren(one).at(-1) ?? one.children.at(-1);
      if (value === undefined) return [];
      return [
        {
          name: name === null || name === value ? null : this.slice(name),
          value: this.expr(value),
          spread: false,
          at: one,
        },
      ];
    });
  }

  #string(node: Cst): Made {
    if (node.type === "verbatim_string_literal")
      return literal(this.slice(node).slice(2, -1).replaceAll('""', '"'), node);
    const verbatim = /^\$?@/.test(this.slice(node));
    const parts = namedChildren(node).flatMap((one): (string | Made)[] => {
      if (one.type === "interpolation") {
        const inner = namedChildren(one).find(
          (part) => part.type !== "interpolation_brace" && !/_clause$/.test(part.type),
        );
        return [inner === undefined ? opaque([], one) : this.expr(inner)];
      }
      if (
        one.type === "interpolation_start" ||
        /^(?:raw_string_start|raw_string_end|interpolation_quote|string_literal_encoding)$/.test(one.type)
      )
        return [];
      const text = this.slice(one);
      return [verbatim || node.type === "raw_string_literal" ? text : unescaped(text)];
    });
    return template(parts, node);
  }
}

function plainParam(name: string, at: Cst): Param {
  return { name, label: null, type: null, fallback: null, stored: false, rest: false, at };
}

/** Name and parameters of a method, or of a class by its constructor. */
export function csharpSignature(
  node: Cst,
  slice: (at: Cst) => string,
): { name: string; params: readonly string[] } | null {
  if (node.type !== "method_declaration" && node.type !== "constructor_declaration") return null;
  const name = field(node, "name");
  const list = field(node, "parameters");
  if (name === null || list === null) return null;
  const params = childrenOfType(list, "parameter").map((one) => slice(field(one, "name") ?? one));
  return { name: slice(name), params };
}
