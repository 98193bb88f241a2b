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

const types = new Set(["class_declaration", "enum_declaration", "interface_declaration", "record_declaration"]);

/** Java, as Android apps and servers are written in it. */
export class JavaTranslator extends Translator {
  protected readonly constructsByCall = false;
  protected readonly namedArguments = "place";

  /** `import static com.acme.Backend.BASE`: a name that is a member of a class. */
  readonly #members = new Map<string, string>();

  file(root: Cst): Made[] {
    for (const node of childrenOfType(root, "import_declaration")) {
      const [, owner, name] = /^import\s+static\s+(?:\w+\.)*?(\w+)\.(\w+)\s*;/.exec(this.slice(node)) ?? [];
      if (owner !== undefined && name !== undefined) this.#members.set(name, owner);
    }
    return root.children.filter((node) => types.has(node.type)).map((node) => exported(this.#class(node)));
  }

  #name(node: Cst): string {
    return this.slice(field(node, "name") ?? node);
  }

  #typeOf(node: Cst): string | null {
    const type = field(node, "type");
    return type?.type === "type_identifier" ? this.slice(type) : null;
  }

  #isStatic(node: Cst): boolean {
    const modifiers = child(node, "modifiers");
    return modifiers?.children.some((inner) => inner.type === "static") === true;
  }

  #class(node: Cst): Made {
    const name = this.#name(node);
    const body = field(node, "body");
    const members: Made[] = [];
    const parts =
      body === null
        ? []
        : body.children.flatMap((one) => (one.type === "enum_body_declarations" ? one.children : [one]));
    for (const one of parts) this.#member(one, name, node.type === "interface_declaration", members);
    const record = node.type === "record_declaration" ? field(node, "parameters") : null;
    if (record !== null) {
      const params = this.#params(record);
      for (const param of params) {
        members.push(property(param.name, null, false, param.type, param.at));
        const made = fn("FunctionExpression", {
          name: null,
          params: [],
          body: this.#ofThis(param.name, param.at),
          at: param.at,
        });
        members.push(method(`${param.name}()`, made, "method", false, param.at));
      }
      const setup = params.map((param) =>
        statement(assign(this.#ofThis(param.name, param.at), this.ref(param.name, param.at), param.at)),
      );
      const maker = fn("FunctionExpression", { name: null, params, body: setup, at: record });
      members.push(method("constructor", maker, "constructor", false, record));
    }
    const parentNode = field(node, "superclass");
    const parent = parentNode === null ? null : (namedChildren(parentNode)[0] ?? null);
    const superClass = parent?.type === "type_identifier" ? this.ref(this.slice(parent), parent) : null;
    return classOf(name, superClass, members, node);
  }

  #ofThis(name: string, at: Cst | Param["at"]): Made {
    return this.memberOf(make("ThisExpression", at), name, at);
  }

  #member(node: Cst, className: string, constants: boolean, members: Made[]): void {
    switch (node.type) {
      case "field_declaration":
      case "constant_declaration": {
        const isStatic = constants || this.#isStatic(node);
        for (const one of childrenOfType(node, "variable_declarator")) {
          const value = field(one, "value");
          members.push(
            property(this.#name(one), value === null ? null : this.expr(value), isStatic, this.#typeOf(node), one),
          );
        }
        return;
      }
      case "method_declaration": {
        const body = field(node, "body");
        const value = fn("FunctionExpression", {
          name: null,
          params: this.#params(field(node, "parameters")),
          body: body === null ? null : this.statements(namedChildren(body)),
          at: node,
          bodyAt: body ?? node,
        });
        members.push(method(this.#name(node), value, "method", this.#isStatic(node), node));
        return;
      }
      case "constructor_declaration": {
        const body = field(node, "body");
        const params = this.#params(field(node, "parameters"));
        const injected = /@(?:Assisted)?Inject\b/.test(this.slice(child(node, "modifiers") ?? { start: 0, end: 0 }));
        const given = injected ? this.#injections(params) : [];
        const value = fn("FunctionExpression", {
          name: null,
          params: injected ? params.filter((param) => !given.some((one) => one.name === param.name)) : params,
          body: [...given.map((one) => one.made), ...(body === null ? [] : this.statements(namedChildren(body)))],
          at: node,
          bodyAt: body ?? node,
        });
        members.push(method("constructor", value, "constructor", false, node));
        return;
      }
      case "static_initializer":
      case "block": {
        const inner = node.type === "block" ? node : child(node, "block");
        const made = inner === null ? [] : this.statements(namedChildren(inner));
        const value = fn("FunctionExpression", { name: null, params: [], body: made, at: node });
        members.push(method(`init#${node.start}`, value, "method", node.type !== "block", node));
        return;
      }
      case "enum_constant": {
        const args = field(node, "arguments");
        const value = this.constructed(this.ref(className, node), args === null ? [] : this.#args(args), node);
        members.push(property(this.#name(node), value, true, className, node));
        return;
      }
      default: {
        if (!types.has(node.type)) return;
        const nested = this.#class(node);
        nested.type = "ClassExpression";
        members.push(property(this.#name(node), nested, true, null, node));
      }
    }
  }

  /** Parameters that an injector fills, where the tree says with what. */
  #injections(params: readonly Param[]): { name: string; made: Made }[] {
    return params.flatMap((param) => {
      const value = param.type === null ? null : this.provided(param.type, param.at);
      return value === null
        ? []
        : [{ name: param.name, made: variable("const", param.name, param.type, value, param.at) }];
    });
  }

  #params(node: Cst | null): Param[] {
    if (node === null) return [];
    return childrenOfType(node, "formal_parameter", "spread_parameter").map((one) => {
      const declarator = child(one, "variable_declarator");
      return {
        name: this.#name(declarator ?? one),
        label: null,
        type: this.#typeOf(one),
        fallback: null,
        stored: false,
        rest: one.type === "spread_parameter",
        at: one,
      };
    });
  }

  #block(node: Cst | null): Made[] {
    if (node === null) return [];
    return node.type === "block" ? this.statements(namedChildren(node)) : this.stmt(node);
  }

  protected statementOf(node: Cst): Made[] {
    switch (node.type) {
      case "local_variable_declaration": {
        const isFinal = /\bfinal\b/.test(this.slice(child(node, "modifiers") ?? { start: 0, end: 0 }));
        return childrenOfType(node, "variable_declarator").map((one) => {
          const value = field(one, "value");
          return variable(
            isFinal && value !== null ? "const" : "let",
            this.#name(one),
            this.#typeOf(node),
            value === null ? null : this.expr(value),
            one,
          );
        });
      }
      case "expression_statement": {
        const [inner] = namedChildren(node);
        if (inner === undefined) return [];
        if (inner.type === "switch_expression") return [this.#switch(inner)];
        return [make("ExpressionStatement", node, { expression: this.expr(inner) })];
      }
      case "switch_expression":
      case "switch_statement":
        return [this.#switch(node)];
      case "return_statement": {
        const [value] = namedChildren(node);
        return [returns(value === undefined ? null : this.expr(value), node)];
      }
      case "yield_statement": {
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
      case "block":
        return [block(this.statements(namedChildren(node)), node)];
      case "enhanced_for_statement": {
        const name = field(node, "name");
        const items = field(node, "value");
        const body = this.#block(field(node, "body"));
        if (name === null || items === null) return [loop(opaque([], node), body, node)];
        return [each(this.slice(name), this.expr(items), body, node, name)];
      }
      case "for_statement": {
        const setup = node.children.filter((one) => one.type === "local_variable_declaration");
        const test = field(node, "condition");
        return [
          block(
            [
              ...this.statements(setup),
              loop(test === null ? opaque([], node) : this.expr(test), this.#block(field(node, "body")), node),
            ],
            node,
          ),
        ];
      }
      case "while_statement":
      case "do_statement": {
        const test = field(node, "condition");
        return [loop(test === null ? opaque([], node) : this.expr(test), this.#block(field(node, "body")), node)];
      }
      case "try_statement":
      case "try_with_resources_statement": {
        const body = field(node, "body");
        const last = child(node, "finally_clause");
        const resources = child(node, "resource_specification");
        const opened = (resources === null ? [] : childrenOfType(resources, "resource")).flatMap((one): Made[] => {
          const value = field(one, "value");
          return value === null ? [] : [variable("const", this.#name(one), this.#typeOf(one), this.expr(value), one)];
        });
        return [
          attempt(
            [...opened, ...this.#block(body)],
            childrenOfType(node, "catch_clause").map((one) => this.#block(field(one, "body"))),
            last === null ? null : this.#block(child(last, "block")),
            node,
            body ?? node,
          ),
        ];
      }
      case "break_statement":
        return [make("BreakStatement", node, { label: null })];
      case "continue_statement":
        return [make("ContinueStatement", node, { label: null })];
      case "labeled_statement":
      case "synchronized_statement":
        return namedChildren(node).flatMap((one) => (/_statement$|^block$/.test(one.type) ? this.stmt(one) : []));
      case "class_declaration":
      case "enum_declaration":
      case "record_declaration":
      case "interface_declaration":
        return [this.#class(node)];
      case "explicit_constructor_invocation": {
        const args = field(node, "arguments");
        return [statement(opaque(args === null ? [] : this.#args(args).map((arg) => arg.value), node))];
      }
      case "ERROR":
      case "local_class_declaration":
        return [];
      default:
        return [statement(this.other(node))];
    }
  }

  #groups(node: Cst): { tests: Made[]; body: Cst[]; at: Cst; isDefault: boolean }[] {
    const body = field(node, "body");
    return (body === null ? [] : childrenOfType(body, "switch_block_statement_group", "switch_rule")).map((group) => {
      const labels = childrenOfType(group, "switch_label");
      return {
        tests: labels.flatMap((label) => namedChildren(label).map((one) => this.expr(one))),
        body: namedChildren(group).filter((one) => one.type !== "switch_label"),
        at: group,
        isDefault: labels.some((label) => /^default\b/.test(this.slice(label))),
      };
    });
  }

  #switch(node: Cst): Made {
    const subject = field(node, "condition");
    const branches: Branch[] = [];
    let tests: Made[] = [];
    for (const group of this.#groups(node)) {
      tests.push(...group.tests);
      if (group.body.length === 0 && !group.isDefault) continue;
      const body = this.statements(group.body.filter((one) => one.type !== "break_statement"));
      branches.push({ tests: group.isDefault ? [] : tests, body, at: group.at });
      tests = [];
    }
    return select(subject === null ? opaque([], node) : this.expr(subject), branches, node);
  }

  #switchValue(node: Cst): Made {
    const subject = field(node, "condition");
    return [...this.#groups(node)].reverse().reduce<Made>(
      (otherwise, group) => {
        const [only] = group.body;
        const inner = only?.type === "expression_statement" ? namedChildren(only)[0] : undefined;
        const value =
          inner === undefined ? opaque([arrow([], this.statements(group.body), group.at)], group.at) : this.expr(inner);
        if (group.isDefault) return value;
        const test = group.tests
          .map((one) => binary("==", subject === null ? opaque([], one) : this.expr(subject), one, one))
          .reduce((left, right) => binary("||", left, right, { start: left.start, end: right.end }));
        return choice(test, value, otherwise, group.at);
      },
      opaque([], { start: node.end, end: node.end }),
    );
  }

  protected expression(node: Cst): Made {
    switch (node.type) {
      case "identifier": {
        const owner = this.#members.get(this.slice(node));
        const name = this.slice(node);
        return owner === undefined ? this.ref(name, node) : this.memberOf(this.ref(owner, node), name, node);
      }
      case "type_identifier":
        return this.ref(this.slice(node), node);
      case "string_literal":
        return this.#string(node);
      case "this":
        return make("ThisExpression", node);
      case "null_literal":
        return literal(null, node);
      case "true":
      case "false":
        return literal(node.type === "true", node);
      case "decimal_integer_literal":
        return literal(Number(this.slice(node).replaceAll(/[_lL]/g, "")), node);
      case "parenthesized_expression": {
        const [inner] = namedChildren(node);
        return inner === undefined ? opaque([], node) : this.expr(inner);
      }
      case "cast_expression": {
        const value = field(node, "value");
        return value === null ? this.other(node) : this.expr(value);
      }
      case "ternary_expression": {
        const [test, yes, no] = ["condition", "consequence", "alternative"].map((name) => field(node, name));
        if (!test || !yes || !no) return this.other(node);
        return choice(this.expr(test), this.expr(yes), this.expr(no), node);
      }
      case "binary_expression": {
        const left = field(node, "left");
        const right = field(node, "right");
        const operator = field(node, "operator")?.type ?? "";
        if (left === null || right === null || !/^(?:\+|[!=]=|&&|\|\|)$/.test(operator)) return this.other(node);
        return binary(operator, this.expr(left), this.expr(right), node);
      }
      case "unary_expression": {
        const inner = field(node, "operand");
        if (inner === null || field(node, "operator")?.type !== "!") return this.other(node);
        return make("UnaryExpression", node, { operator: "!", prefix: true, argument: this.expr(inner) });
      }
      case "assignment_expression": {
        const left = field(node, "left");
        const right = field(node, "right");
        const operator = field(node, "operator")?.type ?? "=";
        return left === null || right === null
          ? this.other(node)
          : assign(this.expr(left), this.expr(right), node, operator);
      }
      case "field_access": {
        const object = field(node, "object");
        const name = field(node, "field");
        return object === null || name === null
          ? this.other(node)
          : this.memberOf(this.expr(object), this.slice(name), node);
      }
      case "array_access": {
        const object = field(node, "array");
        const key = field(node, "index");
        return object === null || key === null ? this.other(node) : this.index(this.expr(object), this.expr(key), node);
      }
      case "method_invocation":
        return this.#invocation(node);
      case "object_creation_expression":
        return this.#creation(node);
      case "array_initializer":
        return list(
          namedChildren(node).map((one) => this.expr(one)),
          node,
        );
      case "array_creation_expression": {
        const values = field(node, "value");
        return values === null ? this.other(node) : this.expr(values);
      }
      case "switch_expression":
        return this.#switchValue(node);
      case "lambda_expression": {
        const body = field(node, "body");
        const params = this.#lambdaParams(field(node, "parameters"));
        if (body === null) return this.other(node);
        return body.type === "block"
          ? arrow(params, this.statements(namedChildren(body)), node, body)
          : arrow(params, this.expr(body), node);
      }
      case "method_reference": {
        const [object, name] = namedChildren(node);
        if (object === undefined || name === undefined) return opaque([], node);
        return this.memberOf(this.expr(object), this.slice(name), node);
      }
      case "generic_type":
      case "type_arguments":
      case "annotation":
      case "marker_annotation":
      case "modifiers":
      case "dimensions":
      case "ERROR":
        return opaque([], node);
      case "block":
        return opaque([arrow([], this.statements(namedChildren(node)), node)], node);
      default:
        return /_(?:statement|declaration)$/.test(node.type)
          ? opaque([arrow([], this.stmt(node), node)], node)
          : this.other(node);
    }
  }

  #lambdaParams(node: Cst | null): Param[] {
    if (node === null) return [];
    const plain = (one: Cst): Param => ({
      name: this.slice(one),
      label: null,
      type: null,
      fallback: null,
      stored: false,
      rest: false,
      at: one,
    });
    if (node.type === "identifier") return [plain(node)];
    if (node.type === "inferred_parameters") return childrenOfType(node, "identifier").map(plain);
    return this.#params(node);
  }

  #invocation(node: Cst): Made {
    const object = field(node, "object");
    const name = field(node, "name");
    const args = field(node, "arguments");
    if (name === null || args === null) return this.other(node);
    const word = this.slice(name);
    if (word === "format" && object !== null && this.slice(object) === "String") {
      const made = this.#format(args, node);
      if (made !== null) return made;
    }
    const callee =
      object === null
        ? this.ref(word, name)
        : this.memberOf(object.type === "super" ? make("ThisExpression", object) : this.expr(object), word, {
            start: node.start,
            end: name.end,
          });
    return this.callOf(callee, this.#args(args), node);
  }

  /** `String.format("https://%s-x", region)`. */
  #format(args: Cst, node: Cst): Made | null {
    const [first, ...values] = namedChildren(args);
    if (first?.type !== "string_literal") return null;
    const format = this.#string(first);
    if (format.type !== "Literal") return null;
    let next = 0;
    const parts = formatParts(String(format.value), /%(?:(\d+)\$)?[sd]/g).map((part) => {
      if (typeof part === "string") return part;
      const value = values[part.key === "" ? next++ : Number(part.key) - 1];
      return value === undefined ? opaque([], node) : this.expr(value);
    });
    return template(parts, node);
  }

  #creation(node: Cst): Made {
    const type = field(node, "type");
    const args = field(node, "arguments");
    const body = child(node, "class_body");
    const name = type?.type === "generic_type" ? (namedChildren(type)[0] ?? type) : type;
    const given = args === null ? [] : this.#args(args);
    if (name === null || name === undefined)
      return opaque(
        given.map((arg) => arg.value),
        node,
      );
    const made = this.constructed(this.ref(this.slice(name), name), given, node);
    if (body === null) return made;
    const members: Made[] = [];
    for (const one of body.children) this.#member(one, "", false, members);
    const inner = classOf(`object#${node.start}`, null, members, body);
    inner.type = "ClassExpression";
    return opaque([made, inner], node);
  }

  #args(node: Cst): Arg[] {
    return namedChildren(node).map((one) => ({ name: null, value: this.expr(one), spread: false, at: one }));
  }

  #string(node: Cst): Made {
    const parts = namedChildren(node).flatMap((one): (string | Made)[] => {
      if (one.type === "string_interpolation") return [opaque([], one)];
      return [one.type === "escape_sequence" ? unescaped(this.slice(one)) : this.slice(one)];
    });
    return template(parts, node);
  }
}
