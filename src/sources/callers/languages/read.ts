import type { Caller, UnresolvedCaller } from "../../../model/callers.ts";
import type { EnvReader } from "../../code/evaluate.ts";
import { Evaluator } from "../../code/evaluate.ts";
import { LanguageProject } from "../../code/grammar/language-project.ts";
import { grammarLanguageOf } from "../../code/grammar/languages.ts";
import { type GrammarLanguage, loadGrammar } from "../../code/grammar/load.ts";
import { Heirs } from "../../code/heirs.ts";
import { type Module, nodesOf, positionIn, type Site } from "../../code/module.ts";
import type { Project } from "../../code/project.ts";
import { References } from "../../code/references.ts";
import { Apps } from "../apps.ts";
import { gatherCalls, gatherUrls } from "../gather.ts";
import { Rows } from "../rows.ts";
import { callMakers, otherCallMakers } from "../sdk.ts";
import { isTestFile } from "../test-files.ts";
import { urlNeedles } from "../url.ts";
import { type UrlSites, urlSites } from "../url-sites.ts";
import { sdkNeedles, sdks } from "./sdks.ts";

export interface LanguagesInput {
  readonly project: Project;
  readonly env: EnvReader;
  readonly inside: (file: string) => boolean;
  readonly ownerOf: (file: string) => string | null;
}

export interface LanguagesRead {
  readonly callers: readonly Caller[];
  readonly unresolved: readonly UnresolvedCaller[];
  readonly unread: readonly { readonly file: string; readonly reason: string }[];
  /** Files that were looked at. */
  readonly files: readonly string[];
}

/**
 * Finds callers in Dart, Kotlin, Java, Swift, C# and Python. A grammar is loaded only for a language of which some
 * file names a function's client or address.
 */
export async function readLanguages(input: LanguagesInput): Promise<LanguagesRead> {
  const byLanguage = new Map<GrammarLanguage, string[]>();
  for (const file of input.project.list.files) {
    const language = grammarLanguageOf(file);
    if (language === null || isTestFile(input.project, file)) continue;
    const files = byLanguage.get(language);
    if (files === undefined) byLanguage.set(language, [file]);
    else files.push(file);
  }
  const callers: Caller[] = [];
  const unresolved: UnresolvedCaller[] = [];
  const unread: { file: string; reason: string }[] = [];
  const looked: string[] = [];
  for (const [language, sources] of byLanguage) {
    const files = sources.filter(input.inside);
    looked.push(...files);
    const needles = [...sdkNeedles[language], ...urlNeedles];
    for (const needle of needles) input.project.trace.words.add(needle);
    const holding = input.project.search(files, needles);
    const candidates = files.filter((file) => {
      const missing = input.project.unsearched(file);
      if (missing?.kind === "unreadable") unread.push({ file, reason: missing.reason });
      return missing?.kind === "large" || needles.some((needle) => holding.get(needle)?.has(file));
    });
    if (candidates.length === 0) continue;
    const grammar = await loadGrammar(language);
    if ("problem" in grammar) {
      unread.push(...candidates.map((file) => ({ file, reason: grammar.problem })));
      continue;
    }
    const project = new LanguageProject(input.project, language, sources, grammar, sdks[language]);
    const rows = new Rows(input.ownerOf);
    const batches = batchesOf(candidates);
    const begin = (): Reader => {
      const evaluator = new Evaluator(project, input.env);
      evaluator.heirs = new Heirs(project, evaluator, sources, null);
      return { evaluator, references: new References(project, evaluator, sources) };
    };
    let reader = begin();
    const letGo = (): void => {
      if (batches.length === 1) return;
      project.forgetTrees();
      reader = begin();
    };
    const addressed: ((address: Site) => boolean)[] = [];
    for (const batch of batches) {
      const sites: Site[] = [];
      for (const file of batch) {
        const module = project.module(file);
        if (module === null) continue;
        if ("kind" in module) {
          if (module.kind === "syntax") unread.push({ file, reason: `line ${module.line}: ${module.reason}` });
          else
            unresolved.push(
              unlooked(file, 1, `${module.reason}, so calls inside it were not looked for`, input.ownerOf(file)),
            );
          continue;
        }
        sites.push(...callsIn(module));
        unresolved.push(...brokenPlaces(project, module, needles, input.ownerOf(file)));
      }
      const { evaluator, references } = reader;
      addressed.push(gatherCalls(evaluator, references, new Apps(evaluator, sources), sites, rows));
      letGo();
    }
    // Only now, since a call tells addresses of other files.
    for (const batch of batches) {
      const { evaluator, references } = reader;
      const urls = urlSites(project, evaluator, files, [], () => true, batch);
      const alone = urls.sites.filter((site) => isAlone(site) && !addressed.some((told) => told(site)));
      gatherUrls(evaluator, references, { sites: alone, heads: urls.heads.flatMap(ownUses) }, rows);
      letGo();
    }
    const finished = rows.finish();
    callers.push(...finished.callers);
    unresolved.push(...finished.unresolved);
  }
  return { callers, unresolved, unread, files: looked };
}

interface Reader {
  readonly evaluator: Evaluator;
  readonly references: References;
}

/** Trees of so many files, and of those that they refer to, are kept at once: a tree is a hundred times its text. */
const filesAtOnce = 100;

function batchesOf(files: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(files.length / filesAtOnce) }, (_, index) =>
    files.slice(index * filesAtOnce, (index + 1) * filesAtOnce),
  );
}

/** false: `httpsCallableFromURL("https://…")`, where the call is the row, and its address no second one. */
function isAlone({ module, node }: Site): boolean {
  const parent = module.parents.get(node);
  if (parent?.type !== "CallExpression" || parent.callee === node) return true;
  const { callee } = parent;
  const name = callee.type === "MemberExpression" ? callee.property : callee;
  return name.type !== "Identifier" || !/ttpsCallableFromU(?:rl|RL)$/.test(name.name);
}

function ownUses(head: UrlSites["heads"][number]): UrlSites["heads"] {
  const uses = head.uses.filter(isAlone);
  return uses.length === 0 && head.uses.length > 0 ? [] : [{ ...head, uses }];
}

const makers = new Set<string>([...callMakers, ...otherCallMakers]);

function callsIn(module: Module): Site[] {
  return nodesOf(module, "CallExpression").flatMap((node): Site[] => {
    const { callee } = node;
    if (callee.type !== "MemberExpression" || callee.computed || callee.property.type !== "Identifier") return [];
    return makers.has(callee.property.name) ? [{ module, node }] : [];
  });
}

/** Places that the grammar could not read although a client or an address stands in them. */
function brokenPlaces(
  project: LanguageProject,
  module: Module,
  needles: readonly string[],
  owner: string | null,
): UnresolvedCaller[] {
  const comments = module.comments();
  const told = new Set<number>();
  const places: UnresolvedCaller[] = [];
  for (const { start, end } of project.brokenIn(module.file)) {
    for (const needle of needles) {
      for (
        let at = module.text.indexOf(needle, start);
        at !== -1 && at < end;
        at = module.text.indexOf(needle, at + 1)
      ) {
        if (comments.some((comment) => comment.start <= at && at < comment.end)) continue;
        const { line } = positionIn(module, at);
        if (told.has(line)) continue;
        told.add(line);
        places.push(unlooked(module.file, line, "the code around it cannot be parsed", owner));
      }
    }
  }
  return places;
}

function unlooked(file: string, line: number, reason: string, owner: string | null): UnresolvedCaller {
  return { file, line, endLine: line, reason, symbol: null, snippet: "", owner };
}
