import type { Node } from "oxc-parser";
import { entryOf, truthOfCondition } from "./conditions.ts";
import { reachingWrites } from "./flow.ts";
import { handedWrites, plainWrites } from "./handed-objects.ts";
import { filledWhere } from "./hoisted.ts";
import { callbackItem, loop } from "./iteration.ts";
import { isFunction, type Module, type Site } from "./module.ts";
import { identifierIn, namesIn } from "./pattern-names.ts";
import { readPattern } from "./patterns.ts";
import type { Binding } from "./scope.ts";
import {
  type Alternative,
  type Argument,
  type Engine,
  isItself,
  isMissing,
  type Opening,
  one,
  type Scene,
  unknown,
} from "./value.ts";

interface Openable extends Engine {
  opening(fn: Node): Opening | null;
}

/** Values a name can have where it is used. */
export function evaluateBinding(engine: Openable, binding: Binding, scene: Scene, use: Site): readonly Alternative[] {
  const through = (alternatives: readonly Alternative[], at: Node): readonly Alternative[] =>
    alternatives.map((alternative) => ({
      ...alternative,
      via: [{ module: scene.module, node: at }, ...alternative.via],
    }));
  switch (binding.kind) {
    case "import":
      return imported(engine, binding.declaration, scene.module, use);
    case "function":
      if (binding.assignments.length > 0)
        return unknown(`"${binding.name}" is declared or assigned more than once`, use);
      return one({ kind: "function", node: binding.declaration, scene, self: null }, use);
    case "class":
      if (binding.declaration.type !== "ClassDeclaration" && binding.declaration.type !== "ClassExpression") break;
      return one({ kind: "class", node: binding.declaration, scene: outermost(scene) }, use);
    case "enum":
      if (binding.declaration.type !== "TSEnumDeclaration") break;
      return one({ kind: "enum", node: binding.declaration, scene: outermost(scene) }, use);
    case "parameter":
      return parameter(engine, binding, scene, use);
    case "loop":
      return loop(engine, binding, scene, use);
    case "namespace":
      return namespace(engine, binding.declaration, scene, use);
    case "const":
    case "let":
      return through(variable(engine, binding, scene, use), binding.declaration);
    default:
      break;
  }
  return unknown(`"${binding.name}" is only known when the program runs`, use);
}

/** `namespace Names { export const list = "…" }`: a record of what it exports. */
function namespace(engine: Engine, node: Node, scene: Scene, use: Site): readonly Alternative[] {
  const body = node.type === "TSModuleDeclaration" ? node.body : null;
  if (body?.type !== "TSModuleBlock") return unknown("the namespace has no body here", use);
  const members = new Map<string, Argument>();
  for (const statement of body.body) {
    const declaration = statement.type === "ExportNamedDeclaration" ? statement.declaration : null;
    if (declaration === null) continue;
    const identifiers =
      declaration.type === "VariableDeclaration"
        ? declaration.declarations.flatMap(({ id }) => namesIn(id))
        : "id" in declaration && declaration.id !== null
          ? [declaration.id as Node]
          : [];
    for (const identifier of identifiers) {
      if (identifier.type !== "Identifier") continue;
      members.set(identifier.name, { spread: false, values: () => engine.evaluate(identifier, outermost(scene)) });
    }
  }
  return one({ kind: "record", members, spreads: [] }, use);
}

function outermost(scene: Scene): Scene {
  return { module: scene.module, frame: null };
}

function variable(engine: Openable, binding: Binding, scene: Scene, use: Site): readonly Alternative[] {
  const reaching = reachingWrites(scene.module, binding, use.node, {
    truth: (test) => truthOfCondition(engine, test, scene),
    entry: (statement) => entryOf(engine, statement, scene),
  });
  const values: Alternative[] = [];
  let mayEnd = false;
  for (const writer of reaching.writers) {
    if (
      writer.type !== "Program" &&
      !isFunction(writer) &&
      writer !== binding.declaration &&
      isDead(engine, writer, scene)
    )
      continue;
    for (const alternative of written(engine, binding, writer, scene, use)) {
      values.push(alternative);
      if (isMissing(alternative.value) && isWorkedOut(writer)) mayEnd = true;
    }
  }
  if (reaching.writers.length === 1 && binding.assignments.length === 0) {
    const held = values.map((value) => marked(engine, value, binding, scene, use));
    return [...held, ...heldLater(engine, values, binding, scene)];
  }
  const own = values.filter(({ value }) => !isItself(value));
  if (reaching.followed === true && own.length > 0 && own.some(({ value }) => isMissing(value))) {
    const filledAt = filledWhere(scene.module, use.node, binding);
    const left = filledAt === "here" ? own.filter(({ value }) => !isMissing(value)) : own;
    const kept = left.length > 0 ? left : own;
    const sure = reaching.sure && !mayEnd && filledAt !== "unclear";
    return kept.map((one) => marked(engine, { ...one, sure: one.sure && sure }, binding, scene, use));
  }
  // A variable that starts empty and is filled elsewhere is used once it is filled.
  const filled = own.filter(({ value }) => !isMissing(value));
  const kept = filled.length > 0 ? filled : own.length > 0 ? own : values;
  const sure = (reaching.sure || kept.length === 1) && !mayEnd;
  return kept.map((alternative) =>
    marked(engine, { ...alternative, sure: alternative.sure && sure }, binding, scene, use),
  );
}

/** Nothing that a write came to, unlike `x = null`, which says that `x` is not in use. */
function isWorkedOut(writer: Node): boolean {
  if (writer.type !== "AssignmentExpression") return false;
  const { right } = writer;
  return right.type !== "Literal" && !(right.type === "Identifier" && right.name === "undefined");
}

/** A write in a branch that is never taken where customers are (`if (location.hostname === "localhost")`). */
function isDead(engine: Engine, writer: Node, scene: Scene): boolean {
  const { parents } = scene.module;
  for (
    let node = writer, at = parents.get(node);
    at !== undefined && !isFunction(at);
    node = at, at = parents.get(at)
  ) {
    if (at.type !== "IfStatement" || at.test === node) continue;
    const truth = truthOfCondition(engine, at.test, scene);
    if (truth !== null && truth !== (at.consequent === node)) return true;
  }
  return false;
}

/** What a reference that started empty is filled with later: `fns.value = …`, `fns.current = …`. */
function heldLater(
  engine: Engine,
  values: readonly Alternative[],
  binding: Binding,
  scene: Scene,
): readonly Alternative[] {
  if (!values.every(({ value }) => isMissing(value) || value.kind === "text" || value.kind === "call")) return [];
  const later: Alternative[] = [];
  for (const node of binding.writes) {
    const target = node.type === "AssignmentExpression" ? node.left : null;
    if (node.type !== "AssignmentExpression" || target?.type !== "MemberExpression") continue;
    const name = target.property.type === "Identifier" ? target.property.name : "";
    if (name === "value" || name === "current") later.push(...engine.evaluate(node.right, scene));
  }
  const sure = values.every(({ value }) => isMissing(value)) && later.length === 1;
  return later.map((alternative) => ({ ...alternative, sure: alternative.sure && sure }));
}

/** An object or list that is written to after it was made carries those writes along. */
function marked(engine: Engine, alternative: Alternative, binding: Binding, scene: Scene, use: Site): Alternative {
  const { value } = alternative;
  const isData = value.kind === "data" && typeof value.data === "object" && value.data !== null;
  const isChangeable = /^(?:object|map|record|list|instance)$/.test(value.kind) || isData;
  const writes = isChangeable
    ? [
        ...plainWrites(binding, scene, use.node),
        ...handedWrites(engine, binding, scene),
        ...(engine.outside?.of(binding, scene.module) ?? []),
      ]
    : [];
  if (writes.length === 0) return alternative;
  if (value.kind === "list" || (value.kind === "data" && Array.isArray(value.data)))
    return value.kind === "list" ? { ...alternative, value: { ...value, changed: true } } : alternative;
  if (value.kind === "record" || value.kind === "data") {
    const whole: Argument = { spread: true, values: () => [alternative] };
    return { ...alternative, value: { kind: "record", members: new Map(), spreads: [whole], writes } };
  }
  if (value.kind === "object" || value.kind === "map")
    return { ...alternative, value: { ...value, writes: [...value.writes, ...writes] } };
  if (value.kind === "instance")
    return { ...alternative, value: { ...value, writes: [...(value.writes ?? []), ...writes] } };
  return alternative;
}

function written(engine: Engine, binding: Binding, writer: Node, scene: Scene, use: Site): readonly Alternative[] {
  if (writer.type === "Program" || isFunction(writer)) return one({ kind: "plain", value: undefined }, use);
  if (writer.type === "VariableDeclarator") {
    if (writer.init === null) {
      const parent = scene.module.parents.get(writer);
      if (parent?.type === "VariableDeclaration" && parent.declare) {
        return unknown(`"${binding.name}" is declared elsewhere`, use);
      }
      return one({ kind: "plain", value: undefined }, { module: scene.module, node: writer });
    }
    return readPattern(engine, writer.id, binding.identifier, engine.evaluate(writer.init, scene), scene);
  }
  if (writer.type === "AssignmentExpression") {
    if (writer.operator !== "=") return engine.evaluate(writer, scene);
    const values = engine.evaluate(writer.right, scene);
    return writer.left.type === "Identifier" ? values : assigned(engine, writer.left, binding, values, scene);
  }
  return unknown(`"${binding.name}" is changed while the program runs`, use);
}

function assigned(
  engine: Engine,
  pattern: Node,
  binding: Binding,
  values: readonly Alternative[],
  scene: Scene,
): readonly Alternative[] {
  const found = identifierIn(pattern, binding.name);
  return found === null
    ? unknown(`"${binding.name}" is taken apart in a way that cannot be followed`, {
        module: scene.module,
        node: pattern,
      })
    : readPattern(engine, pattern, found, values, scene);
}

function imported(engine: Engine, declaration: Node, module: Module, use: Site): readonly Alternative[] {
  if (declaration.type === "TSImportEqualsDeclaration") {
    const reference = declaration.moduleReference;
    return reference.type === "TSExternalModuleReference"
      ? one(engine.resolveSpecifier(module, reference.expression.value), use)
      : unknown("an import alias is not followed", use);
  }
  const parent = module.parents.get(declaration);
  if (parent?.type !== "ImportDeclaration") return unknown("the import cannot be followed", use);
  const target = engine.resolveSpecifier(module, parent.source.value);
  if (declaration.type === "ImportNamespaceSpecifier") return one(target, use);
  let name = "default";
  if (declaration.type === "ImportSpecifier") {
    const { imported } = declaration;
    name = imported.type === "Identifier" ? imported.name : imported.value;
  }
  return engine.member(target, name, use);
}

function parameter(engine: Openable, binding: Binding, scene: Scene, use: Site): readonly Alternative[] {
  const { fn, index } = binding.parameter ?? { fn: binding.declaration, index: 0 };
  if (binding.assignments.length > 0) return unknown(`the parameter "${binding.name}" is assigned anew`, use);
  for (let frame = scene.frame; frame !== null; frame = frame.next) {
    if (frame.fn === fn) return argument(engine, binding, index, frame.args, scene, use);
  }
  const opening = engine.opening(fn);
  if (opening !== null) {
    return argument(engine, binding, index, opening.args, scene, use).map((alternative) => ({
      ...alternative,
      via: [opening.site, ...alternative.via],
    }));
  }
  const fromList = callbackItem(engine, fn, index, scene, use);
  if (fromList !== null) return readPattern(engine, binding.declaration, binding.identifier, fromList, scene);
  const given = engine.libraries?.parameter(engine, fn, index, binding.declaration, scene.module) ?? null;
  if (given !== null) return readPattern(engine, binding.declaration, binding.identifier, given, scene);
  const whole = one({ kind: "parameter", fn, module: scene.module, name: binding.name }, use);
  return readPattern(engine, binding.declaration, binding.identifier, whole, scene);
}

function argument(
  engine: Engine,
  binding: Binding,
  index: number,
  args: readonly Argument[],
  scene: Scene,
  use: Site,
): readonly Alternative[] {
  if (args.slice(0, index + 1).some((arg) => arg.spread)) return unknown("its arguments are spread from a list", use);
  if (binding.declaration.type === "RestElement") {
    return one({ kind: "list", items: args.slice(index), changed: false }, use);
  }
  const values = args[index]?.values() ?? one({ kind: "plain", value: undefined }, use);
  return readPattern(engine, binding.declaration, binding.identifier, values, scene);
}
