import type { Node } from "oxc-parser";
import { entryOf, truthOfCondition } from "./conditions.ts";
import { bare } from "./field-writes.ts";
import { type Chooses, isExport, type Reaching, reachingWrites } from "./flow.ts";
import { enclosingFunction, isFunction, type Module, type Site } from "./module.ts";
import type { Binding } from "./scope.ts";
import { type Alternative, type Engine, isItself, isMissing, type Scene, type Value, type Write } from "./value.ts";

/** Writes that are being followed: what is written from what it held before adds nothing. */
const following = new Set<Node>();

/** What a member of an object is that is written to after it was made. `own`: what it was made with. */
export function withWrites(
  engine: Engine,
  own: readonly Alternative[],
  name: string,
  writes: readonly Write[],
): readonly Alternative[] {
  const last = lastWrites(engine, own, name, writes);
  if (last !== null) return last;
  const deeper = writes.flatMap(({ node, scene, depth = 0 }): Write[] => {
    const path = pathOf(node);
    return path !== null && path.length > depth + 1 && path[depth] === name ? [{ node, scene, depth: depth + 1 }] : [];
  });
  if (deeper.length > 0 && own.every(({ value }) => isWritable(value))) {
    const others = writes.filter(({ node }) => deeper.every((one) => one.node !== node));
    return withWrites(
      engine,
      own.map((alternative) => withDeeper(alternative, deeper)),
      name,
      others,
    );
  }
  const later: Alternative[] = [];
  let doubt = false;
  for (const { node, scene, depth = 0 } of writes) {
    if (following.has(node)) continue;
    following.add(node);
    try {
      const path = depth === 0 ? null : pathOf(node);
      const isEnd = path !== null && path.length === depth + 1 && node.type === "AssignmentExpression";
      const isOther = path !== null && path[depth] !== name;
      const written = isOther
        ? null
        : isEnd
          ? engine.evaluate(node.right, scene)
          : writtenBy(engine, node, scene, name);
      if (written === "maybe") doubt = true;
      else if (written !== null) later.push(...written.filter(({ value }) => !isItself(value)));
    } finally {
      following.delete(node);
    }
  }
  if (later.length === 0) return doubt ? own.map((alternative) => ({ ...alternative, sure: false })) : own;
  const before = own.filter(({ value }) => !isMissing(value));
  const sure = !doubt && before.length + later.length === 1;
  return [...before, ...later].map((alternative) => ({ ...alternative, sure: alternative.sure && sure }));
}

/** Names on the way from an object to what `x.inner.name = …` writes; null for writes of other kinds. */
function pathOf(node: Node): readonly string[] | null {
  if (node.type !== "AssignmentExpression" || node.operator !== "=") return null;
  const path: string[] = [];
  let at = bare(node.left);
  for (; at.type === "MemberExpression"; at = bare(at.object)) {
    if (at.computed || at.property.type !== "Identifier") return null;
    path.unshift(at.property.name);
  }
  return at.type === "Identifier" ? path : null;
}

function isWritable(value: Value): boolean {
  return value.kind === "object" || value.kind === "record" || value.kind === "data";
}

/** An object inside another one, with what is written into it by way of the outer one. */
function withDeeper(alternative: Alternative, writes: readonly Write[]): Alternative {
  const { value } = alternative;
  if (value.kind !== "object" && value.kind !== "record" && value.kind !== "data") return alternative;
  return { ...alternative, value: { ...value, writes: [...(value.writes ?? []), ...writes] } };
}

/**
 * What the plain assignments to a member (`config.region = …`) leave in it where it is used, when there are no other
 * writes that may touch it; null where their order cannot be followed.
 */
function lastWrites(
  engine: Engine,
  own: readonly Alternative[],
  name: string,
  writes: readonly Write[],
): readonly Alternative[] | null {
  const touching = writes.filter(({ node }) => !isOfOther(node, name));
  const [first] = touching;
  if (first?.by === undefined) return null;
  const { binding, use } = first.by;
  if (binding.declaration.type !== "VariableDeclarator" || binding.assignments.length > 0) return null;
  if (touching.some((write) => write.by?.binding !== binding || !isPlain(write.node))) return null;
  if (touching.some(({ node }) => following.has(node))) return null;
  const { scene } = first;
  if (!isReadThere(scene.module, use)) return null;
  const reaching = lastReaching(scene.module, { ...binding, assignments: touching.map(({ node }) => node) }, use, {
    truth: (test) => truthOfCondition(engine, test, scene),
    entry: (statement) => entryOf(engine, statement, scene),
  });
  if (reaching === null) return null;
  const values = reaching.writers.flatMap((writer): readonly Alternative[] => {
    // Before its line a `var` holds no object whose members could be asked for.
    if (writer.type === "Program" || isFunction(writer)) return [];
    if (writer.type !== "AssignmentExpression") return own;
    following.add(writer);
    try {
      return engine.evaluate(writer.right, scene);
    } finally {
      following.delete(writer);
    }
  });
  if (values.some(({ value }) => isItself(value))) return null;
  return values.map((alternative) => ({ ...alternative, sure: alternative.sure && reaching.sure }));
}

/**
 * A member is taken out of the object at this very place, or by other files once this one has run; who is given the
 * object may look into it later.
 */
function isReadThere(module: Module, use: Node): boolean {
  if (isExport(module, use)) return true;
  const parent = module.parents.get(use);
  switch (parent?.type) {
    case "MemberExpression":
      return parent.object === use;
    case "VariableDeclarator":
      return parent.init === use && parent.id.type === "ObjectPattern";
    case "SpreadElement":
      return module.parents.get(parent)?.type === "ObjectExpression";
    default:
      return false;
  }
}

/** Which writes reach a use, in the function that they stand in or in one that is made after all of them. */
function lastReaching(module: Module, binding: Binding, use: Node, chooses: Chooses): Reaching | null {
  const home = enclosingFunction(module, binding.declaration);
  if (binding.assignments.some((node) => enclosingFunction(module, node) !== home)) return null;
  let at: Node | null = use;
  for (let fn = enclosingFunction(module, use); fn !== home; fn = enclosingFunction(module, fn)) {
    if (fn === null) return null;
    at = fn;
  }
  // What is declared may be called before its place is come to, and before what stands above it.
  if (at !== use && at.type === "FunctionDeclaration") return null;
  if (at !== use && binding.assignments.some((node) => node.start > at.start)) return null;
  const reaching = reachingWrites(module, binding, at, chooses);
  return reaching.followed === true ? reaching : null;
}

/** A plain assignment to a member of another name. */
function isOfOther(node: Node, name: string): boolean {
  if (!isPlain(node) || node.type !== "AssignmentExpression") return false;
  const target = bare(node.left);
  return target.type === "MemberExpression" && target.property.type === "Identifier" && target.property.name !== name;
}

/** `x.name = …`. */
function isPlain(node: Node): boolean {
  if (node.type !== "AssignmentExpression" || node.operator !== "=") return false;
  const target = bare(node.left);
  return target.type === "MemberExpression" && !target.computed && bare(target.object).type === "Identifier";
}

/** Values that a write gives to a member; null: it does not touch it; "maybe": it may, and nobody knows with what. */
function writtenBy(engine: Engine, node: Node, scene: Scene, name: string): readonly Alternative[] | "maybe" | null {
  if (node.type === "AssignmentExpression") {
    const target = bare(node.left);
    if (target.type !== "MemberExpression") return "maybe";
    if (!isWhole(target.object)) return touches(target, name) ? "maybe" : null;
    if (!node.operator.endsWith("=") || !["=", "??=", "||="].includes(node.operator)) return "maybe";
    return under(keysIn(engine, target, scene), name, () => engine.evaluate(node.right, scene));
  }
  if (node.type !== "CallExpression" || node.callee.type !== "MemberExpression") return "maybe";
  const { object, property } = node.callee;
  const method = property.type === "Identifier" ? property.name : "";
  const [first, second] = node.arguments;
  if (object.type === "Identifier" && object.name === "Object" && method === "assign") {
    const given = node.arguments.slice(1).flatMap((source) => {
      const values = engine.evaluate(source.type === "SpreadElement" ? source.argument : source, scene);
      return values.flatMap(({ value }) => engine.member(value, name, { module: scene.module, node }));
    });
    return given.every(({ value }) => isMissing(value)) ? null : given;
  }
  if (method === "set" && first !== undefined && second !== undefined && isWhole(object)) {
    if (first.type === "SpreadElement" || second.type === "SpreadElement") return "maybe";
    return under(engine.evaluate(first, scene), name, () => engine.evaluate(second, scene));
  }
  return method === "delete" || method === "clear" ? null : "maybe";
}

function keysIn(
  engine: Engine,
  target: Extract<Node, { type: "MemberExpression" }>,
  scene: Scene,
): readonly Alternative[] | string {
  if (target.computed) return engine.evaluate(target.property, scene);
  return target.property.type === "Identifier" ? target.property.name : "";
}

/** What is written under a key, if the key can be `name`; in doubt when it may be another one. */
function under(
  keys: readonly Alternative[] | string,
  name: string,
  values: () => readonly Alternative[],
): readonly Alternative[] | null {
  if (typeof keys === "string") return keys === name ? values() : null;
  const hits = keys.map(({ value, sure }) => {
    if (value.kind === "text" && value.holes.length === 0) return value.text === name && (sure || "maybe");
    if (value.kind === "plain") return String(value.value) === name && (sure || "maybe");
    return "maybe";
  });
  if (hits.every((hit) => hit === false)) return null;
  const sure = hits.length === 1 && hits[0] === true;
  return sure ? values() : values().map((alternative) => ({ ...alternative, sure: false }));
}

/** The object itself, not something inside it: a name, or a member of `this` or of a class that holds it. */
function isWhole(node: Node): boolean {
  const at = bare(node);
  if (at.type === "Identifier") return true;
  if (at.type !== "MemberExpression" || at.computed) return false;
  const object = bare(at.object);
  return object.type === "ThisExpression" || (object.type === "Identifier" && /^[A-Z]/.test(object.name));
}

function touches(target: Node, name: string): boolean {
  let at: Node = target;
  while (at.type === "MemberExpression" && at.object.type === "MemberExpression") at = at.object;
  return (
    at.type !== "MemberExpression" || at.computed || (at.property.type === "Identifier" && at.property.name === name)
  );
}

/** What a `Map` holds under a key. */
export function mapGet(
  engine: Engine,
  map: Extract<Value, { kind: "map" }>,
  name: string,
  site: Site,
): readonly Alternative[] {
  return withWrites(engine, engine.member(map.entries, name, site), name, map.writes);
}
