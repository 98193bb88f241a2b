// Longer than 300 lines: one builder for each shape of a tree, which every translator needs together.
/**
 * A node of the tree that the evaluator reads, in the making. Other languages are translated into the shapes of
 * JavaScript's tree, with the offsets of their own text, so that one evaluator serves them all.
 */
export interface Made {
  type: string;
  start: number;
  end: number;
  [key: string]: unknown;
}

export interface Range {
  readonly start: number;
  readonly end: number;
}

/** An argument of a call; `name` where the call says which parameter it is for. */
export interface Arg {
  readonly name: string | null;
  readonly value: Made;
  readonly spread: boolean;
  readonly at: Range;
}

/** One parameter of a function, in the order they are written. */
export interface Param {
  readonly name: string;
  /** What a call writes before the value, where the language asks for it; null: by its place alone. */
  readonly label: string | null;
  readonly type: string | null;
  readonly fallback: Made | null;
  /** The parameter is a field of the class (`this.x`, `val x`). */
  readonly stored: boolean;
  readonly rest: boolean;
  readonly at: Range;
}

export function make(type: string, at: Range, parts: Record<string, unknown> = {}): Made {
  return { type, start: at.start, end: at.end, ...parts };
}

/** A name that introduces something or picks a member: never looked up by itself. */
export function word(name: string, at: Range): Made {
  return make("Identifier", at, { name });
}

export function literal(value: string | number | boolean | null, at: Range): Made {
  return make("Literal", at, { value, raw: "" });
}

export function nothing(at: Range): Made {
  return make("UnaryExpression", at, { operator: "void", prefix: true, argument: literal(0, at) });
}

/** A text with parts that are worked out: texts and expressions in turn. */
export function template(parts: readonly (string | Made)[], at: Range): Made {
  const quasis: Made[] = [];
  const expressions: Made[] = [];
  let open = "";
  for (const part of parts) {
    if (typeof part === "string") open += part;
    else {
      quasis.push(piece(open, at));
      expressions.push(part);
      open = "";
    }
  }
  if (expressions.length === 0) return literal(open, at);
  quasis.push(piece(open, at));
  return make("TemplateLiteral", at, { quasis, expressions });
}

function piece(text: string, at: Range): Made {
  return make("TemplateElement", at, { value: { raw: text, cooked: text }, tail: false });
}

export function member(object: Made, name: string, at: Range): Made {
  return make("MemberExpression", at, { object, property: word(name, at), computed: false, optional: false });
}

export function computed(object: Made, key: Made, at: Range): Made {
  return make("MemberExpression", at, { object, property: key, computed: true, optional: false });
}

export function call(callee: Made, args: readonly Made[], at: Range): Made {
  return make("CallExpression", at, { callee, arguments: [...args], optional: false });
}

export function construct(callee: Made, args: readonly Made[], at: Range): Made {
  return make("NewExpression", at, { callee, arguments: [...args] });
}

export function binary(operator: string, left: Made, right: Made, at: Range): Made {
  const logical = operator === "||" || operator === "&&" || operator === "??";
  return make(logical ? "LogicalExpression" : "BinaryExpression", at, { operator, left, right });
}

export function choice(test: Made, consequent: Made, alternate: Made, at: Range): Made {
  return make("ConditionalExpression", at, { test, consequent, alternate });
}

export function assign(left: Made, right: Made, at: Range, operator = "="): Made {
  return make("AssignmentExpression", at, { operator, left, right });
}

export function list(elements: readonly Made[], at: Range): Made {
  return make("ArrayExpression", at, { elements: [...elements] });
}

export function record(entries: readonly { readonly key: Made; readonly value: Made }[], at: Range): Made {
  const properties = entries.map(({ key, value }) =>
    make("Property", value, {
      kind: "init",
      key,
      value,
      method: false,
      shorthand: false,
      computed: key.type !== "Identifier" && key.type !== "Literal",
    }),
  );
  return make("ObjectExpression", at, { properties });
}

/** An expression of a kind that is not worked out; what stands inside it is still looked at. */
export function opaque(parts: readonly Made[], at: Range): Made {
  return make("V8IntrinsicExpression", at, { name: word("?", at), arguments: [...parts] });
}

export function statement(expression: Made): Made {
  return make("ExpressionStatement", expression, { expression });
}

export function returns(argument: Made | null, at: Range): Made {
  return make("ReturnStatement", at, { argument });
}

/** A scope of its own needs a range of its own: one that is no wider than what stands around it. */
export function block(body: readonly Made[], at: Range, around: Range = { start: -1, end: -1 }): Made {
  const same = at.start === around.start && at.end === around.end;
  return make("BlockStatement", same ? { start: at.start + 0.25, end: at.end - 0.25 } : at, { body: [...body] });
}

export function variable(kind: "const" | "let", name: string, type: string | null, init: Made | null, at: Range): Made {
  const id = word(name, { start: at.start, end: at.end });
  if (type !== null) id.declaredType = type;
  const declarator = make("VariableDeclarator", at, { id, init, definite: false });
  return make("VariableDeclaration", at, { kind, declarations: [declarator], declare: false });
}

/** Parameters as the evaluator binds them: by place, then those that are named in one object. */
function patterns(params: readonly Param[], at: Range): Made[] {
  const withFallback = (param: Param): Made => {
    const id = word(param.name, param.at);
    if (param.type !== null) id.declaredType = param.type;
    if (param.rest) return make("RestElement", param.at, { argument: id });
    return param.fallback === null ? id : make("AssignmentPattern", param.at, { left: id, right: param.fallback });
  };
  const placed = params.filter(({ label }) => label === null).map(withFallback);
  const named = params.filter(({ label }) => label !== null);
  if (named.length === 0) return placed;
  const first = named[0]?.at ?? at;
  const range = { start: Math.min(...named.map((p) => p.at.start)), end: Math.max(...named.map((p) => p.at.end)) };
  const properties = named.map((param) =>
    make("Property", param.at, {
      kind: "init",
      key: word(param.label ?? param.name, param.at),
      value: withFallback(param),
      method: false,
      shorthand: false,
      computed: false,
    }),
  );
  const pattern = make("ObjectPattern", range, { properties });
  placed.push(
    make("AssignmentPattern", range, { left: pattern, right: make("ObjectExpression", first, { properties: [] }) }),
  );
  return placed;
}

export interface FunctionParts {
  readonly name: string | null;
  readonly params: readonly Param[];
  /** Statements, or the one expression it gives; null: it has none here. */
  readonly body: readonly Made[] | Made | null;
  readonly at: Range;
  readonly bodyAt?: Range;
}

export function fn(type: "FunctionDeclaration" | "FunctionExpression", parts: FunctionParts): Made {
  const { at } = parts;
  const body = bodyOf(parts);
  return make(type, at, {
    id: parts.name === null ? null : word(parts.name, at),
    params: patterns(parts.params, at),
    body,
    async: false,
    generator: false,
    expression: false,
  });
}

function bodyOf({ body, at, bodyAt = at }: FunctionParts): Made | null {
  if (body === null) return null;
  return isMany(body) ? block(body, bodyAt, at) : block([returns(body, body)], bodyAt, at);
}

function isMany(body: readonly Made[] | Made): body is readonly Made[] {
  return Array.isArray(body);
}

export function arrow(params: readonly Param[], body: readonly Made[] | Made, at: Range, bodyAt: Range = at): Made {
  const expression = !isMany(body);
  return make("ArrowFunctionExpression", at, {
    id: null,
    params: patterns(params, at),
    body: isMany(body) ? block(body, bodyAt, at) : body,
    async: false,
    generator: false,
    expression,
  });
}

export function property(name: string, value: Made | null, isStatic: boolean, type: string | null, at: Range): Made {
  return make("PropertyDefinition", at, {
    key: word(name, at),
    value,
    static: isStatic,
    computed: false,
    declaredType: type,
    decorators: [],
  });
}

export function method(
  name: string,
  value: Made,
  kind: "method" | "get" | "constructor",
  isStatic: boolean,
  at: Range,
  type: string | null = null,
): Made {
  const key = word(name, at);
  return make("MethodDefinition", at, {
    key,
    value,
    kind,
    static: isStatic,
    computed: false,
    declaredType: type,
    decorators: [],
  });
}

export function classOf(name: string, parent: Made | null, members: readonly Made[], at: Range): Made {
  const body = make("ClassBody", at, { body: settled(members) });
  return make("ClassDeclaration", at, { id: word(name, at), superClass: parent, body, decorators: [] });
}

/**
 * Members of one name that are written more than once (overloads) cannot be told apart by it: the name then says
 * nothing, and each body is kept under a name that nobody calls.
 */
function settled(members: readonly Made[]): Made[] {
  const byName = new Map<string, Made[]>();
  for (const one of members) {
    if (one.type !== "MethodDefinition") continue;
    const key = `${one.static === true} ${one.kind === "constructor" ? "constructor" : keyName(one)}`;
    byName.set(key, [...(byName.get(key) ?? []), one]);
  }
  const extra: Made[] = [];
  for (const [, same] of byName) {
    const [first] = same;
    if (first === undefined || same.length < 2) continue;
    const name = keyName(first);
    same.forEach((one, index) => {
      one.kind = "method";
      one.key = word(`${name}#${index + 1}`, one);
    });
    const at = { start: first.start, end: first.start };
    if (name !== "constructor") extra.push(property(name, opaque([], at), first.static === true, null, at));
  }
  return [...members, ...extra];
}

export function keyName(node: Made): string {
  return (node.key as Made).name as string;
}

/** A declaration that other files see. */
export function exported(declaration: Made): Made {
  return make("ExportNamedDeclaration", declaration, {
    declaration,
    specifiers: [],
    source: null,
    exportKind: "value",
    attributes: [],
  });
}

export function imports(
  source: string,
  names: readonly { readonly imported: string; readonly local: string }[],
  at: Range,
): Made {
  return make("ImportDeclaration", at, {
    source: literal(source, at),
    specifiers: names.map(({ imported, local }) =>
      imported === "*"
        ? make("ImportNamespaceSpecifier", at, { local: word(local, at) })
        : make("ImportSpecifier", at, { imported: word(imported, at), local: word(local, at), importKind: "value" }),
    ),
    importKind: "value",
    attributes: [],
  });
}

export function when(test: Made, consequent: Made, alternate: Made | null, at: Range): Made {
  return make("IfStatement", at, { test, consequent, alternate });
}

export interface Branch {
  /** Values of which one must fit; empty: every other. */
  readonly tests: readonly Made[];
  readonly body: readonly Made[];
  readonly at: Range;
}

/** A switch whose branches do not fall through. */
export function select(subject: Made, branches: readonly Branch[], at: Range): Made {
  const cases = branches.flatMap(({ tests, body, at: range }) => {
    const ends = [...body, make("BreakStatement", { start: range.end, end: range.end }, { label: null })];
    if (tests.length === 0) return [make("SwitchCase", range, { test: null, consequent: ends })];
    return tests.map((test, index) =>
      make("SwitchCase", index === tests.length - 1 ? range : test, {
        test,
        consequent: index === tests.length - 1 ? ends : [],
      }),
    );
  });
  return make("SwitchStatement", at, { discriminant: subject, cases });
}

/** A loop over a list that names each item. */
export function each(name: string, items: Made, body: readonly Made[], at: Range, nameAt: Range): Made {
  return make("ForOfStatement", at, {
    left: variable("const", name, null, null, nameAt),
    right: items,
    body: block(body, at, at),
    await: false,
  });
}

/** A loop of any other kind: what it runs may run any number of times. */
export function loop(test: Made, body: readonly Made[], at: Range): Made {
  return make("WhileStatement", at, { test, body: block(body, at, at) });
}

export function attempt(
  body: readonly Made[],
  handlers: readonly (readonly Made[])[],
  last: readonly Made[] | null,
  at: Range,
  bodyAt: Range,
): Made {
  const inner = handlers.flat();
  const from = inner[0]?.start ?? bodyAt.end;
  const handlerAt = { start: from, end: Math.max(from, inner.at(-1)?.end ?? from) };
  return make("TryStatement", at, {
    block: block(body, bodyAt, at),
    handler:
      handlers.length === 0
        ? null
        : make("CatchClause", handlerAt, { param: null, body: block(inner, handlerAt, handlerAt) }),
    finalizer: last === null ? null : block(last, { start: last[0]?.start ?? at.end, end: last.at(-1)?.end ?? at.end }),
  });
}

/** Runs a series of expressions and gives the last. */
export function sequence(expressions: readonly Made[], at: Range): Made {
  return make("SequenceExpression", at, { expressions: [...expressions] });
}
