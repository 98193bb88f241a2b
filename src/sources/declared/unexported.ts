import type { UnexportedFunction } from "../../model/declared.ts";
import { Evaluator } from "../code/evaluate.ts";
import { placeOf } from "../code/module.ts";
import type { Project } from "../code/project.ts";
import { deployEnv } from "./deploy-env.ts";
import { entryOf } from "./entry.ts";
import { ExportWalk } from "./exports.ts";

/**
 * Functions of these names that a file of a codebase defines and exports, while the codebase's entry does not: they
 * are never deployed. Reads only files in which one of the names stands.
 */
export function findUnexported(
  project: Project,
  codebases: readonly { readonly name: string; readonly source: string }[],
  names: ReadonlySet<string>,
): readonly UnexportedFunction[] {
  const word = /^[A-Za-z_]\w*$/;
  const wanted = [...names].filter((name) => word.test(name));
  if (wanted.length === 0) return [];
  const mention = new RegExp(`\\b(?:${wanted.join("|")})\\b`);
  const found = new Map<string, UnexportedFunction>();
  for (const { name: codebase, source } of codebases) {
    const folder = source.replace(/^\.\/?/, "").replace(/\/+$/, "");
    const { rootIsGen2 } = entryOf(project, folder);
    const evaluator = new Evaluator(project, deployEnv(project, folder, null));
    for (const file of project.sources) {
      if (folder !== "" && !file.startsWith(`${folder}/`)) continue;
      const text = project.text(file);
      if (text === null || !text.includes("firebase-functions") || !mention.test(text)) continue;
      const walk = new ExportWalk(evaluator, rootIsGen2);
      walk.module(file, "", 0);
      for (const { name, site } of walk.found) {
        if (!names.has(name) || found.has(name) || site.module.file !== file) continue;
        const { line, column, endLine } = placeOf(site);
        found.set(name, { file, line, column, endLine, name, codebase });
      }
    }
  }
  return [...found.values()];
}
