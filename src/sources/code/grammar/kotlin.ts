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
  returns,
  select,
  sequence,
  statement,
  template,
  variable,
  when,
} from "./build.ts";
import { type Cst, child, childrenOfType, field, namedChildren } from "./load.ts";
import { unescaped } from "./texts.ts";
import { lastName, Translator } from "./translator.ts";

const notValues = new Set([
  "modifiers",
  "annotation",
  "user_type",
  "nullable_type",
  "type_arguments",
  "label",
  "ERROR",
  "visibility_modifier",
]);

/** Functions that hand back what they are called on, whatever their block does. */
const keeping = new Set(["apply", "also", "takeIf", "takeUnless"]);

/** Kotlin, as Android apps are written in it. */
export class KotlinTranslator extends Translator {
  protected readonly constructsByCall = true;
  protected readonly namedArguments = "place";

  /** `import com.acme.Backend.BASE`: a name that is a member of an object. */
  readonly #members = new Map<string, string>();

  file(root: Cst): Made[] {
    for (const [, owner = "", name = "", alias] of this.text.matchAll(
      /^import[ \t]+(?:[a-z]\w*\.)*([A-Z]\w*)\.(?:Companion\.)?(\w+)(?:[ \t]+as[ \t]+(\w+))?[ \t]*$/gm,
    )) {
      this.#members.set(alias ?? name, `${owner}.${name}`);
    }
    return root.children.flatMap((node) =>
      this.#declaration(node).map((made) => (isDeclaration(made) ? exported(made) : made)),
    );
  }

  #declaration(node: Cst): Made[] {
    switch (node.type) {
      case "package_header":
      case "import_list":
      case "import_header":
      case "file_annotation":
      case "type_alias":
      case "ERROR":
      case "shebang_line":
        return [];
      case "class_declaration":
      case "object_declaration":
        return [this.#class(node)];
      default:
        return node.named ? this.stmt(node) : [];
    }
  }

  #name(node: Cst): string {
    const found = child(node, "type_identifier", "simple_identifier");
    return found === null ? "_" : this.slice(found);
  }

  #typeOf(node: Cst | null): string | null {
    if (node === null) return null;
    const type =
      child(node, "user_type") ??
      (child(node, "nullable_type") === null ? null : child(child(node, "nullable_type") ?? node, "user_type"));
    const name = type === null ? null : childrenOfType(type, "type_identifier").at(-1);
    return name === undefined || name === null ? null : this.slice(name);
  }

  #class(node: Cst): Made {
    const name = this.#name(node);
    const body = child(node, "class_body", "enum_class_body");
    const isObject = node.type === "object_declaration";
    const primary = child(node, "primary_constructor");
    const params = primary === null ? [] : this.#params(childrenOfType(primary, "class_parameter"));
    const members: Made[] = [];
    const injected =
      primary !== null &&
      /@(?:Assisted)?Inject\b/.test(
        this.slice({ start: primary.start, end: child(primary, "class_parameter")?.start ?? primary.end }),
      );
    const setup: Made[] = params
      .filter((param) => param.stored)
      .map((param) => {
        members.push(property(param.name, null, false, param.type, param.at));
        const given = injected && param.type !== null ? this.provided(param.type, param.at) : null;
        return statement(assign(ofThis(param.name, param.at), given ?? this.ref(param.name, param.at), param.at));
      });
    for (const entry of body === null ? [] : childrenOfType(body, "enum_entry")) {
      const args = child(entry, "value_arguments");
      const value = this.constructed(this.ref(name, entry), args === null ? [] : this.#args(args), entry);
      members.push(property(this.#name(entry), value, true, name, entry));
    }
    for (const inner of body?.children ?? []) this.#member(inner, body, isObject, members, setup);
    const parent = this.#parent(node, setup);
    if (!isObject && (setup.length > 0 || params.length > 0)) {
      // What the properties start with is set up by the constructor, wherever it stands.
      const at = primary ?? { start: node.start, end: node.start };
      for (const made of setup) within(made, at);
      const maker = fn("FunctionExpression", { name: null, params, body: setup, at });
      members.push(method("constructor", maker, "constructor", false, at));
    }
    return classOf(name, parent, members, node);
  }

  #parent(node: Cst, setup: Made[]): Made | null {
    for (const specifier of childrenOfType(node, "delegation_specifier")) {
      const invoked = child(specifier, "constructor_invocation");
      if (invoked === null) continue;
      const type = child(invoked, "user_type");
      const args = child(invoked, "value_arguments");
      if (args !== null)
        setup.push(
          statement(
            opaque(
              this.#args(args).map((arg) => arg.value),
              args,
            ),
          ),
        );
      const name = type === null ? null : childrenOfType(type, "type_identifier").at(-1);
      if (name !== undefined && name !== null) return this.ref(this.slice(name), name);
    }
    return null;
  }

  #member(node: Cst, body: Cst | null, isStatic: boolean, members: Made[], setup: Made[]): void {
    switch (node.type) {
      case "companion_object": {
        const inner = child(node, "class_body");
        for (const one of inner?.children ?? []) this.#member(one, inner, true, members, setup);
        return;
      }
      case "class_declaration":
      case "object_declaration": {
        const nested = this.#class(node);
        nested.type = "ClassExpression";
        members.push(property(this.#name(node), nested, true, null, node));
        return;
      }
      case "property_declaration": {
        const index = body?.children.indexOf(node) ?? -1;
        const next = body?.children[index + 1];
        this.#property(node, next?.type === "getter" ? next : child(node, "getter"), isStatic, members, setup);
        return;
      }
      case "function_declaration": {
        const made = this.#function(node);
        const name = this.#functionName(node);
        made.type = "FunctionExpression";
        made.id = null;
        members.push(method(name, made, "method", isStatic, node));
        return;
      }
      case "anonymous_initializer": {
        const inner = child(node, "statements");
        const made = inner === null ? [] : this.statements(namedChildren(inner));
        if (!isStatic) setup.push(...made);
        else members.push(property(`init#${node.start}`, opaque([arrow([], made, node)], node), true, null, node));
        return;
      }
      case "secondary_constructor": {
        const inner = child(node, "statements");
        const params = this.#functionParams(node);
        const value = fn("FunctionExpression", {
          name: null,
          params,
          body: inner === null ? [] : this.statements(namedChildren(inner)),
          at: node,
        });
        members.push(method(`constructor#${node.start}`, value, "method", false, node));
        return;
      }
      default:
    }
  }

  #property(node: Cst, getter: Cst | null, isStatic: boolean, members: Made[], setup: Made[]): void {
    const declared = child(node, "variable_declaration");
    if (declared === null) return;
    const name = this.#name(declared);
    const type = this.#typeOf(declared);
    const computed = getter === null ? null : child(getter, "function_body");
    if (getter !== null && computed !== null) {
      const value = fn("FunctionExpression", {
        name: null,
        params: [],
        body: this.#body(computed),
        at: getter,
        bodyAt: computed,
      });
      members.push(method(name, value, "get", isStatic, node, type));
      return;
    }
    const value = this.#initial(node);
    if (isStatic || value === null) {
      members.push(property(name, value, isStatic, type, node));
      return;
    }
    // In the constructor, where the parameters of the class are seen.
    members.push(property(name, null, false, type, node));
    setup.push(statement(assign(ofThis(name, declared), value, node)));
  }

  /** What a property starts with: `= x`, or what it is delegated to. */
  #initial(node: Cst): Made | null {
    const delegate = child(node, "property_delegate");
    if (delegate !== null) {
      const inner = namedChildren(delegate)[0];
      if (inner === undefined) return null;
      const lazily = this.#lazily(inner);
      return lazily ?? opaque([this.expr(inner)], inner);
    }
    const from = node.children.findIndex((inner) => inner.type === "=");
    const value = from < 0 ? undefined : node.children[from + 1];
    return value === undefined ? null : this.expr(value);
  }

  /** `by lazy { … }` gives what its block gives. */
  #lazily(node: Cst): Made | null {
    const [callee, suffix] = node.children;
    if (node.type !== "call_expression" || callee === undefined || suffix === undefined) return null;
    if (!/^lazy$/.test(this.slice(callee))) return null;
    const lambda = find(suffix, "lambda_literal");
    return lambda === null ? null : call(this.expr(lambda), [], node);
  }

  #functionName(node: Cst): string {
    return this.slice(childrenOfType(node, "simple_identifier").at(-1) ?? node);
  }

  #function(node: Cst): Made {
    const body = child(node, "function_body");
    return fn("FunctionDeclaration", {
      name: this.#functionName(node),
      params: this.#functionParams(node),
      body: body === null ? null : this.#body(body),
      at: node,
      bodyAt: body ?? node,
    });
  }

  #functionParams(node: Cst): Param[] {
    const list = child(node, "function_value_parameters");
    if (list === null) return [];
    const params: Param[] = [];
    const nodes = list.children;
    for (let at = 0; at < nodes.length; at++) {
      const inner = nodes[at];
      if (inner?.type !== "parameter") continue;
      const value = nodes[at + 1]?.type === "=" ? nodes[at + 2] : undefined;
      const rest = nodes[at - 1] !== undefined && /vararg/.test(this.slice(nodes[at - 1] ?? inner));
      params.push({
        name: this.#name(inner),
        label: null,
        type: this.#typeOf(inner),
        fallback: value === undefined ? null : this.expr(value),
        stored: false,
        rest,
        at: inner,
      });
    }
    return params;
  }

  #params(nodes: readonly Cst[]): Param[] {
    return nodes.map((node) => {
      const from = node.children.findIndex((inner) => inner.type === "=");
      const value = from < 0 ? undefined : node.children[from + 1];
      return {
        name: this.#name(node),
        label: null,
        type: this.#typeOf(node),
        fallback: value === undefined ? null : this.expr(value),
        stored: child(node, "binding_pattern_kind") !== null,
        rest: false,
        at: node,
      };
    });
  }

  #body(node: Cst): readonly Made[] | Made {
    const from = node.children.findIndex((inner) => inner.type === "=");
    const value = from < 0 ? undefined : node.children[from + 1];
    if (value !== undefined) return this.expr(value);
    const inner = child(node, "statements");
    return inner === null ? [] : this.statements(namedChildren(inner));
  }

  protected statementOf(node: Cst): Made[] {
    switch (node.type) {
      case "property_declaration": {
        const declared = child(node, "variable_declaration");
        const isConst = this.slice(child(node, "binding_pattern_kind") ?? node) === "val";
        const getter = child(node, "getter");
        const computed = getter === null ? null : child(getter, "function_body");
        if (declared === null)
          return [
            statement(
              opaque(
                [this.#initial(node)].filter((one) => one !== null),
                node,
              ),
            ),
          ];
        const name = this.#name(declared);
        if (getter !== null && computed !== null) {
          const value = fn("FunctionExpression", {
            name: null,
            params: [],
            body: this.#body(computed),
            at: getter,
            bodyAt: computed,
          });
          return [variable("const", name, this.#typeOf(declared), call(value, [], getter), node)];
        }
        return [variable(isConst ? "const" : "let", name, this.#typeOf(declared), this.#initial(node), node)];
      }
      case "function_declaration":
        return [this.#function(node)];
      case "class_declaration":
      case "object_declaration":
        return [this.#class(node)];
      case "assignment": {
        const from = node.children.findIndex((inner) => /=$/.test(inner.type));
        const left = node.children[0];
        const right = node.children[from + 1];
        if (left === undefined || right === undefined) return [];
        const target = left.type === "directly_assignable_expression" ? this.#selected(left) : this.expr(left);
        return [statement(assign(target, this.expr(right), node, node.children[from]?.type ?? "="))];
      }
      case "jump_expression": {
        const word = node.children[0]?.type ?? "";
        const inner = node.children.slice(1).filter((one) => one.named && one.type !== "label");
        const [value] = inner;
        if (word === "return") return [returns(value === undefined ? null : this.expr(value), node)];
        if (word === "throw")
          return [make("ThrowStatement", node, { argument: value === undefined ? nothing(node) : this.expr(value) })];
        if (word === "break" || word === "continue")
          return [make(word === "break" ? "BreakStatement" : "ContinueStatement", node, { label: null })];
        return [
          statement(
            opaque(
              inner.map((one) => this.expr(one)),
              node,
            ),
          ),
        ];
      }
      case "if_expression": {
        const test = field(node, "condition");
        const yes = field(node, "consequence");
        const no = field(node, "alternative");
        return [
          when(
            test === null ? opaque([], node) : this.expr(test),
            block(yes === null ? [] : this.#controlled(yes), yes ?? node),
            no === null ? null : block(this.#controlled(no), no),
            node,
          ),
        ];
      }
      case "when_expression":
        return [this.#whenStatement(node)];
      case "for_statement": {
        const name = child(node, "variable_declaration");
        const from = node.children.findIndex((inner) => inner.type === "in");
        const items = node.children[from + 1];
        const body = child(node, "control_structure_body");
        const inner = body === null ? [] : this.#controlled(body);
        if (name === null || items === undefined) return [loop(opaque([], node), inner, node)];
        return [each(this.#name(name), this.expr(items), inner, node, name)];
      }
      case "while_statement":
      case "do_while_statement": {
        const body = child(node, "control_structure_body");
        const rest = namedChildren(node).filter((one) => one !== body);
        return [
          loop(
            opaque(
              rest.map((one) => this.expr(one)),
              node,
            ),
            body === null ? [] : this.#controlled(body),
            node,
          ),
        ];
      }
      case "try_expression":
        return [this.#try(node)];
      case "statements":
        return this.statements(namedChildren(node));
      case "ERROR":
      case "label":
        return [];
      default:
        return this.expressionStatement(node);
    }
  }

  #controlled(node: Cst): Made[] {
    return this.statements(node.type === "control_structure_body" ? namedChildren(node) : [node]);
  }

  #try(node: Cst): Made {
    const body = child(node, "statements");
    const inner = (one: Cst): Made[] => {
      const found = child(one, "statements");
      return found === null ? [] : this.statements(namedChildren(found));
    };
    const last = child(node, "finally_block");
    return attempt(
      body === null ? [] : this.statements(namedChildren(body)),
      childrenOfType(node, "catch_block").map(inner),
      last === null ? null : inner(last),
      node,
      body ?? { start: node.start, end: node.start },
    );
  }

  #tests(entry: Cst): Made[] {
    return childrenOfType(entry, "when_condition").map((one) => {
      const [inner, ...more] = namedChildren(one);
      return inner === undefined || more.length > 0 || /_test$/.test(inner.type) ? opaque([], one) : this.expr(inner);
    });
  }

  #whenStatement(node: Cst): Made {
    const subject = child(node, "when_subject");
    const branches: Branch[] = childrenOfType(node, "when_entry").map((entry) => {
      const body = child(entry, "control_structure_body");
      return { tests: this.#tests(entry), body: body === null ? [] : this.#controlled(body), at: entry };
    });
    return select(subject === null ? literal(true, node) : this.#subject(subject), branches, node);
  }

  #subject(node: Cst): Made {
    const inner = namedChildren(node).at(-1);
    return inner === undefined ? opaque([], node) : this.expr(inner);
  }

  protected expression(node: Cst): Made {
    switch (node.type) {
      case "simple_identifier":
      case "interpolated_identifier": {
        const name = this.slice(node).replaceAll("`", "");
        const [owner, inner] = this.#members.get(name)?.split(".") ?? [];
        if (owner === undefined || inner === undefined) return this.ref(name, node);
        return this.memberOf(this.ref(owner, node), inner, node);
      }
      case "string_literal":
        return this.#string(node);
      case "this_expression":
        return make("ThisExpression", node);
      case "null_literal":
        return literal(null, node);
      case "boolean_literal":
        return literal(this.slice(node) === "true", node);
      case "integer_literal":
        return literal(Number(this.slice(node).replaceAll("_", "")), node);
      case "parenthesized_expression":
      case "interpolated_expression":
      case "directly_assignable_expression": {
        const inner = namedChildren(node);
        return inner.length === 1 && inner[0] !== undefined ? this.expr(inner[0]) : this.#selected(node);
      }
      case "postfix_expression":
      case "as_expression": {
        const [inner] = namedChildren(node);
        return inner === undefined || this.slice(node).endsWith("++") ? this.other(node) : this.expr(inner);
      }
      case "navigation_expression":
        return this.#selected(node);
      case "indexing_expression": {
        const [object, suffix] = namedChildren(node);
        const key = suffix === undefined ? undefined : namedChildren(suffix)[0];
        if (object === undefined || key === undefined) return this.other(node);
        return this.index(this.expr(object), this.expr(key), node);
      }
      case "call_expression":
        return this.#call(node);
      case "elvis_expression": {
        const [left, right] = namedChildren(node);
        if (left === undefined || right === undefined) return this.other(node);
        if (right.type === "jump_expression")
          return sequence([opaque(this.#jump(right), right), this.expr(left)], node);
        return binary("??", this.expr(left), this.expr(right), node);
      }
      case "additive_expression":
      case "equality_expression":
      case "conjunction_expression":
      case "disjunction_expression": {
        const [left, sign, right] = node.children;
        const operator = sign?.type ?? "";
        if (left === undefined || right === undefined || !/^(?:\+|[!=]==?|&&|\|\|)$/.test(operator))
          return this.other(node);
        return binary(operator, this.expr(left), this.expr(right), node);
      }
      case "prefix_expression": {
        const [sign, inner] = node.children;
        if (sign?.type !== "!" || inner === undefined) return this.other(node);
        return make("UnaryExpression", node, { operator: "!", prefix: true, argument: this.expr(inner) });
      }
      case "if_expression": {
        const test = field(node, "condition");
        const yes = field(node, "consequence");
        const no = field(node, "alternative");
        if (test === null || yes === null || no === null) return opaque(this.stmt(node), node);
        return choice(this.expr(test), this.#valueOf(yes), this.#valueOf(no), node);
      }
      case "when_expression":
        return this.#whenValue(node);
      case "try_expression": {
        const made = arrow([], this.#giving(node.children.filter((one) => one.type === "statements")), node);
        return opaque(
          [made, ...childrenOfType(node, "catch_block").map((one) => arrow([], this.#giving(one.children), one))],
          node,
        );
      }
      case "lambda_literal":
        return this.#lambda(node);
      case "annotated_lambda": {
        const inner = child(node, "lambda_literal");
        return inner === null ? this.other(node) : this.expr(inner);
      }
      case "anonymous_function": {
        const body = child(node, "function_body");
        return arrow(this.#functionParams(node), body === null ? [] : this.#body(body), node, body ?? node);
      }
      case "object_literal": {
        const members: Made[] = [];
        const setup: Made[] = [];
        const body = child(node, "class_body");
        for (const inner of body?.children ?? []) this.#member(inner, body, false, members, setup);
        const made = classOf(`object#${node.start}`, null, members, node);
        made.type = "ClassExpression";
        return opaque([made, arrow([], setup, { start: node.end, end: node.end })], node);
      }
      case "jump_expression":
        return opaque(this.#jump(node), node);
      case "assignment":
      case "property_declaration":
      case "for_statement":
      case "while_statement":
      case "do_while_statement":
        return opaque([arrow([], this.stmt(node), node)], node);
      case "statements":
        return opaque([arrow([], this.statements(namedChildren(node)), node)], node);
      case "function_declaration":
      case "class_declaration":
      case "object_declaration":
        return opaque([arrow([], this.stmt(node), node)], node);
      default:
        return opaque(
          namedChildren(node)
            .filter((inner) => !notValues.has(inner.type))
            .map((inner) => this.expr(inner)),
          node,
        );
    }
  }

  #jump(node: Cst): Made[] {
    return namedChildren(node)
      .filter((one) => one.type !== "label")
      .map((one) => this.expr(one));
  }

  /** `a.b`, `a?.b`; the suffixes may stand beside what they belong to. */
  #selected(node: Cst): Made {
    const [first, ...rest] = namedChildren(node);
    if (first === undefined) return opaque([], node);
    let value = this.expr(first);
    for (const suffix of rest) {
      const at = { start: node.start, end: suffix.end };
      if (suffix.type === "indexing_suffix") {
        const key = namedChildren(suffix)[0];
        value = key === undefined ? opaque([value], at) : this.index(value, this.expr(key), at);
        continue;
      }
      const name = child(suffix, "simple_identifier");
      value =
        suffix.type !== "navigation_suffix" || name === null
          ? opaque([value], at)
          : this.memberOf(value, this.slice(name), at);
    }
    return value;
  }

  #call(node: Cst): Made {
    const [calleeNode, suffix] = node.children;
    if (calleeNode === undefined || suffix === undefined) return this.other(node);
    const callee = this.expr(calleeNode);
    const lambda = child(suffix, "annotated_lambda");
    const list = child(suffix, "value_arguments");
    const args = list === null ? [] : this.#args(list);
    if (lambda !== null) {
      const value = this.expr(lambda);
      const name = lastName(callee);
      const object = callee.type === "MemberExpression" && callee.computed !== true ? (callee.object as Made) : null;
      if (object !== null && name !== null && keeping.has(name) && args.length === 0)
        return sequence([opaque([value], lambda), object], node);
      if (object !== null && name === "let" && args.length === 0) return call(value, [object], node);
      if (object === null && name === "run" && args.length === 0) return call(value, [], node);
      args.push({ name: null, value, spread: false, at: lambda });
    }
    return this.callOf(callee, args, node);
  }

  #args(node: Cst): Arg[] {
    return childrenOfType(node, "value_argument").flatMap((one): Arg[] => {
      const from = one.children.findIndex((inner) => inner.type === "=");
      const value = namedChildren(one).at(-1);
      if (value === undefined) return [];
      const name = from < 0 ? null : this.slice(one.children[0] ?? one);
      return [{ name, value: this.expr(value), spread: one.children[0]?.type === "*", at: one }];
    });
  }

  #lambda(node: Cst): Made {
    const params = child(node, "lambda_parameters");
    const inner = child(node, "statements");
    const names =
      params === null
        ? [implicit(node)]
        : childrenOfType(params, "variable_declaration").map((one) =>
            plainParam(this.#name(one), this.#typeOf(one), one),
          );
    return arrow(names, this.#giving(inner === null ? [] : [inner]), node, inner ?? { start: node.end, end: node.end });
  }

  /** Statements of which the last is what they give. */
  #giving(nodes: readonly Cst[]): Made[] {
    const statements = nodes.flatMap((one) =>
      one.type === "statements" ? namedChildren(one) : one.named ? [one] : [],
    );
    const last = statements.at(-1);
    if (last === undefined) return [];
    const before = this.statements(statements.slice(0, -1));
    if (
      /^(?:assignment|property_declaration|for_statement|while_statement|do_while_statement|jump_expression|function_declaration|class_declaration)$/.test(
        last.type,
      )
    )
      return [...before, ...this.stmt(last)];
    if ((last.type === "if_expression" && field(last, "alternative") === null) || last.type === "try_expression")
      return [...before, ...this.stmt(last)];
    return [...before, returns(this.expr(last), last)];
  }

  #valueOf(body: Cst): Made {
    const inner = body.type === "control_structure_body" ? namedChildren(body) : [body];
    const [only, ...more] = inner.flatMap((one) => (one.type === "statements" ? namedChildren(one) : [one]));
    if (only !== undefined && more.length === 0) return this.expr(only);
    return call(arrow([], this.#giving(inner), body, { start: body.start + 0.5, end: body.end - 0.5 }), [], body);
  }

  #whenValue(node: Cst): Made {
    const subject = child(node, "when_subject");
    return [...childrenOfType(node, "when_entry")].reverse().reduce<Made>(
      (otherwise, entry) => {
        const body = child(entry, "control_structure_body");
        const value = body === null ? opaque([], entry) : this.#valueOf(body);
        const tests = this.#tests(entry);
        if (tests.length === 0) return value;
        const test = tests
          .map((one) => (subject === null ? one : binary("==", this.#subject(subject), one, one)))
          .reduce((left, right) => binary("||", left, right, { start: left.start, end: right.end }));
        return choice(test, value, otherwise, entry);
      },
      opaque([], { start: node.end, end: node.end }),
    );
  }

  #string(node: Cst): Made {
    const raw = this.slice(node).startsWith('"""');
    const parts = node.children.flatMap((one): (string | Made)[] => {
      if (one.type === "string_content" || one.type === "character_escape_seq") {
        const text = this.slice(one);
        return [raw ? text : unescaped(text)];
      }
      return one.type === "interpolated_identifier" || one.type === "interpolated_expression" ? [this.expr(one)] : [];
    });
    return template(parts, node);
  }
}

/** Moves an assignment to where it happens; what is assigned stays where it is written. */
function within(made: Made, at: Range): void {
  const inner = made.expression as Made | undefined;
  for (const one of [made, ...(inner?.type === "AssignmentExpression" ? [inner] : [])]) {
    one.start = at.start;
    one.end = at.end;
  }
}

/** Name and parameters of a function, or of a class by its primary constructor. */
export function kotlinSignature(
  node: Cst,
  slice: (at: Cst) => string,
): { name: string; params: readonly string[] } | null {
  const nameOf = (one: Cst): string => {
    const name = child(one, "simple_identifier", "type_identifier");
    return name === null ? "" : slice(name);
  };
  if (node.type === "function_declaration") {
    const list = child(node, "function_value_parameters");
    const name = childrenOfType(node, "simple_identifier").at(-1);
    if (list === null || name === undefined) return null;
    return { name: slice(name), params: childrenOfType(list, "parameter").map(nameOf) };
  }
  const primary = node.type === "class_declaration" ? child(node, "primary_constructor") : null;
  if (primary === null) return null;
  return { name: nameOf(node), params: childrenOfType(primary, "class_parameter").map(nameOf) };
}

function isDeclaration(made: Made): boolean {
  return made.type === "VariableDeclaration" || made.type === "FunctionDeclaration" || made.type === "ClassDeclaration";
}

function ofThis(name: string, at: Range): Made {
  return member(make("ThisExpression", at), name, at);
}

function plainParam(name: string, type: string | null, at: Range): Param {
  return { name, label: null, type, fallback: null, stored: false, rest: false, at };
}

/** The one parameter that a lambda has without naming it. */
function implicit(node: Cst): Param {
  return plainParam("it", null, { start: node.start, end: node.start });
}

function find(node: Cst, type: string): Cst | null {
  const stack = [...node.children].reverse();
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    if (at.type === type) return at;
    stack.push(...[...at.children].reverse());
  }
  return null;
}
