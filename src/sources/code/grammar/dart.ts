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
  type Range,
  record,
  returns,
  select,
  sequence,
  statement,
  template,
  variable,
  when,
  word,
} from "./build.ts";
import { type Cst, child, childrenOfType, field, namedChildren } from "./load.ts";
import { unescaped } from "./texts.ts";
import { Translator } from "./translator.ts";

const selectors = new Set(["selector", "cascade_section"]);
const typeNodes =
  /type|^(?:annotation|metadata|marker_annotation|inferred_type|final_builtin|const_builtin|late|modifiers)$/;

/** Dart, as Flutter apps are written in it. */
export class DartTranslator extends Translator {
  protected readonly constructsByCall = true;
  protected readonly namedArguments = "object";

  /** `import "…" as cfg`: what is picked from a prefix is a name like any other. */
  readonly #prefixes = new Set<string>();

  override memberOf(object: Made, name: string, at: Range): Made {
    if (object.type === "Identifier" && this.#prefixes.has(object.name as string)) return this.ref(name, at);
    return super.memberOf(object, name, at);
  }

  file(root: Cst): Made[] {
    const made: Made[] = [];
    const nodes = root.children;
    for (let at = 0; at < nodes.length; at++) {
      const node = nodes[at];
      if (node === undefined) continue;
      const body = nodes[at + 1]?.type === "function_body" ? (nodes[at + 1] ?? null) : null;
      switch (node.type) {
        case "import_or_export":
          made.push(...this.#import(node));
          break;
        case "static_final_declaration_list":
        case "initialized_identifier_list":
          made.push(...this.#variables(node, nodes, at).map(exported));
          break;
        case "function_signature":
          made.push(exported(this.#function(node, body)));
          break;
        case "getter_signature":
          made.push(exported(this.#topGetter(node, body)));
          break;
        case "class_definition":
        case "mixin_declaration":
        case "extension_declaration":
        case "extension_type_declaration":
        case "enum_declaration":
          made.push(exported(this.#class(node)));
          break;
        case "ERROR":
        case "function_body":
          break;
        default:
          if (node.named && !typeNodes.test(node.type) && node.type !== "script_tag") made.push(...this.stmt(node));
      }
    }
    return made;
  }

  #import(node: Cst): Made[] {
    const spec = node.children[0]?.children.find((inner) => inner.type === "import_specification");
    const isExport = node.children[0]?.type === "library_export";
    const uri = find(spec ?? node, "string_literal");
    if (uri === null) return [];
    const source = this.slice({ start: uri.start + 1, end: uri.end - 1 });
    if (isExport) {
      return [
        make("ExportAllDeclaration", node, {
          source: literal(source, uri),
          exported: null,
          exportKind: "value",
          attributes: [],
        }),
      ];
    }
    const at = spec?.children.findIndex((inner) => inner.type === "as") ?? -1;
    const alias = at < 0 ? undefined : spec?.children[at + 1];
    if (alias !== undefined) this.#prefixes.add(this.slice(alias));
    return [];
  }

  #topGetter(node: Cst, body: Cst | null): Made {
    const name = this.slice(field(node, "name") ?? node);
    return this.#named(name, [], body, node);
  }

  #named(name: string, params: readonly Param[], body: Cst | null, node: Cst): Made {
    const at = { start: node.start, end: body?.end ?? node.end };
    return fn("FunctionDeclaration", { name, params, body: this.#body(body), at, bodyAt: body ?? node });
  }

  #function(node: Cst, body: Cst | null): Made {
    const name = this.slice(field(node, "name") ?? node);
    return this.#named(name, this.#params(child(node, "formal_parameter_list")), body, node);
  }

  #body(body: Cst | null): readonly Made[] | Made | null {
    if (body === null) return null;
    const inner = child(body, "block");
    if (inner !== null) return this.statements(namedChildren(inner));
    const from = body.children.findIndex((one) => one.type === "=>");
    return from < 0
      ? []
      : this.#seq(
          body.children.slice(from + 1).filter((one) => one.type !== ";"),
          body,
        );
  }

  #params(list: Cst | null): Param[] {
    if (list === null) return [];
    const params: Param[] = [];
    const read = (nodes: readonly Cst[], named: boolean): void => {
      for (let at = 0; at < nodes.length; at++) {
        const node = nodes[at];
        if (node === undefined) continue;
        if (node.type === "optional_formal_parameters") {
          read(node.children, node.children[0]?.type === "{");
          continue;
        }
        if (node.type !== "formal_parameter") continue;
        const hasDefault = nodes[at + 1]?.type === "=" || nodes[at + 1]?.type === ":";
        const value: Cst[] = [];
        for (let next = at + 2; hasDefault && next < nodes.length; next++) {
          const inner = nodes[next];
          if (
            inner === undefined ||
            inner.type === "," ||
            inner.type === "formal_parameter" ||
            inner.type === "}" ||
            inner.type === "]"
          )
            break;
          if (inner.type !== "required") value.push(inner);
        }
        const own = child(node, "constructor_param", "super_formal_parameter");
        const nameNode =
          field(node, "name") ??
          field(own ?? node, "name") ??
          [...(own ?? node).children].reverse().find((inner) => inner.type === "identifier");
        if (nameNode === undefined || nameNode === null) continue;
        const name = this.slice(nameNode);
        params.push({
          name,
          label: named ? name : null,
          type: this.#typeName(node),
          fallback: value.length === 0 ? null : this.#seq(value, node),
          stored: own?.type === "constructor_param",
          rest: false,
          at: node,
        });
      }
    };
    read(list.children, false);
    return params;
  }

  #typeName(node: Cst): string | null {
    const type = node.children.find((inner) => inner.type === "type_identifier");
    return type === undefined ? null : this.slice(type);
  }

  #variables(node: Cst, siblings: readonly Cst[], index: number): Made[] {
    let type: string | null = null;
    let isConst = node.type === "static_final_declaration_list";
    for (let at = index - 1; at >= 0; at--) {
      const before = siblings[at];
      if (before === undefined || before.type === ";" || before.type === "function_body") break;
      if (before.type === "type_identifier") type = this.slice(before);
      if (before.type === "final_builtin" || before.type === "const_builtin") isConst = true;
      if (!typeNodes.test(before.type)) break;
    }
    return childrenOfType(node, "static_final_declaration", "initialized_identifier").map((inner) => {
      const { name, value } = this.#initialized(inner);
      return variable(isConst ? "const" : "let", name, type, value, inner);
    });
  }

  #initialized(node: Cst): { name: string; value: Made | null } {
    const nameNode = child(node, "identifier");
    const from = node.children.findIndex((inner) => inner.type === "=");
    return {
      name: nameNode === null ? "_" : this.slice(nameNode),
      value: from < 0 ? null : this.#seq(node.children.slice(from + 1), node),
    };
  }

  #class(node: Cst): Made {
    const nameNode = field(node, "name");
    const name = nameNode === null ? "_" : this.slice(nameNode);
    const body = field(node, "body");
    const superType = field(node, "superclass");
    const parentType = superType === null ? null : find(superType, "type_identifier");
    const members: Made[] = [];
    const constructors: { params: Param[]; body: Made[]; at: Range }[] = [];
    const nodes = body?.children ?? [];
    for (let at = 0; at < nodes.length; at++) {
      const inner = nodes[at];
      if (inner === undefined) continue;
      const next = nodes[at + 1]?.type === "function_body" ? (nodes[at + 1] ?? null) : null;
      if (inner.type === "enum_constant") {
        const args = find(inner, "arguments");
        const value = this.callOf(this.ref(name, inner), args === null ? [] : this.#args(args), inner);
        members.push(property(this.slice(field(inner, "name") ?? inner), value, true, name, inner));
      } else if (inner.type === "method_signature" || inner.type === "declaration") {
        members.push(...this.#member(inner, next, name, constructors));
      }
    }
    // Several constructors cannot be told apart by the class's name; the unnamed one is what `Foo()` calls.
    const [main, ...others] = constructors;
    if (main !== undefined) members.push(this.#made(main, main.at));
    for (const [index, other] of others.entries()) {
      members.push(method(`new#${index}`, this.#makerFn(other), "method", false, other.at));
    }
    const parent = parentType === null ? null : this.ref(this.slice(parentType), parentType);
    return classOf(name, parent, members, node);
  }

  #makerFn({ params, body, at }: { params: Param[]; body: Made[]; at: Range }): Made {
    const stored = params
      .filter((param) => param.stored)
      .map((param) => statement(assign(memberOfThis(param.name, param.at), this.ref(param.name, param.at), param.at)));
    return fn("FunctionExpression", { name: null, params, body: [...stored, ...body], at });
  }

  #made(parts: { params: Param[]; body: Made[]; at: Range }, at: Range): Made {
    return method("constructor", this.#makerFn(parts), "constructor", false, at);
  }

  #member(
    node: Cst,
    body: Cst | null,
    className: string,
    constructors: { params: Param[]; body: Made[]; at: Range }[],
  ): Made[] {
    const at = { start: node.start, end: body?.end ?? node.end };
    const isStatic = node.children.some((inner) => inner.type === "static");
    const signature = node.children.find((inner) => /_signature$/.test(inner.type));
    if (signature === undefined) {
      const lists = node.children.findIndex((inner) => /_list$/.test(inner.type));
      const names = node.children[lists];
      if (names === undefined) return [];
      const type = this.#typeName(node);
      return childrenOfType(names, "static_final_declaration", "initialized_identifier").map((inner) => {
        const { name, value } = this.#initialized(inner);
        return property(name, value, isStatic, type, inner);
      });
    }
    switch (signature.type) {
      case "constructor_signature":
      case "constant_constructor_signature": {
        const names = childrenOfType(signature, "identifier");
        const params = this.#params(field(signature, "parameters") ?? child(signature, "formal_parameter_list"));
        const given = this.#initializers(node);
        const inner = this.#body(body);
        const parts = { params, body: [...given, ...(Array.isArray(inner) ? inner : [])], at };
        if (names.length < 2) constructors.unshift(parts);
        else {
          // `Foo.of(…)` makes a Foo; what it is made with is followed for the unnamed constructor alone.
          constructors.push(parts);
          const none = { start: at.start, end: at.start };
          const name = this.slice(names.at(-1) ?? signature);
          return [property(name, opaque([], none), true, null, none)];
        }
        return [];
      }
      case "factory_constructor_signature":
      case "redirecting_factory_constructor_signature": {
        const names = childrenOfType(signature, "identifier");
        const params = this.#params(child(signature, "formal_parameter_list"));
        const value = fn("FunctionExpression", {
          name: null,
          params,
          body: this.#body(body) ?? [],
          at,
          bodyAt: body ?? node,
        });
        const last = names.length < 2 ? "new" : this.slice(names.at(-1) ?? signature);
        return [method(last, value, "method", true, at, className)];
      }
      case "getter_signature": {
        const value = fn("FunctionExpression", {
          name: null,
          params: [],
          body: this.#body(body),
          at,
          bodyAt: body ?? node,
        });
        return [
          method(
            this.slice(field(signature, "name") ?? signature),
            value,
            "get",
            isStatic,
            at,
            this.#typeName(signature),
          ),
        ];
      }
      case "function_signature": {
        const params = this.#params(child(signature, "formal_parameter_list"));
        const value = fn("FunctionExpression", {
          name: null,
          params,
          body: this.#body(body),
          at,
          bodyAt: body ?? node,
        });
        return [method(this.slice(field(signature, "name") ?? signature), value, "method", isStatic, at)];
      }
      default:
        return [];
    }
  }

  #initializers(node: Cst): Made[] {
    const holder = find(node, "initializers");
    const made: Made[] = [];
    for (const entry of holder?.children ?? []) {
      if (entry.type !== "initializer_list_entry") continue;
      const given = child(entry, "field_initializer");
      if (given === null) {
        const args = child(entry, "arguments");
        if (args !== null)
          made.push(
            statement(
              opaque(
                this.#args(args).map((arg) => arg.value),
                entry,
              ),
            ),
          );
        continue;
      }
      const from = given.children.findIndex((inner) => inner.type === "=");
      const name = child(given, "identifier");
      if (name === null || from < 0) continue;
      const value = this.#seq(given.children.slice(from + 1), given);
      made.push(statement(assign(memberOfThis(this.slice(name), name), value, given)));
    }
    return made;
  }

  protected statementOf(node: Cst): Made[] {
    switch (node.type) {
      case "local_variable_declaration": {
        const made: Made[] = [];
        const definition = node.children[0] ?? node;
        const isConst = definition.children.some(
          (inner) => inner.type === "final_builtin" || inner.type === "const_builtin",
        );
        const name = field(definition, "name") ?? child(definition, "identifier");
        const from = definition.children.findIndex((inner) => inner.type === "=");
        if (name !== null) {
          let to = definition.children.findIndex((inner, index) => index > from && inner.type === ",");
          if (to < 0) to = definition.children.length;
          const value = from < 0 ? null : this.#seq(definition.children.slice(from + 1, to), definition);
          made.push(
            variable(isConst ? "const" : "let", this.slice(name), this.#typeName(definition), value, definition),
          );
        }
        for (const more of childrenOfType(definition, "initialized_identifier")) {
          const one = this.#initialized(more);
          made.push(variable(isConst ? "const" : "let", one.name, null, one.value, more));
        }
        return made;
      }
      case "expression_statement":
        return [make("ExpressionStatement", node, { expression: this.#seq(withoutEnd(node.children), node) })];
      case "return_statement": {
        const inner = withoutEnd(node.children.slice(1));
        return [returns(inner.length === 0 ? null : this.#seq(inner, node), node)];
      }
      case "if_statement": {
        const from = node.children.findIndex((inner) => inner.type === "(");
        const to = node.children.findLastIndex((inner) => inner.type === ")");
        const test = this.#seq(from < 0 ? [node.children[1] ?? node] : node.children.slice(from + 1, to), node);
        const yes = field(node, "consequence");
        const no = field(node, "alternative");
        return [when(test, this.#branch(yes, node), no === null ? null : this.#branch(no, node), node)];
      }
      case "block":
        return [block(this.statements(namedChildren(node)), node)];
      case "for_statement":
        return [this.#for(node)];
      case "while_statement":
      case "do_statement": {
        const body = field(node, "body");
        const rest = node.children.filter((inner) => inner !== body && inner.named);
        return [
          loop(
            opaque(
              rest.map((inner) => this.expr(inner)),
              node,
            ),
            body === null ? [] : this.stmt(body),
            node,
          ),
        ];
      }
      case "switch_statement":
        return [this.#switch(node)];
      case "try_statement":
        return [this.#try(node)];
      case "local_function_declaration": {
        const inner = node.children.find((one) => one.type === "lambda_expression") ?? node;
        const signature = child(inner, "function_signature");
        return signature === null
          ? [statement(this.other(node))]
          : [this.#function(signature, child(inner, "function_body"))];
      }
      case "break_statement":
        return [make("BreakStatement", node, { label: null })];
      case "continue_statement":
        return [make("ContinueStatement", node, { label: null })];
      case "throw_expression":
      case "rethrow_expression":
        return [make("ThrowStatement", node, { argument: opaque(this.#parts(node.children), node) })];
      case "ERROR":
        return [];
      default:
        return [make("ExpressionStatement", node, { expression: opaque(this.#parts(node.children), node) })];
    }
  }

  #branch(node: Cst | null, around: Cst): Made {
    return node === null ? block([], around) : block(this.stmt(node), node);
  }

  #for(node: Cst): Made {
    const parts = child(node, "for_loop_parts");
    const body = field(node, "body");
    const inner = body === null ? [] : this.stmt(body);
    const name = parts === null ? null : field(parts, "name");
    const from = parts?.children.findIndex((one) => one.type === "in") ?? -1;
    if (parts !== null && name !== null && from >= 0) {
      return each(this.slice(name), this.#seq(parts.children.slice(from + 1), parts), inner, node, name);
    }
    const declared =
      parts === null ? [] : childrenOfType(parts, "local_variable_declaration").flatMap((one) => this.stmt(one));
    const rest = parts?.children.filter((one) => one.type !== "local_variable_declaration") ?? [];
    return block([...declared, loop(opaque(this.#parts(rest), node), inner, node)], node);
  }

  #switch(node: Cst): Made {
    const subject = field(node, "condition");
    const cases = field(node, "body")?.children ?? [];
    const branches: Branch[] = [];
    let tests: Made[] = [];
    for (const one of cases) {
      if (one.type !== "switch_statement_case" && one.type !== "switch_statement_default") continue;
      const colon = one.children.findIndex((inner) => inner.type === ":");
      const body = one.children.slice(colon + 1).filter((inner) => inner.type !== "break_statement");
      const isDefault = one.type === "switch_statement_default";
      if (!isDefault) tests.push(...this.#parts(one.children.slice(0, colon)).slice(0, 1));
      if (body.length === 0 && !isDefault && colon === one.children.length - 1) continue;
      branches.push({
        tests: isDefault ? [] : tests,
        body: this.statements(body.filter((inner) => inner.named)),
        at: one,
      });
      tests = [];
    }
    return select(subject === null ? opaque([], node) : this.expr(subject), branches, node);
  }

  #try(node: Cst): Made {
    const blocks = node.children.filter((inner) => inner.type === "block");
    const last = child(node, "finally_clause");
    const [body, ...handlers] = blocks;
    const inner = body === undefined ? [] : this.statements(namedChildren(body));
    const end = last === null ? null : child(last, "block");
    return attempt(
      inner,
      handlers.map((one) => this.statements(namedChildren(one))),
      end === null ? null : this.statements(namedChildren(end)),
      node,
      body ?? node,
    );
  }

  protected expression(node: Cst): Made {
    switch (node.type) {
      case "identifier":
      case "identifier_dollar_escaped":
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
        return literal(Number(this.slice(node)), node);
      case "parenthesized_expression":
        return this.#seq(node.children.slice(1, -1), node);
      case "unary_expression":
      case "await_expression":
        return this.#unary(node);
      case "if_null_expression":
        return this.#infix(node, "??", (one) => one.type === "??");
      case "logical_or_expression":
        return this.#infix(node, "||", (one) => one.type === "logical_or_operator" || one.type === "||");
      case "logical_and_expression":
        return this.#infix(node, "&&", (one) => one.type === "logical_and_operator" || one.type === "&&");
      case "additive_expression":
        return this.#infix(node, "+", (one) => one.type === "additive_operator", "+");
      case "equality_expression":
        return this.#infix(node, "==", (one) => one.type === "equality_operator");
      case "conditional_expression": {
        const ask = node.children.findIndex((one) => one.type === "?");
        const colon = node.children.findIndex((one, index) => index > ask && one.type === ":");
        return choice(
          this.#seq(node.children.slice(0, ask), node),
          this.#seq(node.children.slice(ask + 1, colon), node),
          this.#seq(node.children.slice(colon + 1), node),
          node,
        );
      }
      case "assignment_expression": {
        const left = field(node, "left");
        const at = node.children.findIndex((one) => one.field === "operator");
        const operator = at < 0 ? "=" : this.slice(node.children[at] ?? node);
        if (left === null || at < 0) return opaque(this.#parts(node.children), node);
        return assign(
          this.#seq(left.children.length > 0 ? left.children : [left], left),
          this.#seq(node.children.slice(at + 1), node),
          node,
          operator,
        );
      }
      case "function_expression": {
        const body = field(node, "body");
        const params = this.#params(field(node, "parameters"));
        return arrow(params, this.#body(body) ?? [], node, body ?? node);
      }
      case "new_expression":
      case "const_object_expression": {
        const type = child(node, "type_identifier", "identifier");
        const args = child(node, "arguments");
        if (type === null) return opaque(this.#parts(node.children), node);
        const maker = childrenOfType(node, "identifier").find((one) => one !== type);
        const name = this.ref(this.slice(type), type);
        const given = args === null ? [] : this.#args(args);
        return maker === undefined
          ? this.constructed(name, given, node)
          : this.callOf(this.memberOf(name, this.slice(maker), node), given, node);
      }
      case "list_literal":
        return list(this.#split(node.children.slice(1, -1)), node);
      case "set_or_map_literal": {
        const pairs = childrenOfType(node, "pair");
        if (
          pairs.length === 0 ||
          pairs.length !== namedChildren(node).filter((one) => one.type !== "type_arguments").length
        )
          return opaque(this.#parts(node.children), node);
        return record(
          pairs.map((pair) => {
            const colon = pair.children.findIndex((one) => one.type === ":");
            return {
              key: this.#seq(pair.children.slice(0, colon), pair),
              value: this.#seq(pair.children.slice(colon + 1), pair),
            };
          }),
          node,
        );
      }
      case "switch_expression": {
        const subject = field(node, "condition");
        const arms = [...childrenOfType(node, "switch_expression_case")].reverse();
        return arms.reduce<Made>(
          (otherwise, arm) => {
            const to = arm.children.findIndex((one) => one.type === "=>");
            const pattern = arm.children[0];
            const value = this.#seq(arm.children.slice(to + 1), arm);
            const isRest = pattern !== undefined && this.slice(pattern) === "_";
            if (isRest) return value;
            const given = subject === null ? opaque([], arm) : this.expr(subject);
            return choice(
              binary("==", given, opaque(this.#parts(arm.children.slice(0, to)), arm), arm),
              value,
              otherwise,
              arm,
            );
          },
          opaque([], { start: node.end, end: node.end }),
        );
      }
      case "relational_expression":
        return this.#genericCall(node) ?? opaque(this.#parts(node.children), node);
      case "ERROR":
      case "type_identifier":
      case "type_arguments":
        return opaque([], node);
      default:
        return node.children.length === 0 ? opaque([], node) : opaque(this.#parts(node.children), node);
    }
  }

  /** `Provider<Foo>(…)` stands in the grammar as two comparisons. */
  #genericCall(node: Cst): Made | null {
    const [inner, sign, args] = node.children;
    if (inner?.type !== "relational_expression" || sign === undefined || this.slice(sign) !== ">" || args === undefined)
      return null;
    const callee = inner.children[0];
    if (callee?.type !== "identifier" || args.type !== "parenthesized_expression" || node.children.length !== 3)
      return null;
    const parts = this.#split(args.children.slice(1, -1)).map((value) => ({
      name: null,
      value,
      spread: false,
      at: value,
    }));
    return this.callOf(this.ref(this.slice(callee), callee), parts, node);
  }

  #unary(node: Cst): Made {
    const [first] = node.children;
    if (node.type === "await_expression")
      return make("AwaitExpression", node, { argument: this.#seq(node.children.slice(1), node) });
    if (first !== undefined && node.children.length === 1) return this.expr(first);
    const sign = first === undefined ? "" : this.slice(first);
    if (sign === "!")
      return make("UnaryExpression", node, {
        operator: "!",
        prefix: true,
        argument: this.#seq(node.children.slice(1), node),
      });
    return opaque(this.#parts(node.children), node);
  }

  #infix(node: Cst, operator: string, isOperator: (one: Cst) => boolean, only?: string): Made {
    const runs: Cst[][] = [[]];
    for (const one of node.children) {
      if (!isOperator(one)) runs.at(-1)?.push(one);
      else if (only !== undefined && this.slice(one) !== only) return opaque(this.#parts(node.children), node);
      else runs.push([]);
    }
    const sign = operator === "==" ? (node.children.find(isOperator) ?? null) : null;
    const used = sign === null ? operator : this.slice(sign);
    const [first, ...rest] = runs.map((run) => this.#seq(run, node));
    return rest.reduce(
      (left, right) => binary(used, left, right, { start: left.start, end: right.end }),
      first ?? opaque([], node),
    );
  }

  /** Values between commas. */
  #split(nodes: readonly Cst[]): Made[] {
    const runs: Cst[][] = [[]];
    for (const one of nodes) {
      if (one.type === ",") runs.push([]);
      else runs.at(-1)?.push(one);
    }
    return runs.flatMap((run) => (run.length === 0 ? [] : [this.#seq(run, run[0] ?? { start: 0, end: 0 })]));
  }

  /** Every expression among some nodes, each with the selectors behind it. */
  #parts(nodes: readonly Cst[]): Made[] {
    const made: Made[] = [];
    let run: Cst[] = [];
    const flush = (): void => {
      const [first] = run;
      if (first !== undefined) made.push(this.#seq(run, first));
      run = [];
    };
    for (const one of nodes) {
      if (selectors.has(one.type)) run.push(one);
      else {
        flush();
        if (one.named && !typeNodes.test(one.type)) run = [one];
      }
    }
    flush();
    return made;
  }

  /** A value and what is selected from it: `a.b(c)!`. */
  #seq(nodes: readonly Cst[], around: Range): Made {
    const [first, ...rest] = nodes.filter((one) => one.named || one.type === "this");
    if (first === undefined) return opaque([], around);
    let value = isStatement(first) ? opaque(this.stmt(first), first) : this.expr(first);
    const aside: Made[] = [];
    for (const one of rest) {
      if (one.type === "cascade_section") {
        const args = find(one, "arguments");
        if (args !== null) aside.push(...this.#args(args).map((arg) => arg.value));
        const from = one.children.findIndex((inner) => inner.type === "=");
        if (from >= 0) aside.push(this.#seq(one.children.slice(from + 1), one));
        continue;
      }
      if (one.type !== "selector") {
        return opaque([value, ...this.#parts([one])], { start: first.start, end: one.end });
      }
      value = this.#selected(value, one, { start: first.start, end: one.end });
    }
    return aside.length === 0
      ? value
      : sequence([...aside, value], { start: value.start, end: aside.at(-1)?.end ?? value.end });
  }

  #selected(value: Made, selector: Cst, at: Range): Made {
    const inner = selector.children.find((one) => one.named);
    if (inner === undefined) return value;
    if (inner.type === "argument_part") {
      const args = child(inner, "arguments");
      return args === null ? value : this.callOf(value, this.#args(args), at);
    }
    const key = find(inner, "index_selector");
    if (key !== null) return this.index(value, this.#seq(namedChildren(key), key), at);
    const name = child(inner, "identifier");
    return name === null ? value : this.memberOf(value, this.slice(name), at);
  }

  #args(node: Cst): Arg[] {
    return node.children.flatMap((one): Arg[] => {
      if (one.type === "argument") return [{ name: null, value: this.#seq(one.children, one), spread: false, at: one }];
      if (one.type !== "named_argument") return [];
      const label = child(one, "label");
      const name = label === null ? null : child(label, "identifier");
      return [
        {
          name: name === null ? "" : this.slice(name),
          value: this.#seq(
            one.children.filter((inner) => inner !== label),
            one,
          ),
          spread: false,
          at: one,
        },
      ];
    });
  }

  /** Adjacent quotes are one text; the grammar names only what is put into them. */
  #string(node: Cst): Made {
    const parts: (string | Made)[] = [];
    let from: number | null = null;
    let raw = false;
    for (const one of node.children) {
      const quote = /^r?(?:'''|"""|'|")$/.exec(this.slice(one));
      if (!one.named && quote !== null) {
        if (from === null) {
          from = one.end;
          raw = quote[0].startsWith("r");
        } else {
          parts.push(this.#piece(from, one.start, raw));
          from = null;
        }
      } else if (one.type === "template_substitution" && from !== null) {
        parts.push(this.#piece(from, one.start, raw));
        parts.push(this.#seq(namedChildren(one), one));
        from = one.end;
      }
    }
    return template(parts, node);
  }

  #piece(start: number, end: number, raw: boolean): string {
    const text = this.text.slice(start, end);
    return raw ? text : unescaped(text);
  }
}

function memberOfThis(name: string, at: Range): Made {
  return make("MemberExpression", at, {
    object: make("ThisExpression", at),
    property: word(name, at),
    computed: false,
    optional: false,
  });
}

function withoutEnd(nodes: readonly Cst[]): Cst[] {
  return nodes.filter((one) => one.type !== ";");
}

function isStatement(node: Cst): boolean {
  return /_statement$|^local_variable_declaration$|^block$/.test(node.type);
}

/** First node of a type at any depth. */
function find(node: Cst, type: string): Cst | null {
  const stack = [...node.children].reverse();
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    if (at.type === type) return at;
    for (let index = at.children.length - 1; index >= 0; index--) {
      const inner = at.children[index];
      if (inner !== undefined) stack.push(inner);
    }
  }
  return null;
}
