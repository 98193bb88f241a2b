import type { Node } from "oxc-parser";
import type { Caller } from "../../model/callers.ts";
import type { Gap } from "../../model/gap.ts";
import { safeJson } from "../code/json.ts";
import { parseModule } from "../code/module.ts";
import type { Project } from "../code/project.ts";
import { lineStarts, positionAt } from "../code/text.ts";
import { asRecord } from "../code/tsconfig.ts";

/**
 * Hosting rewrites of one firebase.json. A function's rewrite without a region carries `region: null`: which copy it
 * freezes at is decided when Hosting is deployed. A deploy target that `.firebaserc` knows in one of several projects
 * is that project's; so is a firebase.json further down whose own `.firebaserc` names a project that the root's does not.
 */
export function readRewrites(project: Project, file: string): { callers: Caller[]; gaps: Gap[] } {
  const read = project.read(file);
  if (read.kind !== "text") {
    return { callers: [], gaps: [gap(file, read.kind === "unreadable" ? read.reason : "it is not a text file")] };
  }
  // JSON with comments is an expression; the bracket in front moves every offset by one.
  const parsed = parseModule(file, `(${read.text}\n)`, "jsx");
  if ("error" in parsed) return { callers: [], gaps: [gap(file, `it is not JSON: ${parsed.error}`)] };
  const statement = parsed.module.program.type === "Program" ? parsed.module.program.body[0] : undefined;
  if (statement?.type !== "ExpressionStatement" || statement.expression.type !== "ObjectExpression") {
    return { callers: [], gaps: [gap(file, "it is not a JSON object")] };
  }
  const starts = lineStarts(read.text);
  const callers: Caller[] = [];
  for (const hosting of listOf(member(statement.expression, "hosting"))) {
    const target = textOf(member(hosting, "target"));
    const site = textOf(member(hosting, "site")) ?? target;
    const owner = (target === null ? null : projectOf(project, file, target)) ?? otherProject(project, file);
    for (const rewrite of listOf(member(hosting, "rewrites"))) {
      const caller = rewriteOf(file, read.text, starts, rewrite, site);
      if (caller !== null) callers.push({ ...caller, project: owner });
    }
  }
  return { callers, gaps: [] };
}

function rewriteOf(
  file: string,
  text: string,
  starts: readonly number[],
  rewrite: Node,
  site: string | null,
): Caller | null {
  const fn = member(rewrite, "function");
  const run = member(rewrite, "run");
  const name = textOf(fn) ?? textOf(member(fn, "functionId")) ?? textOf(member(run, "serviceId"));
  if (name === null) return null;
  const regionNode = textOf(fn) !== null ? member(rewrite, "region") : (member(fn, "region") ?? member(run, "region"));
  // Google's own default for a Run rewrite; a function's region is looked up when Hosting is deployed.
  const region = textOf(regionNode) ?? (run !== null ? "us-central1" : null);
  const place = (node: Node) => ({ file, ...positionAt(starts, node.start - 1) });
  return {
    ...place(rewrite),
    endLine: positionAt(starts, rewrite.end - 2).line,
    how: "rewrite",
    targets: [{ function: name, region, when: null }],
    certain: region !== null,
    regionSource: regionNode === null ? "default" : "literal",
    regionPlace: regionNode === null ? null : place(regionNode),
    project: null,
    via: [],
    symbol: site ?? patternOf(rewrite),
    snippet: text
      .slice(rewrite.start - 1, rewrite.end - 1)
      .replace(/\s+/g, " ")
      .slice(0, 200),
    owner: null,
  };
}

function patternOf(rewrite: Node): string | null {
  for (const key of ["source", "glob", "regex"]) {
    const pattern = textOf(member(rewrite, key));
    if (pattern !== null) return pattern;
  }
  return null;
}

/** The one of several projects in which a deploy target names a site; null where that does not tell. */
function projectOf(project: Project, file: string, target: string): string | null {
  const folder = file.slice(0, file.lastIndexOf("/") + 1);
  const config = asRecord(safeJson(project.text(`${folder}.firebaserc`)));
  const projects = new Set(Object.values(asRecord(config?.projects) ?? {}));
  if (projects.size < 2) return null;
  const owners = Object.entries(asRecord(config?.targets) ?? {}).filter(
    ([, targets]) => asRecord(asRecord(targets)?.hosting)?.[target] !== undefined,
  );
  const [only] = owners;
  return owners.length === 1 && only !== undefined && projects.has(only[0]) ? only[0] : null;
}

/** The project of a folder that is deployed to another one than the root is; null where it is the environment's. */
function otherProject(project: Project, file: string): string | null {
  const folder = file.slice(0, file.lastIndexOf("/") + 1);
  const own = folder === "" ? [] : projectsIn(project, `${folder}.firebaserc`);
  const ofRoot = new Set(projectsIn(project, ".firebaserc").map(([, id]) => id));
  if (own.length === 0 || ofRoot.size === 0 || own.some(([, id]) => ofRoot.has(id))) return null;
  return own.find(([alias]) => alias === "default")?.[1] ?? own[0]?.[1] ?? null;
}

/** Aliases of a `.firebaserc` with their projects. */
function projectsIn(project: Project, file: string): readonly (readonly [string, string])[] {
  const config = asRecord(safeJson(project.text(file)));
  return Object.entries(asRecord(config?.projects) ?? {}).flatMap(([alias, id]) =>
    typeof id === "string" ? [[alias, id] as const] : [],
  );
}

function member(node: Node | null, name: string): Node | null {
  if (node?.type !== "ObjectExpression") return null;
  for (const property of node.properties) {
    if (property.type !== "Property") continue;
    const { key } = property;
    if ((key.type === "Literal" && key.value === name) || (key.type === "Identifier" && key.name === name))
      return property.value;
  }
  return null;
}

function listOf(node: Node | null): Node[] {
  if (node === null) return [];
  return node.type === "ArrayExpression" ? node.elements.filter((element) => element !== null) : [node];
}

function textOf(node: Node | null): string | null {
  return node?.type === "Literal" && typeof node.value === "string" ? node.value : null;
}

function gap(file: string, reason: string): Gap {
  return { source: "callers", facet: "files", scope: file, region: null, reason };
}
