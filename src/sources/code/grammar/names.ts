import type { Node } from "oxc-parser";
import { childrenOf } from "../children.ts";
import { madeSyntax } from "../parse.ts";
import { type Bindings, bindingsOf } from "../scope.ts";
import type { Syntax } from "../syntax.ts";
import { imports, type Made, member, word } from "./build.ts";

/** What a translated file may know of the others. */
export interface Neighbours {
  /** Some other file of the language declares this name for all to see. */
  declares(name: string): boolean;
  /** Some file of the language declares a class of this name. */
  declaresClass(name: string): boolean;
}

/** Start of specifiers that stand for whichever file declares a name. */
export const byName = "the one file that declares ";

const noClasses: ReadonlyMap<Made, Members> = new Map();

interface Members {
  readonly own: ReadonlyMap<string, { readonly isStatic: boolean; readonly type: string | null }>;
  readonly node: Made;
}

/**
 * Gives every name its meaning as JavaScript would write it: a member that is used without `this` gets it, a name of
 * another file is imported, and what is declared to be of a class of the tree is marked as one.
 * @param refs Identifiers that stand for a value, in the order they were made.
 */
export function settleNames(
  program: Made,
  refs: readonly Made[],
  neighbours: Neighbours,
  membersNeedThis = false,
): void {
  const syntax = madeSyntax(asNode(program));
  const bindings = new Map<string, Bindings>();
  const bound = (name: string): Bindings => {
    const known = bindings.get(name) ?? bindingsOf(syntax, name);
    bindings.set(name, known);
    return known;
  };
  const classes = new Map<Made, Members>();
  const members: Made[] = [];
  for (const node of nodesIn(program)) {
    if (node.type === "ClassDeclaration" || node.type === "ClassExpression") classes.set(node, membersOf(node));
    else if (node.type === "MemberExpression") members.push(node);
  }
  const imported = new Map<string, Made>();
  const wanted = (name: string): void => {
    if (!imported.has(name))
      imported.set(name, imports(`${byName}${name}`, [{ imported: name, local: name }], program));
  };
  const isClass = (name: string): boolean =>
    [...classes.keys()].some((node) => (node.id as Made).name === name) || neighbours.declaresClass(name);
  for (const ref of refs) {
    const name = ref.name as string;
    // What an SDK's reader has replaced stands in the tree no more.
    if (syntax.parents.get(asNode(ref)) === undefined) continue;
    const found = lookup(ref, syntax, bound(name), name, membersNeedThis ? noClasses : classes);
    const parent = syntax.parents.get(asNode(ref));
    const isObject = parent?.type === "MemberExpression" && asMade(parent).object === ref;
    let type: string | null = null;
    if (found === null) {
      if (neighbours.declares(name)) wanted(name);
    } else if (found.kind === "local") type = found.type;
    else {
      type = found.type;
      const owner = found.owner.id as Made;
      const object = found.isStatic
        ? word(owner.name as string, ref)
        : { type: "ThisExpression", start: ref.start, end: ref.end };
      become(ref, member(object, name, ref));
    }
    if (type !== null && isObject && isClass(type)) {
      if (!bound(type).has(asNode(program))) wanted(type);
      become(ref, {
        type: "TSAsExpression",
        start: ref.start,
        end: ref.end,
        expression: { ...ref },
        declaredClass: word(type, ref),
      });
    }
  }
  typeOwnFields(members, syntax, classes, (type) => {
    if (!isClass(type)) return false;
    if (!bound(type).has(asNode(program))) wanted(type);
    return true;
  });
  (program.body as Made[]).unshift(...imported.values());
}

/** `this.repo.call(…)`: the field's declared class says what `repo` is. */
function typeOwnFields(
  members: readonly Made[],
  syntax: Syntax,
  classes: ReadonlyMap<Made, Members>,
  use: (type: string) => boolean,
): void {
  for (const made of members) {
    const object = made.object as Made | undefined;
    if (made.type !== "MemberExpression" || object?.type !== "MemberExpression" || object.computed === true) continue;
    if ((object.object as Made).type !== "ThisExpression") continue;
    let at: Node | undefined = asNode(made);
    while (at !== undefined && !classes.has(asMade(at))) at = syntax.parents.get(at);
    const type =
      at === undefined
        ? null
        : (classes.get(asMade(at))?.own.get((object.property as Made).name as string)?.type ?? null);
    if (type === null || !use(type)) continue;
    become(object, {
      type: "TSAsExpression",
      start: object.start,
      end: object.end,
      expression: { ...object },
      declaredClass: word(type, object),
    });
  }
}

type Found =
  | { readonly kind: "local"; readonly type: string | null }
  | { readonly kind: "member"; readonly owner: Made; readonly isStatic: boolean; readonly type: string | null };

/** What a name means where it stands; null: nothing of this file. */
function lookup(
  ref: Made,
  syntax: Syntax,
  bindings: Bindings,
  name: string,
  classes: ReadonlyMap<Made, Members>,
): Found | null {
  for (let at: Node | undefined = asNode(ref); at !== undefined; at = syntax.parents.get(at)) {
    const members = classes.get(asMade(at));
    if (members !== undefined) {
      const inherited = memberNamed(members, name, classes, 0);
      if (inherited !== null) return { kind: "member", ...inherited };
    }
    const binding = bindings.get(at);
    if (binding !== undefined) {
      const identifier = asMade(binding.identifier);
      return { kind: "local", type: (identifier.declaredType as string | undefined) ?? null };
    }
  }
  return null;
}

function memberNamed(
  members: Members,
  name: string,
  classes: ReadonlyMap<Made, Members>,
  depth: number,
): { owner: Made; isStatic: boolean; type: string | null } | null {
  const own = members.own.get(name);
  if (own !== undefined) return { owner: members.node, ...own };
  const parent = members.node.superClass as Made | null;
  if (depth > 8 || parent?.type !== "Identifier") return null;
  for (const [node, inherited] of classes) {
    if ((node.id as Made).name === parent.name) return memberNamed(inherited, name, classes, depth + 1);
  }
  return null;
}

function membersOf(node: Made): Members {
  const own = new Map<string, { isStatic: boolean; type: string | null }>();
  for (const one of (node.body as Made).body as Made[]) {
    if (one.type !== "PropertyDefinition" && one.type !== "MethodDefinition") continue;
    if (one.kind === "constructor") continue;
    const name = (one.key as Made).name as string;
    const type = (one.declaredType as string | null | undefined) ?? null;
    if (!own.has(name)) own.set(name, { isStatic: one.static === true, type });
  }
  return { own, node };
}

/** Turns a node into another in place, since what holds it cannot be told. */
function become(node: Made, other: Made): void {
  for (const key of Object.keys(node)) if (key !== "start" && key !== "end") delete node[key];
  Object.assign(node, other);
}

function nodesIn(program: Made): Made[] {
  const found: Made[] = [];
  const stack: Node[] = [asNode(program)];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    found.push(asMade(node));
    stack.push(...childrenOf(node));
  }
  return found;
}

export function asNode(made: Made): Node {
  return made as unknown as Node;
}

function asMade(node: Node): Made {
  return node as unknown as Made;
}
