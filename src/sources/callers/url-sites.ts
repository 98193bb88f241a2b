import type { Node } from "oxc-parser";
import type { Evaluator } from "../code/evaluate.ts";
import { enclosingFunction, identifiersNamed, inOrder, type Module, type Site } from "../code/module.ts";
import type { Project } from "../code/project.ts";
import { hole, type Value } from "../code/value.ts";
import { type AddressUse, clientUses } from "./http-clients.ts";
import { urlNeedles } from "./url.ts";

const textMethods = new Set(["replace", "replaceAll", "trim", "concat", "toLowerCase", "toString"]);

/** Expressions that hold the address of a function, and addresses that are only the head of one. */
export interface UrlSites {
  readonly sites: readonly Site[];
  /** Heads ("https://europe-west1-p.cloudfunctions.net") and the expressions that use each. */
  readonly heads: readonly { readonly site: Site; readonly uses: readonly AddressUse[] }[];
}

/**
 * Finds texts with a function URL in them, each as the largest text expression around it; a text that stops at the
 * host is followed by name to the expressions that complete it.
 */
export function urlSites(
  project: Project,
  evaluator: Evaluator,
  files: readonly string[],
  envNames: readonly string[],
  /** Whether a file may use what another exports. */
  sees: (file: string, home: string) => boolean,
  /** Of the files, those whose own addresses are looked for; uses of them are looked for in all. */
  own: readonly string[] = files,
): UrlSites {
  const sites = new Map<Node, Site>();
  const heads: { site: Site; uses: AddressUse[] }[] = [];
  const holding = new Set(project.holdingAny(urlNeedles));
  for (const file of own) {
    if (!holding.has(file)) continue;
    const module = project.module(file);
    if (module === null || "kind" in module) continue;
    for (const literal of literalsWith(module)) {
      const node = largestText(module, literal);
      const site = { module, node };
      if (!holdsHead(evaluator, site)) sites.set(node, site);
      else if (!isAllowList(site) && !isInstance(site) && !heads.some((head) => head.site.node === node))
        heads.push({ site, uses: [] });
    }
  }
  for (const site of usesOf(project, files, new Set(envNames.filter((name) => name !== "")))) {
    if (site.text) sites.set(site.node, site);
    else if (isKept(site) && holdsHead(evaluator, site)) heads.push({ site, uses: [] });
  }
  const near = (home: string): readonly string[] =>
    home === "" ? files : files.filter((file) => file === home || sees(file, home));
  for (const head of heads) {
    const seen = new Set<Node>();
    const queue = [head.site];
    const starts = textsOf(evaluator, head.site);
    for (let at = queue.pop(); at !== undefined && seen.size < maxKept; at = queue.pop()) {
      const requests = clientUses(evaluator, at, near);
      if (requests !== null) {
        head.uses.push(...requests);
        continue;
      }
      const { names, local } = namesFor(at);
      const home = at.module.file;
      for (const use of usesOf(project, local ? [home] : near(home), names)) {
        if (seen.has(use.node)) continue;
        seen.add(use.node);
        if (use.text && !holdsHead(evaluator, use)) {
          const texts = textsOf(evaluator, use);
          // Another file's variable of the same name is no use of this address.
          if (texts.some((text) => text.startsWith(hole) || starts.some((start) => text.startsWith(start))))
            head.uses.push(use);
        }
        // Kept under another name: `const base = baseUrl()`.
        else if (use.node !== head.site.node && isKept(use) && (use.text || holdsHead(evaluator, use))) queue.push(use);
      }
    }
  }
  return { sites: [...sites.values()], heads };
}

/** `const CORS_ORIGINS = ["https://…"]`: who may call, and nothing that is called. */
function isAllowList(site: Site): boolean {
  if (site.module.parents.get(site.node)?.type !== "ArrayExpression") return false;
  return [...namesFor(site).names].some((name) => /cors|origins?$|^allowed/i.test(name));
}

/** `getFunctions(app, "https://…")`: the callables of that client say themselves what they reach. */
function isInstance({ module, node }: Site): boolean {
  const call = module.parents.get(node);
  if (call?.type !== "CallExpression" || call.callee === node) return false;
  const callee = call.callee.type === "MemberExpression" ? call.callee.property : call.callee;
  return callee.type === "Identifier" && (callee.name === "getFunctions" || callee.name === "functions");
}

/** Uses of one address that are followed at most. */
const maxKept = 2_000;

function textsOf(evaluator: Evaluator, { module, node }: Site): string[] {
  const values = evaluator.ask(new Map(), () => evaluator.evaluate(node, { module, frame: null }));
  return values.flatMap(({ value }) => (value.kind === "text" && value.text !== "" ? [value.text] : []));
}

function holdsHead(evaluator: Evaluator, { module, node }: Site): boolean {
  return evaluator
    .ask(new Map(), () => evaluator.evaluate(node, { module, frame: null }))
    .some(({ value }) => isHead(value));
}

/** The expression's value is given a name, or handed back by a function. */
function isKept({ module, node }: Site): boolean {
  let parent = module.parents.get(node);
  while (parent?.type === "AwaitExpression" || parent?.type === "ConditionalExpression")
    parent = module.parents.get(parent);
  return (
    parent?.type === "VariableDeclarator" ||
    parent?.type === "Property" ||
    parent?.type === "PropertyDefinition" ||
    parent?.type === "AssignmentExpression" ||
    parent?.type === "ReturnStatement" ||
    parent?.type === "ArrowFunctionExpression"
  );
}

/** A host without a function's name. A run.app host is whole: it names the service by itself. */
function isHead(value: Value): boolean {
  return value.kind === "text" && /^https?:\/\/[^/]+\.cloudfunctions\.net\/?$/i.test(value.text);
}

function literalsWith(module: Module): readonly Node[] {
  const found = new Set<Node>();
  for (const node of urlNeedles.flatMap((needle) => module.nodesHolding(needle))) {
    const parent = module.parents.get(node);
    if (node.type === "TemplateElement" && parent?.type === "TemplateLiteral") found.add(parent);
    else if (node.type === "Literal" && typeof node.value === "string" && !isModuleName(module, node)) found.add(node);
  }
  return inOrder(found);
}

function isModuleName(module: Module, node: Node): boolean {
  const parent = module.parents.get(node);
  return (
    parent?.type === "ImportDeclaration" ||
    parent?.type === "ExportNamedDeclaration" ||
    parent?.type === "ExportAllDeclaration" ||
    parent?.type === "ImportExpression"
  );
}

/** Climbs from a piece of text to the whole expression that is still one text. */
export function largestText(module: Module, from: Node): Node {
  let node = from;
  for (;;) {
    const parent = module.parents.get(node);
    if (parent === undefined) return node;
    if (
      (parent.type === "BinaryExpression" && parent.operator === "+") ||
      (parent.type === "LogicalExpression" && parent.operator !== "&&") ||
      parent.type === "TemplateLiteral" ||
      parent.type === "TSAsExpression" ||
      parent.type === "TSSatisfiesExpression" ||
      parent.type === "TSNonNullExpression" ||
      parent.type === "ChainExpression" ||
      (parent.type === "NewExpression" && parent.callee.type === "Identifier" && parent.callee.name === "URL")
    ) {
      node = parent;
      continue;
    }
    if (parent.type === "MemberExpression" && parent.object === node && parent.property.type === "Identifier") {
      if (parent.property.name === "href" && node.type === "NewExpression") {
        node = parent;
        continue;
      }
      const call = module.parents.get(parent);
      if (call?.type === "CallExpression" && call.callee === parent && textMethods.has(parent.property.name)) {
        node = call;
        continue;
      }
    }
    return node;
  }
}

/**
 * Names under which a head may be used elsewhere: its variable, its member, its function. `local`: a variable inside a
 * function, which no other file sees.
 */
function namesFor(site: Site): { names: Set<string>; local: boolean } {
  const names = new Set<string>();
  let local = false;
  const { module } = site;
  let node: Node = site.node;
  for (let steps = 0; steps < 8; steps++) {
    const parent = module.parents.get(node);
    if (parent === undefined) break;
    if (parent.type === "VariableDeclarator" && parent.id.type === "Identifier") {
      names.add(parent.id.name);
      local = enclosingFunction(module, parent) !== null;
      break;
    }
    if (
      (parent.type === "Property" || parent.type === "PropertyDefinition" || parent.type === "MethodDefinition") &&
      parent.key.type === "Identifier"
    ) {
      names.add(parent.key.name);
      break;
    }
    if (parent.type === "AssignmentExpression") {
      if (parent.left.type === "Identifier") names.add(parent.left.name);
      if (parent.left.type === "MemberExpression" && parent.left.property.type === "Identifier")
        names.add(parent.left.property.name);
      break;
    }
    if (parent.type === "FunctionDeclaration") {
      if (parent.id !== null) names.add(parent.id.name);
      break;
    }
    node = parent;
  }
  return { names, local };
}

function isPiece(module: Module, node: Node): boolean {
  const parent = module.parents.get(node);
  return parent?.type === "TemplateLiteral" || (parent?.type === "BinaryExpression" && parent.operator === "+");
}

/** `text`: the expression is a text that the name is a part of. */
interface Use extends Site {
  readonly text: boolean;
}

function usesOf(project: Project, files: readonly string[], names: ReadonlySet<string>): Use[] {
  const uses = new Map<Node, Use>();
  if (names.size === 0) return [];
  const words = [...names];
  for (const word of words) project.trace.words.add(word);
  for (const file of files) {
    const read = project.glance(file);
    if (read.kind !== "text" || !words.some((word) => read.text.includes(word))) continue;
    const module = project.module(file);
    if (module === null || "kind" in module) continue;
    for (const node of inOrder([...names].flatMap((name) => identifiersNamed(module, name)))) {
      let from: Node = node;
      let parent = module.parents.get(from);
      while (
        parent !== undefined &&
        (parent.type === "MemberExpression" || (parent.type === "CallExpression" && parent.callee === from))
      ) {
        if (parent.type === "MemberExpression" && parent.property !== from && parent.object !== from) break;
        from = parent;
        parent = module.parents.get(from);
      }
      const whole = largestText(module, from);
      const text =
        whole !== from &&
        (whole.type === "TemplateLiteral" ||
          whole.type === "BinaryExpression" ||
          whole.type === "CallExpression" ||
          whole.type === "NewExpression" ||
          whole.type === "MemberExpression" ||
          (whole.type === "LogicalExpression" && isPiece(module, from)));
      uses.set(whole, { module, node: whole, text });
    }
  }
  return [...uses.values()];
}
