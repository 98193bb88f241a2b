import type { Node } from "oxc-parser";
import type { Caller } from "../../model/callers.ts";
import type { Gap } from "../../model/gap.ts";
import { parseModule } from "../code/module.ts";
import type { Project } from "../code/project.ts";
import { lineStarts, positionAt } from "../code/text.ts";

/**
 * Hosting rewrites of one firebase.json. A rewrite without a region carries `region: null`: which copy it freezes at
 * is decided when Hosting is deployed.
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
    const site = textOf(member(hosting, "site")) ?? textOf(member(hosting, "target"));
    for (const rewrite of listOf(member(hosting, "rewrites"))) {
      const caller = rewriteOf(file, read.text, starts, rewrite, site);
      if (caller !== null) callers.push(caller);
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
    symbol: site ?? textOf(member(rewrite, "source")) ?? textOf(member(rewrite, "glob")),
    snippet: text
      .slice(rewrite.start - 1, rewrite.end - 1)
      .replace(/\s+/g, " ")
      .slice(0, 200),
    owner: null,
  };
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
