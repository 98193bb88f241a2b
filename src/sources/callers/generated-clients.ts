import type { Node } from "oxc-parser";
import { isGeneratedClient } from "../../model/generated-code.ts";
import type { Evaluator } from "../code/evaluate.ts";
import type { Importers } from "../code/importers.ts";
import { enclosingFunction, identifiersNamed, type Module, type Site } from "../code/module.ts";
import type { Project } from "../code/project.ts";
import type { References } from "../code/references.ts";
import type { Traced } from "./trace.ts";

/**
 * A client that `regions generate client` has written only lends names: whoever uses one of its functions is the
 * caller, and a function that nothing uses calls nothing. Moves what stands in such a client to where it is used.
 */
export function* seenThrough(references: References, found: Iterable<Traced>): Generator<Traced> {
  for (const traced of found) {
    const { row, inwards } = traced;
    const fn = isClient(row.module) ? enclosingFunction(row.module, row.node) : null;
    if (fn === null) {
      yield traced;
      continue;
    }
    // Where the caller chooses the region, the way here was followed from its call already.
    const from = inwards.find(({ module }) => !isClient(module));
    if (from !== undefined) {
      yield { ...traced, row: from, inwards: [row, ...inwards.filter((site) => site !== from)] };
      continue;
    }
    for (const site of usesOf(references, fn, row.module)) yield { ...traced, row: site, inwards: [row, ...inwards] };
  }
}

function* usesOf(references: References, fn: Node, home: Module): Generator<Site> {
  for (const { calls, handed } of references.of(fn, home)) {
    for (const { site } of calls) yield site;
    yield* handed;
  }
}

function isClient(module: Module): boolean {
  return isGeneratedClient(module.text);
}

/**
 * Places where a client is handed on as a whole, or one of its functions is chosen when the program runs. Which of
 * them are called there is not seen, which is told.
 */
export function* wholeClients(
  project: Project,
  evaluator: Evaluator,
  importers: Importers,
  files: ReadonlySet<string>,
): Generator<Traced> {
  for (const client of project.holdingAny(["httpsCallable"])) {
    const read = project.glance(client);
    if (read.kind !== "text" || !isGeneratedClient(read.text)) continue;
    for (const file of importers.of(client)) {
      const module = files.has(file) ? project.module(file) : null;
      if (module === null || "kind" in module) continue;
      for (const name of importedNames(module)) {
        for (const node of identifiersNamed(module, name)) {
          if (!isWhole(module, node) || !meansModule(evaluator, { module, node }, client)) continue;
          const reason = `the client ${client} is handed on here, and which of its functions are called cannot be seen`;
          yield { row: { module, node }, reaches: [], inwards: [], failures: [reason] };
        }
      }
    }
  }
}

function importedNames(module: Module): string[] {
  const { program } = module;
  if (program.type !== "Program") return [];
  return program.body.flatMap((statement) =>
    statement.type === "ImportDeclaration" ? statement.specifiers.map(({ local }) => local.name) : [],
  );
}

/** A use that names no member; types and the import itself are none. */
function isWhole(module: Module, node: Node): boolean {
  const parent = module.parents.get(node);
  if (parent === undefined || /^(?:Import|Export|TSTypeQuery|TSQualifiedName)/.test(parent.type)) return false;
  return !(
    parent.type === "MemberExpression" &&
    (parent.object !== node || !parent.computed || isText(parent.property))
  );
}

function isText(node: Node): boolean {
  return node.type === "Literal" && typeof node.value === "string";
}

function meansModule(evaluator: Evaluator, { module, node }: Site, file: string): boolean {
  const values = evaluator.ask(new Map(), () => evaluator.evaluate(node, { module, frame: null }));
  return values.some(({ value }) => value.kind === "module" && value.file === file);
}
