import type { Caller, CallerFacts, UnresolvedCaller } from "../../model/callers.ts";
import type { Gap } from "../../model/gap.ts";
import { maskSecrets } from "../../model/mask-secrets.ts";
import { envCounts, envReader } from "../code/env-files.ts";
import { type EnvReader, Evaluator } from "../code/evaluate.ts";
import { Heirs } from "../code/heirs.ts";
import { Importers } from "../code/importers.ts";
import { OutsideWrites } from "../code/outside-writes.ts";
import { Project } from "../code/project.ts";
import { References } from "../code/references.ts";
import { Apps } from "./apps.ts";
import { callSites } from "./call-sites.ts";
import { isCompiledFile } from "./compiled-files.ts";
import { envFiles, readEnvValues } from "./env-values.ts";
import { gatherFallbacks, type Reader, withoutCommitted } from "./fallbacks.ts";
import { Frameworks } from "./frameworks/frameworks.ts";
import { gatherCalls, gatherUrls } from "./gather.ts";
import { wholeClients } from "./generated-clients.ts";
import { handedMakers } from "./handed-makers.ts";
import { readLanguages } from "./languages/read.ts";
import { readRewrites } from "./rewrites.ts";
import { byPlace, Rows } from "./rows.ts";
import { callMakers } from "./sdk.ts";
import { isTestFile } from "./test-files.ts";
import { readTextUrls } from "./text-urls.ts";
import { unseenOwners } from "./unseen-owners.ts";
import { urlNeedles } from "./url.ts";
import { urlSites } from "./url-sites.ts";

/** A folder that is searched, under its key in the manifest; "" is the root itself. */
export interface Owner {
  readonly name: string | null;
  readonly folder: string;
  /** Build mode that decides env files; null = production. */
  readonly mode: string | null;
  readonly kind: "web" | "functions";
}

export interface CallersInput {
  readonly root: string;
  readonly projectId: string | null;
  readonly owners: readonly Owner[];
  /** Search every folder below the root, owned or not. Default: only where there are no owners. */
  readonly everywhere?: boolean;
  /** The tree at `root`, where somebody has it already or holds a draft of it. */
  readonly project?: Project;
}

/**
 * Finds every place that reaches a function by region: SDK calls, URLs, env values, Hosting rewrites, task enqueuers.
 * Tests, mocks and stories are left out. What cannot be read is a gap; what cannot be resolved is `unresolved` with
 * its reason. Never throws on what a tree holds.
 */
export async function readCallers(input: CallersInput): Promise<{ facts: CallerFacts; gaps: readonly Gap[] }> {
  const project = input.project ?? (await Project.open(input.root));
  const owners = input.owners.map((owner) => ({ ...owner, folder: trimmed(owner.folder) }));
  const everywhere = input.everywhere ?? owners.length === 0;
  const inside = (file: string): boolean => everywhere || ownerFor(file) !== null;
  const nearest = [...owners].sort((a, b) => b.folder.length - a.folder.length);
  const ownerFor = (file: string): Owner | null =>
    nearest.find(({ folder }) => folder === "" || file.startsWith(`${folder}/`)) ?? null;
  const ownerName = (file: string): string | null => ownerFor(file)?.name ?? null;

  const gaps: Gap[] = project.list.unreadable
    .filter(({ path }) => everywhere || touches(path, owners))
    .map(({ path, reason }) => gap(path, reason));
  const sources = project.sources.filter((file) => !isTestFile(project, file));
  const files = sources.filter((file) => inside(file) && !isCompiledFile(project, file));
  const folders = owners.length === 0 ? [""] : owners.map(({ folder }) => folder);
  const roots = owners.map(({ folder, mode, kind }) => ({ folder, mode, kind, projectId: input.projectId }));
  const envOf = envReader(project, roots);
  const importers = new Importers(project, sources);
  const readerOf = (env: EnvReader): Reader => {
    const evaluator = new Evaluator(project, env);
    const frameworks = new Frameworks(project, sources, importers);
    evaluator.libraries = frameworks;
    evaluator.heirs = new Heirs(project, evaluator, sources, importers);
    evaluator.outside = new OutsideWrites(evaluator, evaluator, importers);
    const references = new References(project, evaluator, sources, importers, (home, file) =>
      frameworks.sees(home, file),
    );
    const sees = (file: string, home: string) => importers.of(home).has(file) || frameworks.sees(home, file);
    return { evaluator, references, apps: new Apps(evaluator, sources), sees };
  };
  // One pass over all texts for every word that is wanted.
  project.holdingAny(needles);
  const { evaluator, references, apps, sees } = readerOf(envOf);
  const rows = new Rows(ownerName);
  const callers: Caller[] = [];
  const unresolved: UnresolvedCaller[] = [];

  const built = { calls: [], urls: [] };
  const addressed = gatherCalls(evaluator, references, apps, callSites(project, evaluator, files), rows, built);
  for (const handed of handedMakers(project, evaluator, new Set(files))) rows.add("callable", handed);
  for (const handed of wholeClients(project, evaluator, importers, new Set(files))) rows.add("callable", handed);
  const env = envFiles(project)
    .filter(inside)
    .map((file) => readEnvValues(project, file, ownerName(file), envCounts(project, roots)));
  const urls = urlSites(
    project,
    evaluator,
    files,
    env.flatMap(({ heads }) => heads),
    sees,
  );
  gatherUrls(evaluator, references, { ...urls, sites: urls.sites.filter((site) => !addressed(site)) }, rows, built);
  // Last of all: by now every file that matters has been read.
  const holding = new Set(project.holdingAny(needles));
  for (const file of files) {
    const unread = project.unsearched(file);
    if (unread?.kind === "unreadable") gaps.push(gap(file, unread.reason));
    if (unread?.kind !== "large" && !holding.has(file)) continue;
    const skipped = project.module(file);
    if (skipped === null || !("kind" in skipped)) continue;
    if (skipped.kind === "syntax") gaps.push(gap(file, `line ${skipped.line}: ${skipped.reason}`));
    else if (skipped.kind !== "unreadable") {
      const reason = `${skipped.reason}, so calls inside it were not looked for`;
      unresolved.push({ file, line: 1, endLine: 1, reason, symbol: null, snippet: "", owner: ownerName(file) });
    }
  }
  gatherFallbacks(() => readerOf(withoutCommitted(envOf)), built, rows);
  const languages = await readLanguages({ project, env: envOf, inside, ownerOf: ownerName });
  callers.push(...languages.callers);
  unresolved.push(...languages.unresolved);
  gaps.push(...languages.unread.map(({ file, reason }) => gap(file, reason)));
  const texts = readTextUrls(project, inside, ownerName);
  callers.push(...texts.callers);
  unresolved.push(...texts.unresolved);
  const seen = [...files, ...languages.files];
  if (owners.length === 0) seen.push(...project.list.files.filter(isFirebaseJson));
  gaps.push(...unseenOwners(input.root, folders, project.list.files, seen));
  const finished = rows.finish();
  callers.push(...finished.callers, ...env.flatMap((part) => part.callers));
  unresolved.push(...finished.unresolved);
  for (const file of project.list.files) {
    if (!isFirebaseJson(file)) continue;
    if (isTestFile(project, file) || !(everywhere || file === "firebase.json" || inside(file))) continue;
    const rewrites = readRewrites(project, file);
    callers.push(...rewrites.callers.map((caller) => ({ ...caller, owner: ownerName(file) })));
    gaps.push(...rewrites.gaps);
  }
  callers.sort(byPlace);
  unresolved.sort(byPlace);
  return {
    facts: {
      callers: callers.map(withoutSecrets),
      unresolved: unresolved.map((row) => ({
        ...row,
        snippet: maskSecrets(row.snippet),
        reason: maskSecrets(row.reason),
      })),
      env: env.flatMap((part) => part.values),
      files: files.length + languages.files.length,
    },
    gaps,
  };
}

/** Source holds keys beside calls; of its text only what says nothing of them leaves this reader. */
function withoutSecrets(row: Caller): Caller {
  const targets = row.targets.map((target) =>
    target.when === null ? target : { ...target, when: maskSecrets(target.when) },
  );
  return { ...row, targets, snippet: maskSecrets(row.snippet) };
}

const needles = [...callMakers, ...urlNeedles];

function isFirebaseJson(file: string): boolean {
  return file === "firebase.json" || file.endsWith("/firebase.json");
}

function trimmed(folder: string): string {
  return folder === "." || folder === "./" ? "" : folder.replace(/^\.\//, "").replace(/\/+$/, "");
}

function touches(path: string, owners: readonly Owner[]): boolean {
  if (path === ".") return true;
  return owners.some(
    ({ folder }) => folder === "" || path === folder || path.startsWith(`${folder}/`) || folder.startsWith(`${path}/`),
  );
}

function gap(file: string, reason: string): Gap {
  return { source: "callers", facet: "files", scope: file, region: null, reason };
}
