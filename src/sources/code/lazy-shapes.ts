// Longer than 300 lines: one table of the parser's nodes, read top to bottom.
/**
 * How the parser's lazy nodes, which follow its own syntax tree, read as ESTree. The lazy form leaves some children
 * out (rest elements, a class's parent, modifiers of parameters): those are taken from the text, in `gaps`.
 */

/** A node of the parser's lazy tree: getters into its buffer, valid until the tree is disposed of. */
export interface Handle {
  readonly type?: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

/** What a child is made from: where to find its handle, and the shape it has if its own type does not say. */
export type Field =
  | { readonly kind: "copy"; readonly of: (handle: Handle, text: string) => unknown }
  | { readonly kind: "node"; readonly of: (handle: Handle) => Handle | null; readonly as?: string }
  | { readonly kind: "list"; readonly of: (handle: Handle) => readonly (Handle | null)[]; readonly as?: string }
  /** Source that the lazy tree lacks: parsed on its own. `list`: what `of` gives stands before it. */
  | {
      readonly kind: "gap";
      readonly gap: Gap;
      readonly of?: (handle: Handle) => readonly (Handle | null)[];
      readonly as?: string;
    };

export type Gap = "rest" | "superClass";

export interface Shape {
  /** ESTree type; null: the handle's own `type`. */
  readonly type: string | null;
  readonly fields: Readonly<Record<string, Field>>;
  /** Where the node stands, if not where its handle does. */
  readonly span?: (handle: Handle, text: string) => { readonly start: number; readonly end: number };
}

const copy = (name: string): Field => ({ kind: "copy", of: (handle) => handle[name] });
const fixed = (value: unknown): Field => ({ kind: "copy", of: () => value });
const node = (name: string, as?: string): Field => ({
  kind: "node",
  of: (handle) => (handle[name] ?? null) as Handle | null,
  ...(as === undefined ? {} : { as }),
});
const list = (name: string, as?: string): Field => ({
  kind: "list",
  of: (handle) => (handle[name] ?? []) as readonly (Handle | null)[],
  ...(as === undefined ? {} : { as }),
});
const self = (as: string): Field => ({ kind: "node", of: (handle) => handle, as });
const rest = (name: string, as?: string): Field => ({
  kind: "gap",
  gap: "rest",
  of: (handle) => (handle[name] ?? []) as readonly (Handle | null)[],
  ...(as === undefined ? {} : { as }),
});
const shape = (type: string | null, fields: Record<string, Field> = {}): Shape => ({ type, fields });

const named = shape("Identifier", { name: copy("name") });
const params: Field = {
  kind: "gap",
  gap: "rest",
  of: (handle) => ((handle.params as Handle | null)?.items ?? []) as readonly Handle[],
  as: "FormalParameter",
};
const fn = { id: node("id"), params, body: node("body"), async: copy("async"), generator: copy("generator") };
const klass = shape(null, {
  decorators: list("decorators"),
  id: node("id"),
  superClass: { kind: "gap", gap: "superClass" },
  body: node("body"),
  abstract: copy("abstract"),
});
const member = {
  decorators: list("decorators"),
  key: node("key"),
  value: node("value"),
  computed: copy("computed"),
  static: copy("static"),
  accessibility: copy("accessibility"),
};
const typed = shape(null, { expression: node("expression"), typeAnnotation: node("typeAnnotation") });
const moduleShape = shape("TSModuleDeclaration", { id: node("id"), body: node("body"), declare: copy("declare") });
/** JSX names are identifiers to the parser, and JSXIdentifiers to ESTree. */
const jsxName = "JSXName";

const lastWord =
  (word: string) =>
  ({ end }: Handle): { start: number; end: number } => ({ start: end - word.length, end });

/** By the lazy tree's type, or the `as` of a field. Types that are not here have no children that anybody asks for. */
export const shapes: Readonly<Record<string, Shape>> = {
  Program: shape(null, { body: list("body") }),
  IdentifierName: named,
  IdentifierReference: named,
  BindingIdentifier: named,
  LabelIdentifier: named,
  PrivateIdentifier: shape(null, { name: copy("name") }),
  StringLiteral: shape("Literal", { value: copy("value") }),
  NumericLiteral: shape("Literal", { value: copy("value") }),
  BooleanLiteral: shape("Literal", { value: copy("value") }),
  NullLiteral: shape("Literal", { value: fixed(null) }),
  BigIntLiteral: shape("Literal", {
    value: {
      kind: "copy",
      of: ({ start, end }, text) => BigInt(text.slice(start, end).replaceAll("_", "").slice(0, -1)),
    },
  }),
  RegExpLiteral: shape("Literal", {
    value: fixed({}),
    regex: {
      kind: "copy",
      of: ({ start, end }, text) => {
        const [, pattern = "", flags = ""] = /^\/([\s\S]*)\/(\w*)$/.exec(text.slice(start, end)) ?? [];
        return { pattern, flags };
      },
    },
  }),
  TemplateLiteral: shape(null, { quasis: list("quasis"), expressions: list("expressions") }),
  TemplateElement: shape(null, {
    value: {
      kind: "copy",
      of: (handle) => {
        const { raw, cooked } = handle.value as { raw: string; cooked: string | null };
        return { raw, cooked };
      },
    },
    tail: copy("tail"),
  }),
  TaggedTemplateExpression: shape(null, { tag: node("tag"), quasi: node("quasi") }),
  ArrayExpression: shape(null, { elements: list("elements") }),
  ObjectExpression: shape(null, { properties: list("properties") }),
  ObjectProperty: shape("Property", {
    key: node("key"),
    value: node("value"),
    kind: copy("kind"),
    method: copy("method"),
    shorthand: copy("shorthand"),
    computed: copy("computed"),
  }),
  BindingProperty: shape("Property", {
    key: node("key"),
    value: node("value"),
    kind: fixed("init"),
    method: fixed(false),
    shorthand: copy("shorthand"),
    computed: copy("computed"),
  }),
  SpreadElement: shape(null, { argument: node("argument") }),
  StaticMemberExpression: shape("MemberExpression", {
    object: node("object"),
    property: node("property"),
    computed: fixed(false),
    optional: copy("optional"),
  }),
  ComputedMemberExpression: shape("MemberExpression", {
    object: node("object"),
    property: node("property"),
    computed: fixed(true),
    optional: copy("optional"),
  }),
  PrivateFieldExpression: shape("MemberExpression", {
    object: node("object"),
    property: node("property"),
    computed: fixed(false),
    optional: copy("optional"),
  }),
  CallExpression: shape(null, { callee: node("callee"), arguments: list("arguments"), optional: copy("optional") }),
  NewExpression: shape(null, { callee: node("callee"), arguments: list("arguments") }),
  ImportMeta: shape("MetaProperty", { meta: self("Import"), property: self("Meta") }),
  NewTarget: shape("MetaProperty", { meta: self("New"), property: self("Target") }),
  Import: shape("Identifier", { name: fixed("import") }),
  Meta: { ...shape("Identifier", { name: fixed("meta") }), span: lastWord("meta") },
  New: shape("Identifier", { name: fixed("new") }),
  Target: { ...shape("Identifier", { name: fixed("target") }), span: lastWord("target") },
  UpdateExpression: shape(null, { operator: copy("operator"), prefix: copy("prefix"), argument: node("argument") }),
  UnaryExpression: shape(null, { operator: copy("operator"), prefix: fixed(true), argument: node("argument") }),
  BinaryExpression: shape(null, { left: node("left"), operator: copy("operator"), right: node("right") }),
  PrivateInExpression: shape("BinaryExpression", {
    left: node("left"),
    operator: fixed("in"),
    right: node("right"),
  }),
  LogicalExpression: shape(null, { left: node("left"), operator: copy("operator"), right: node("right") }),
  ConditionalExpression: shape(null, {
    test: node("test"),
    consequent: node("consequent"),
    alternate: node("alternate"),
  }),
  AssignmentExpression: shape(null, { operator: copy("operator"), left: node("left"), right: node("right") }),
  ArrayAssignmentTarget: shape("ArrayPattern", { elements: rest("elements") }),
  ObjectAssignmentTarget: shape("ObjectPattern", { properties: rest("properties") }),
  AssignmentTargetWithDefault: shape("AssignmentPattern", { left: node("left"), right: node("right") }),
  AssignmentTargetPropertyIdentifier: shape("Property", {
    key: node("key"),
    value: {
      kind: "node",
      of: (handle) => (handle.value === null ? (handle.key as Handle) : handle),
      as: "ShorthandTarget",
    },
    kind: fixed("init"),
    method: fixed(false),
    shorthand: fixed(true),
    computed: fixed(false),
  }),
  AssignmentTargetPropertyProperty: shape("Property", {
    key: node("key"),
    value: node("value"),
    kind: fixed("init"),
    method: fixed(false),
    shorthand: fixed(false),
    computed: copy("computed"),
  }),
  ShorthandTarget: shape("AssignmentPattern", { left: node("key"), right: node("value") }),
  SequenceExpression: shape(null, { expressions: list("expressions") }),
  AwaitExpression: shape(null, { argument: node("argument") }),
  YieldExpression: shape(null, { delegate: copy("delegate"), argument: node("argument") }),
  ChainExpression: shape(null, { expression: node("expression") }),
  ParenthesizedExpression: shape(null, { expression: node("expression") }),
  ImportExpression: shape(null, { source: node("source"), options: node("options") }),
  BlockStatement: shape(null, { body: list("body") }),
  FunctionBody: shape("BlockStatement", { body: list("body") }),
  VariableDeclaration: shape(null, {
    kind: copy("kind"),
    declarations: list("declarations"),
    declare: copy("declare"),
  }),
  VariableDeclarator: shape(null, { id: node("id"), init: node("init"), definite: copy("definite") }),
  ExpressionStatement: shape(null, { expression: node("expression") }),
  IfStatement: shape(null, { test: node("test"), consequent: node("consequent"), alternate: node("alternate") }),
  DoWhileStatement: shape(null, { body: node("body"), test: node("test") }),
  WhileStatement: shape(null, { test: node("test"), body: node("body") }),
  ForStatement: shape(null, { init: node("init"), test: node("test"), update: node("update"), body: node("body") }),
  ForInStatement: shape(null, { left: node("left"), right: node("right"), body: node("body") }),
  ForOfStatement: shape(null, { left: node("left"), right: node("right"), body: node("body"), await: copy("await") }),
  BreakStatement: shape(null, { label: node("label") }),
  ContinueStatement: shape(null, { label: node("label") }),
  ReturnStatement: shape(null, { argument: node("argument") }),
  WithStatement: shape(null, { object: node("object"), body: node("body") }),
  SwitchStatement: shape(null, { discriminant: node("discriminant"), cases: list("cases") }),
  SwitchCase: shape(null, { test: node("test"), consequent: list("consequent") }),
  LabeledStatement: shape(null, { label: node("label"), body: node("body") }),
  ThrowStatement: shape(null, { argument: node("argument") }),
  TryStatement: shape(null, { block: node("block"), handler: node("handler"), finalizer: node("finalizer") }),
  CatchClause: shape(null, {
    param: { kind: "node", of: (handle) => ((handle.param as Handle | null)?.pattern ?? null) as Handle | null },
    body: node("body"),
  }),
  AssignmentPattern: shape(null, { left: node("left"), right: node("right") }),
  ObjectPattern: shape(null, { properties: rest("properties") }),
  ArrayPattern: shape(null, { elements: rest("elements") }),
  FunctionDeclaration: shape(null, fn),
  FunctionExpression: shape(null, fn),
  TSDeclareFunction: shape(null, fn),
  TSEmptyBodyFunctionExpression: shape(null, fn),
  ArrowFunctionExpression: shape(null, { ...fn, id: fixed(null), generator: fixed(false) }),
  /** A parameter as ESTree writes it is chosen from what it holds, see `shapeOf`. */
  ParameterWithDefault: {
    ...shape("AssignmentPattern", { left: self("ParameterPattern"), right: node("initializer") }),
    span: (handle) => ({ start: (handle.pattern as Handle).start, end: handle.end }),
  },
  ParameterName: {
    ...shape("Identifier", {
      name: { kind: "copy", of: (handle) => (handle.pattern as Handle).name },
      typeAnnotation: node("typeAnnotation"),
      decorators: list("decorators"),
    }),
    span: (handle) => {
      const { start, end } = handle.pattern as Handle;
      return { start, end: (handle.typeAnnotation as Handle | null)?.end ?? end };
    },
  },
  ParameterProperty: shape("TSParameterProperty", {
    parameter: self("ParameterOfProperty"),
    decorators: list("decorators"),
  }),
  ClassDeclaration: klass,
  ClassExpression: klass,
  ClassBody: shape(null, { body: list("body") }),
  MethodDefinition: shape(null, { ...member, kind: copy("kind") }),
  TSAbstractMethodDefinition: shape(null, { ...member, kind: copy("kind") }),
  PropertyDefinition: shape(null, {
    ...member,
    typeAnnotation: node("typeAnnotation"),
    declare: copy("declare"),
    readonly: copy("readonly"),
  }),
  TSAbstractPropertyDefinition: shape(null, { ...member, typeAnnotation: node("typeAnnotation") }),
  AccessorProperty: shape(null, member),
  StaticBlock: shape(null, { body: list("body") }),
  Decorator: shape(null, { expression: node("expression") }),
  ImportDeclaration: shape(null, {
    specifiers: list("specifiers"),
    source: node("source"),
    importKind: copy("importKind"),
  }),
  ImportSpecifier: shape(null, { imported: node("imported"), local: node("local"), importKind: copy("importKind") }),
  ImportDefaultSpecifier: shape(null, { local: node("local") }),
  ImportNamespaceSpecifier: shape(null, { local: node("local") }),
  ExportDeclaration: shape("ExportNamedDeclaration", {
    declaration: node("declaration"),
    specifiers: fixed([]),
    source: fixed(null),
    exportKind: {
      kind: "copy",
      of: (handle) => {
        const { type = "", declare } = handle.declaration as Handle;
        return declare === true || type === "TSInterfaceDeclaration" || type === "TSTypeAliasDeclaration"
          ? "type"
          : "value";
      },
    },
  }),
  ExportNamedDeclaration: shape(null, {
    declaration: fixed(null),
    specifiers: list("specifiers"),
    source: fixed(null),
    exportKind: copy("exportKind"),
  }),
  ExportFromDeclaration: shape("ExportNamedDeclaration", {
    declaration: fixed(null),
    specifiers: list("specifiers"),
    source: node("source"),
    exportKind: copy("exportKind"),
  }),
  ExportSpecifier: shape(null, { local: node("local"), exported: node("exported"), exportKind: copy("exportKind") }),
  ExportDefaultDeclaration: shape(null, { declaration: node("declaration") }),
  ExportAllDeclaration: shape(null, {
    exported: node("exported"),
    source: node("source"),
    exportKind: copy("exportKind"),
  }),
  JSXElement: shape(null, {
    openingElement: node("openingElement"),
    children: list("children"),
    closingElement: node("closingElement"),
  }),
  JSXOpeningElement: shape(null, { name: node("name", jsxName), attributes: list("attributes") }),
  JSXClosingElement: shape(null, { name: node("name", jsxName) }),
  JSXFragment: shape(null, { children: list("children") }),
  JSXNamespacedName: shape(null, { namespace: node("namespace"), name: node("name") }),
  JSXMemberExpression: shape(null, { object: node("object", jsxName), property: node("property") }),
  JSXIdentifier: shape(null, { name: copy("name") }),
  [jsxName]: shape("JSXIdentifier", { name: copy("name") }),
  JSXThis: shape("JSXIdentifier", { name: fixed("this") }),
  JSXExpressionContainer: shape(null, { expression: node("expression") }),
  JSXSpreadChild: shape(null, { expression: node("expression") }),
  JSXAttribute: shape(null, { name: node("name"), value: node("value") }),
  JSXSpreadAttribute: shape(null, { argument: node("argument") }),
  JSXText: shape(null, { value: copy("value") }),
  TSAsExpression: typed,
  TSSatisfiesExpression: typed,
  TSTypeAssertion: typed,
  TSNonNullExpression: typed,
  TSInstantiationExpression: shape(null, { expression: node("expression") }),
  TSExportAssignment: shape(null, { expression: node("expression") }),
  TSImportEqualsDeclaration: shape(null, { id: node("id"), moduleReference: node("moduleReference") }),
  TSExternalModuleReference: shape(null, { expression: node("expression") }),
  TSQualifiedName: shape(null, { left: node("left"), right: node("right") }),
  TSEnumDeclaration: shape(null, { id: node("id"), body: node("body"), declare: copy("declare") }),
  TSEnumBody: shape(null, { members: list("members") }),
  TSEnumMember: shape(null, { id: node("id"), initializer: node("initializer") }),
  TSNamespaceDeclaration: moduleShape,
  TSExternalModuleDeclaration: moduleShape,
  TSGlobalDeclaration: shape("TSModuleDeclaration", { id: self("Global"), body: node("body") }),
  Global: {
    ...shape("Identifier", { name: fixed("global") }),
    span: (handle, text) => {
      const start = text.indexOf("global", handle.start);
      return { start, end: start + "global".length };
    },
  },
  TSModuleBlock: shape(null, { body: list("body") }),
  TSTypeAnnotation: shape(null, { typeAnnotation: node("typeAnnotation") }),
  TSTypeReference: shape(null, { typeName: node("typeName") }),
  TSTypeAliasDeclaration: shape(null, { id: node("id") }),
  TSInterfaceDeclaration: shape(null, { id: node("id") }),
};

const empty = shape(null);

/** The shape of a handle in a field. `as` decides where the lazy tree's own type is not ESTree's. */
export function shapeOf(
  handle: Handle,
  as: string | undefined,
  text: string,
): { readonly shape: Shape; readonly of: Handle } {
  const plain = (from: Handle): { shape: Shape; of: Handle } => ({ shape: shapes[from.type ?? ""] ?? empty, of: from });
  switch (as) {
    case undefined:
      return plain(handle);
    case "FormalParameter":
      return hasModifier(handle, text) ? use("ParameterProperty", handle) : parameter(handle);
    case "ParameterOfProperty":
      return parameter(handle);
    case "ParameterPattern":
      return pattern(handle);
    case "ShorthandTarget":
      return handle.type === "IdentifierReference" ? plain(handle) : use("ShorthandTarget", handle);
    case jsxName:
      if (handle.type === "ThisExpression") return use("JSXThis", handle);
      return handle.type === "IdentifierReference" ? use(jsxName, handle) : plain(handle);
    default:
      return use(as, handle);
  }
}

function use(name: string, of: Handle): { shape: Shape; of: Handle } {
  return { shape: shapes[name] ?? empty, of };
}

function parameter(handle: Handle): { shape: Shape; of: Handle } {
  return handle.initializer === null || handle.initializer === undefined
    ? pattern(handle)
    : use("ParameterWithDefault", handle);
}

function pattern(handle: Handle): { shape: Shape; of: Handle } {
  const inner = handle.pattern as Handle;
  return inner.type === "BindingIdentifier"
    ? use("ParameterName", handle)
    : { shape: shapes[inner.type ?? ""] ?? empty, of: inner };
}

/** `constructor(private readonly functions: Functions)`: modifiers stand right before the name. */
function hasModifier(handle: Handle, text: string): boolean {
  const { start } = handle.pattern as Handle;
  return /(?:public|private|protected|readonly|override)\s+$/.test(text.slice(Math.max(0, start - 80), start));
}
