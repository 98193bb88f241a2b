// Longer than 300 lines: one answer for each kind of object, and the ways classes hand theirs on.
import type { Class, Node, ObjectExpression, ObjectProperty } from "oxc-parser";
import { flatItems, fromData } from "./items.ts";
import { identifiersNamed, type Site } from "./module.ts";
import {
  type Alternative,
  type Argument,
  absent,
  type Engine,
  flatMap,
  isMissing,
  one,
  type Scene,
  text,
  unknown,
  type Value,
} from "./value.ts";
import { withWrites } from "./writes.ts";

/** What `value.name` is. */
export function memberOf(engine: Engine, value: Value, name: string, site: Site): readonly Alternative[] {
  switch (value.kind) {
    case "object":
      return objectMember(engine, value, name, site);
    case "record": {
      const given = value.members.get(name);
      const own = given?.values() ?? fromSpreads(engine, value.spreads, name, site, () => one(absent, site));
      return value.writes === undefined ? own : withWrites(engine, own, name, value.writes);
    }
    case "list": {
      if (name === "length" && !value.changed && value.loose !== true) {
        const length = flatItems(value.items)?.length;
        if (length !== undefined) return one({ kind: "plain", value: length }, site);
      }
      if (!/^\d+$/.test(name)) return one({ kind: "member", object: value, name }, site);
      const index = Number(name);
      if (value.loose === true || value.changed) {
        const any = value.items.flatMap((entry) => (entry.spread ? [] : entry.values()));
        const doubted = any.map((alternative) => ({ ...alternative, sure: false }));
        return [...doubted, ...unknown("the list is put together when the program runs", site)];
      }
      const known = value.items.slice(0, index + 1).some((item) => item.spread) ? flatItems(value.items) : value.items;
      if (known === null) return unknown("the list is put together when the program runs", site);
      return known[index]?.values() ?? one(absent, site);
    }
    case "data": {
      const isOwn = Array.isArray(value.data) ? /^\d+$/.test(name) : Object.hasOwn(value.data as object, name);
      if (!isOwn && name === "default") return one(value, site);
      const own = isOwn
        ? one(fromData((value.data as Record<string, unknown>)[name], value.file), {
            place: { file: value.file, line: 1 },
          })
        : one(absent, site);
      return value.writes === undefined ? own : withWrites(engine, own, name, value.writes);
    }
    case "module":
      return engine.exported(value.file, name) ?? unknown(`${value.file} exports no "${name}"`, site);
    case "external":
      if (value.name === "*") return one({ kind: "external", source: value.source, name }, site);
      return one({ kind: "member", object: value, name }, site);
    case "enum":
      return enumMember(engine, value.node, value.scene, name, site);
    case "class": {
      const own = classMember(engine, value, name, value, site);
      const writes = engine.outside?.ofField(value.node, value.scene.module, name, true) ?? [];
      return writes.length === 0 ? own : withWrites(engine, own, name, writes);
    }
    case "instance": {
      const own =
        value.open === true
          ? openMember(engine, value, name, site)
          : classMember(engine, value, name, value.as ?? value, site);
      const outside =
        value.open === true ? (engine.outside?.ofField(value.node, value.scene.module, name, false) ?? []) : [];
      const writes = [...(value.writes ?? []), ...outside];
      return writes.length === 0 ? own : withWrites(engine, own, name, writes);
    }
    case "unknown":
      return one(value, site);
    case "text":
      if (value.holes.length === 0 && name === "length") return one({ kind: "plain", value: value.text.length }, site);
      if (value.holes.length === 0 && /^\d+$/.test(name))
        return one(Number(name) < value.text.length ? text(value.text.charAt(Number(name))) : absent, site);
      // Of a URL that is kept as its text.
      return name === "href" ? one(value, site) : heldOrTerm(value, name, site);
    case "plain":
      // Of nothing there are no members: `?.` gives nothing, and without it the code stops here.
      return isMissing(value) ? one(absent, site) : heldOrTerm(value, name, site);
    case "call":
      return heldOrTerm(value, name, site);
    default:
      return one({ kind: "member", object: value, name }, site);
  }
}

/** References of Vue and React stand for what they hold. */
function heldOrTerm(value: Value, name: string, site: Site): readonly Alternative[] {
  if ((name === "value" || name === "current") && isHeld(value) && !isCalled(site)) return one(value, site);
  return one({ kind: "member", object: value, name }, site);
}

function isCalled({ module, node }: Site): boolean {
  const parent = module.parents.get(node);
  return parent?.type === "CallExpression" && parent.callee === node;
}

function isHeld(value: Value): boolean {
  if (value.kind !== "call") return value.kind === "text" || (value.kind === "plain" && (value.value ?? null) === null);
  return value.callee.kind === "external" || value.callee.kind === "member";
}

function objectMember(
  engine: Engine,
  value: Extract<Value, { kind: "object" }>,
  name: string,
  site: Site,
): readonly Alternative[] {
  const last = placesOf(value.node)?.get(name);
  const plain = placesOf(value.node) !== null;
  const own = literalMember(engine, value, name, site, plain ? (last ?? -1) : value.node.properties.length - 1);
  if (value.writes.length === 0) return own;
  return withWrites(engine, own, name, value.writes);
}

const places = new WeakMap<ObjectExpression, ReadonlyMap<string, number> | null>();

/** Where each member of an object stands, where all names are written plainly; null for small objects and others. */
function placesOf(node: ObjectExpression): ReadonlyMap<string, number> | null {
  if (node.properties.length < 32) return null;
  const known = places.get(node);
  if (known !== undefined) return known;
  let found: Map<string, number> | null = new Map();
  for (const [index, property] of node.properties.entries()) {
    const key = property.type === "SpreadElement" || property.computed ? null : property.key;
    if (key?.type === "Identifier") found?.set(key.name, index);
    else if (key?.type === "Literal") found?.set(String(key.value), index);
    else found = null;
  }
  places.set(node, found);
  return found;
}

function literalMember(
  engine: Engine,
  value: Extract<Value, { kind: "object" }>,
  name: string,
  site: Site,
  from: number,
): readonly Alternative[] {
  for (let index = from; index >= 0; index--) {
    const property = value.node.properties[index];
    if (property === undefined) continue;
    if (property.type === "SpreadElement") {
      const spread: Argument = { spread: true, values: () => engine.evaluate(property.argument, value.scene) };
      return fromSpreads(engine, [spread], name, site, () => literalMember(engine, value, name, site, index - 1));
    }
    const key = keyOf(engine, property, value.scene);
    if (key === null) return unknown("a key of the object is only known when the program runs", site);
    // What stands beside it gives the value.
    if (key === name && property.kind !== "set") return propertyValue(engine, property, value, site);
  }
  return one(absent, site);
}

/** Takes a member from the last spread that has it; `before` is asked where a spread lacks it. */
function fromSpreads(
  engine: Engine,
  spreads: readonly Argument[],
  name: string,
  site: Site,
  before: () => readonly Alternative[],
): readonly Alternative[] {
  const last = spreads.at(-1);
  if (last === undefined) return before();
  const earlier = (): readonly Alternative[] => fromSpreads(engine, spreads.slice(0, -1), name, site, before);
  return flatMap(last.values(), (value) => {
    if (value.kind === "plain") return earlier();
    const members = engine.member(value, name, site);
    // One that is there and undefined wipes out what stood before it.
    return members.length === 1 && members[0]?.value === absent ? earlier() : members;
  });
}

function propertyValue(
  engine: Engine,
  property: ObjectProperty,
  value: Extract<Value, { kind: "object" }>,
  site: Site,
): readonly Alternative[] {
  const values = engine.evaluate(property.value, value.scene);
  if (property.kind === "get") return flatMap(values, (getter) => engine.call(getter, [], site, false, value));
  return values.map((alternative) => {
    if (alternative.value === absent) return { ...alternative, value: { ...absent } };
    return alternative.value.kind === "function" && property.method
      ? { ...alternative, value: { ...alternative.value, self: value } }
      : alternative;
  });
}

/** Name of a member as it is written, or null when it is computed and not constant. */
export function keyOf(engine: Engine, property: { key: Node; computed: boolean }, scene: Scene): string | null {
  const { key } = property;
  if (!property.computed) {
    if (key.type === "Identifier") return key.name;
    if (key.type === "PrivateIdentifier") return `#${key.name}`;
  }
  const values = engine.evaluate(key, scene);
  const [only] = values;
  if (values.length !== 1 || only === undefined || !only.sure) return null;
  if (only.value.kind === "text" && only.value.holes.length === 0) return only.value.text;
  return only.value.kind === "plain" ? String(only.value.value) : null;
}

function enumMember(
  engine: Engine,
  node: Extract<Value, { kind: "enum" }>["node"],
  scene: Scene,
  name: string,
  site: Site,
): readonly Alternative[] {
  const member = node.body.members.find((inner) => {
    const { id } = inner;
    return id.type === "Identifier" ? id.name === name : id.type === "Literal" && id.value === name;
  });
  if (member === undefined) return unknown(`the enum has no "${name}"`, site);
  if (member.initializer === null) return unknown("the enum's member is a number", site);
  return engine.evaluate(member.initializer, scene).map((alternative) => ({
    ...alternative,
    via: [{ module: scene.module, node: member }, ...alternative.via],
  }));
}

type ClassValue = Extract<Value, { kind: "class" | "instance" }>;

/** `of` is the class that is looked into: that of `self`, or one that it extends. */
function classMember(
  engine: Engine,
  of: ClassValue,
  name: string,
  self: ClassValue,
  site: Site,
): readonly Alternative[] {
  const { node, scene } = of;
  const isStatic = of.kind === "class";
  const maker = node.body.body.find((member) => member.type === "MethodDefinition" && member.kind === "constructor");
  const constructorFn = maker?.type === "MethodDefinition" ? maker.value : null;
  const args = of.kind === "instance" ? of.args : null;
  const inConstructor: Scene =
    constructorFn === null || args === null
      ? scene
      : { module: scene.module, frame: { fn: constructorFn, args, self, next: scene.frame } };
  const values: Alternative[] = [];
  let assigned = 0;
  for (const member of node.body.body) {
    if (
      member.type !== "PropertyDefinition" &&
      member.type !== "MethodDefinition" &&
      member.type !== "AccessorProperty"
    )
      continue;
    if (member.static !== isStatic || keyOf(engine, member, scene) !== name) continue;
    if (member.type === "MethodDefinition") {
      if (member.kind === "set") continue;
      const method: Value = { kind: "function", node: member.value, scene, self };
      return member.kind === "get"
        ? engine.call(method, [], site, false, self)
        : one(method, { module: scene.module, node: member });
    }
    if (member.value !== null) {
      const frame = { fn: node, args: [], self, next: scene.frame };
      const given = engine.evaluate(member.value, { module: scene.module, frame });
      // A decorator says that others may fill it: an input of a component, a value of a store.
      const isOpen = member.accessibility !== "private" && !(member.type === "PropertyDefinition" && member.readonly);
      const isDoubted = isOpen && member.decorators.length > 0;
      values.push(
        ...given.map((alternative) => {
          const stays = !isDoubted || alternative.value.kind === "function";
          return stays ? alternative : { ...alternative, sure: false };
        }),
      );
    }
  }
  if (!isStatic && constructorFn !== null) {
    for (const parameter of constructorFn.params) {
      if (parameter.type !== "TSParameterProperty") continue;
      const pattern = parameter.parameter;
      const identifier = pattern.type === "AssignmentPattern" ? pattern.left : pattern;
      if (parameterName(pattern) === name) return engine.evaluate(identifier, inConstructor);
    }
  }
  for (const write of selfWrites(scene, node, name, isStatic)) {
    assigned++;
    const inside = constructorFn !== null && write.start >= constructorFn.start && write.end <= constructorFn.end;
    values.push(...engine.evaluate(write.right, inside ? inConstructor : scene));
  }
  const kept = values.filter(
    ({ value }) => !(value.kind === "plain" && (value.value === undefined || value.value === null)),
  );
  if (kept.length > 0)
    return assigned > 1 || kept.length > 1
      ? kept.map((alternative) => ({ ...alternative, sure: alternative.sure && kept.length === 1 }))
      : kept;
  if (node.superClass !== null) {
    return flatMap(engine.evaluate(node.superClass, scene), (parent) => {
      if (parent.kind !== "class") return unknown("its parent class is not part of the tree", site);
      // A class without a constructor of its own hands on what it is made with.
      const given = constructorFn === null ? args : null;
      const inherited: ClassValue = isStatic
        ? parent
        : { kind: "instance", node: parent.node, scene: parent.scene, args: given };
      // What is inherited asks `this` for what the class itself may have put in place of it.
      return classMember(engine, inherited, name, self, site);
    });
  }
  return values.length > 0 ? values : unknown(`the class gives "${name}" no value that can be followed`, site);
}

/** Of `this` where nobody sees what it is: what its class says, and what the classes say that extend it. */
function openMember(
  engine: Engine,
  value: Extract<Value, { kind: "instance" }>,
  name: string,
  site: Site,
): readonly Alternative[] {
  const { heirs } = engine;
  const { node, scene } = value;
  const own = (): readonly Alternative[] => classMember(engine, value, name, value, site);
  if (heirs === null || name.startsWith("#")) return own();
  const all = heirs.of(node, scene.module);
  if (all === null) return unknown("too many classes extend the one that it stands in", site);
  const inScene = (heir: (typeof all)[number]): Scene => ({ module: heir.module, frame: null });
  if (!all.some((heir) => gives(engine, heir.node, inScene(heir), name))) return own();
  const classes = [{ node, scene }, ...all.map((heir) => ({ node: heir.node, scene: inScene(heir) }))].filter(
    (one) => !one.node.abstract,
  );
  const key = `class ${scene.module.file}:${node.start}`;
  const values = classes.flatMap((one, index): readonly Alternative[] => {
    const exact: Value = { kind: "instance", ...one, args: null };
    const given = classMember(engine, exact, name, exact, site);
    // A class that leaves it open is there to be extended.
    if (index === 0 && given.every((alternative) => alternative.value.kind === "unknown")) return [];
    const isDoubted = one.node === node && !heirs.isMade(node, scene.module);
    const label = one.node.id === null ? "" : `in ${one.node.id.name}`;
    return given.map((alternative) => ({
      ...alternative,
      when: [...alternative.when, { key, holds: index, text: label }],
      sure: alternative.sure && !isDoubted,
    }));
  });
  return values.length === 0 ? own() : values;
}

/** A class itself says what a member is. */
function gives(engine: Engine, node: Class, scene: Scene, name: string): boolean {
  if (selfWrites(scene, node, name, false).length > 0) return true;
  return node.body.body.some((member) => {
    switch (member.type) {
      case "MethodDefinition":
        if (member.kind === "constructor")
          return member.value.params.some(
            (given) => given.type === "TSParameterProperty" && parameterName(given.parameter) === name,
          );
        return !member.static && keyOf(engine, member, scene) === name;
      case "PropertyDefinition":
      case "AccessorProperty":
        return !member.static && member.value !== null && keyOf(engine, member, scene) === name;
      default:
        return false;
    }
  });
}

function parameterName(pattern: Node): string | null {
  const identifier = pattern.type === "AssignmentPattern" ? pattern.left : pattern;
  return identifier.type === "Identifier" ? identifier.name : null;
}

function selfWrites(
  scene: Scene,
  node: Class,
  name: string,
  isStatic: boolean,
): Extract<Node, { type: "AssignmentExpression" }>[] {
  const { module } = scene;
  return identifiersNamed(module, name.replace(/^#/, "")).flatMap((property) => {
    if (property.start < node.start || property.end > node.end) return [];
    const left = module.parents.get(property);
    if (left?.type !== "MemberExpression" || left.computed || left.property !== property) return [];
    if (name.startsWith("#") !== (property.type === "PrivateIdentifier")) return [];
    const write = module.parents.get(left);
    if (write?.type !== "AssignmentExpression" || write.left !== left) return [];
    const byName = isStatic && left.object.type === "Identifier" && left.object.name === node.id?.name;
    return left.object.type === "ThisExpression" || byName ? [write] : [];
  });
}
