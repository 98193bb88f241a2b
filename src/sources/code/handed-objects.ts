import type { Node } from "oxc-parser";
import { bindingAt, identifiersNamed, isFunction, type Module } from "./module.ts";
import type { Binding } from "./scope.ts";
import type { Argument, Engine, Scene, Value, Write } from "./value.ts";

/** Functions of libraries that write into their first argument. */
const writers = /^(?:merge|mergeWith|assign|assignIn|extend|defaults|defaultsDeep|set|unset|update)$/;

/** An object is handed on this far, from function to function. */
const maxHands = 6;

type Call = Extract<Node, { type: "CallExpression" | "NewExpression" }>;

/** An object that is being looked at, so that what is made of it is not asked for it again. */
const looking = new Set<Binding>();

/**
 * Writes into what a name holds that do not go by the name: another name for it (`const same = config`), functions that
 * are handed it and write into it (`configure(options)`), in this file or another.
 */
export function handedWrites(engine: Engine, binding: Binding, scene: Scene, hands = 0): readonly Write[] {
  if (hands > maxHands || looking.has(binding)) return [];
  looking.add(binding);
  try {
    const { module } = scene;
    return usesOf(module, binding).flatMap(({ use, call, alias }): readonly Write[] => {
      if (alias !== null) {
        const other = bindingAt(module, use, alias.name);
        if (other === null || other === binding) return [];
        return [...plainWrites(other, scene), ...handedWrites(engine, other, scene, hands + 1)];
      }
      if (call === null) return [];
      const index = (call.arguments as readonly Node[]).indexOf(use);
      if (isLibraryWriter(call.callee, index)) return [{ node: call, scene }];
      return calledFunctions(engine, call, scene).flatMap((fn) => writesInside(engine, fn, call, index, scene, hands));
    });
  } finally {
    looking.delete(binding);
  }
}

/** What stands by a name's own spelling: `x.y = …`, `Object.assign(x, …)`. */
export function plainWrites(binding: Binding, scene: Scene, use: Node | null = null): readonly Write[] {
  const by = use === null ? {} : { by: { binding, use } };
  return binding.writes.map((node) => ({ node, scene, ...by }));
}

interface Use {
  readonly use: Node;
  readonly call: Call | null;
  readonly alias: Extract<Node, { type: "Identifier" }> | null;
}

const known = new WeakMap<Binding, readonly Use[]>();

/** Places where what a name holds gets another name or goes into a call. */
function usesOf(module: Module, binding: Binding): readonly Use[] {
  let uses = known.get(binding);
  if (uses === undefined) {
    uses = identifiersNamed(module, binding.name).flatMap((use): Use[] => {
      const parent = module.parents.get(use);
      const isArgument =
        (parent?.type === "CallExpression" || parent?.type === "NewExpression") && parent.callee !== use;
      const alias =
        parent?.type === "VariableDeclarator" && parent.init === use && parent.id.type === "Identifier"
          ? parent.id
          : null;
      if ((!isArgument && alias === null) || bindingAt(module, use, binding.name) !== binding) return [];
      return [{ use, call: isArgument ? parent : null, alias }];
    });
    known.set(binding, uses);
  }
  return uses;
}

function isLibraryWriter(callee: Node, index: number): boolean {
  if (callee.type !== "MemberExpression" || index !== 0) return false;
  const { object, property } = callee;
  const ofLibrary = object.type === "Identifier" && /^(?:_|lodash|\$|jQuery|angular)$/.test(object.name);
  return ofLibrary && property.type === "Identifier" && writers.test(property.name);
}

type FunctionValue = Extract<Value, { kind: "function" }>;

/** Functions of the tree that a call enters. */
function calledFunctions(engine: Engine, call: Call, scene: Scene): readonly FunctionValue[] {
  return engine.evaluate(call.callee, scene).flatMap(({ value }): readonly FunctionValue[] => {
    if (value.kind === "function") return [value];
    if (value.kind !== "class") return [];
    const maker = value.node.body.body.find(
      (member) => member.type === "MethodDefinition" && member.kind === "constructor",
    );
    if (maker?.type !== "MethodDefinition") return [];
    return [{ kind: "function", node: maker.value, scene: value.scene, self: null }];
  });
}

function writesInside(
  engine: Engine,
  fn: FunctionValue,
  call: Call,
  index: number,
  scene: Scene,
  hands: number,
): readonly Write[] {
  const { node } = fn;
  if (!isFunction(node) || node.body === null) return [];
  const given = node.params[index];
  const parameter = given?.type === "AssignmentPattern" ? given.left : given;
  if (parameter?.type !== "Identifier") return [];
  const { module } = fn.scene;
  const inside = bindingAt(module, node.body, parameter.name);
  if (inside?.parameter?.fn !== node) return [];
  const args = call.arguments.map((one): Argument => {
    const isSpread = one.type === "SpreadElement";
    return { spread: isSpread, values: () => engine.evaluate(isSpread ? one.argument : one, scene) };
  });
  const frame = { fn: node, args, self: fn.self, next: fn.scene.frame, at: { module: scene.module, node: call } };
  const inner: Scene = { module, frame };
  return [...plainWrites(inside, inner), ...handedWrites(engine, inside, inner, hands + 1)];
}
