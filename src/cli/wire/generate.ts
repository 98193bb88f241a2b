import { posix } from "node:path";
import { regionAtRewrite } from "../../fix/rewrite-region.ts";
import { applyEdits, offsetOf, type TextEdit } from "../../fix/text-edit.ts";
import { clientFunctions } from "../../generate/client-functions.ts";
import { clientText } from "../../generate/client-text.ts";
import { envWithRegions } from "../../generate/env-regions.ts";
import { rewriteRegions } from "../../generate/hosting-regions.ts";
import { endingOf, specifierOf } from "../../generate/module-specifier.ts";
import { optionsModule } from "../../generate/options-module.ts";
import type { CallerClient, CallerEntry, Manifest } from "../../manifest/manifest.ts";
import type { ParsedManifest } from "../../manifest/parsed.ts";
import { resolveManifest } from "../../manifest/resolve.ts";
import type { Caller } from "../../model/callers.ts";
import type { DeclaredFacts } from "../../model/declared.ts";
import { InputError } from "../../model/problem.ts";
import { readRewrites } from "../../sources/callers/rewrites.ts";
import { Project } from "../../sources/code/project.ts";
import { entryOf } from "../../sources/declared/entry.ts";
import { inputError } from "../input-error.ts";
import { shownPath } from "./files.ts";

/** A file as it should be. */
export interface Wanted {
  /** Relative to the root, with "/"; it may lead out of it. */
  readonly file: string;
  readonly text: string;
  /** Sentences that whoever runs the command should know. */
  readonly notes: readonly string[];
}

/** The client of one front end, or of none in particular: then it has every callable. Throws InputError. */
export async function wantedClient(
  root: string,
  manifest: Manifest,
  declared: DeclaredFacts | null,
  caller: CallerEntry | null,
  client: CallerClient,
  arrived: ReadonlySet<string>,
  parsed: ParsedManifest,
): Promise<Wanted> {
  const { functions, unsure, problems } = clientFunctions(manifest, declared, client, arrived);
  if (problems.length > 0)
    throw new InputError(problems.map((problem) => ({ place: caller?.place ?? null, excerpt: null, ...problem })));
  const project = await Project.open(root);
  const folder = caller?.root ?? posix.dirname(client.file);
  const configs = ["tsconfig.json", "tsconfig.app.json"].flatMap((name) => {
    const text = project.text(posix.join(folder, name));
    return text === null ? [] : [text];
  });
  const ending = endingOf(configs);
  const types = client.types === null ? null : typesFile(project, manifest, client.types);
  const notes: string[] = [];
  if (unsure.length > 0) {
    const names = unsure.slice(0, 5).join(", ");
    const more = unsure.length > 5 ? ` and ${unsure.length - 5} more` : "";
    notes.push(`Neither regions.yaml nor a source says how ${names}${more} are reached; the client calls them.`);
  }
  const moving = functions.filter(({ name, regions }) => manifest.functions.get(name)?.moving?.from === regions[0]);
  for (const { name, regions } of moving)
    notes.push(`${name} is moving, and stays bound to ${regions[0]} until --arrived says that its new copy is live.`);
  notes.push(...otherEnvironments(manifest, parsed, functions));
  return {
    file: client.file,
    text: clientText(functions, {
      app: client.app === null ? null : specifierOf(client.file, client.app, ending),
      types: types === null ? null : specifierOf(client.file, types, ending),
    }),
    notes,
  };
}

/** One client cannot be right for environments that want functions elsewhere. */
function otherEnvironments(
  manifest: Manifest,
  parsed: ParsedManifest,
  functions: readonly { readonly name: string }[],
): string[] {
  const own = manifest.environment.name;
  return manifest.environments.flatMap((name) => {
    if (name === own) return [];
    const other = resolveManifest(parsed, name);
    const apart = functions.filter((one) => {
      const there = other.functions.get(one.name);
      return there !== undefined && `${there.regions}` !== `${manifest.functions.get(one.name)?.regions}`;
    });
    if (apart.length === 0) return [];
    const names = apart.slice(0, 3).map((one) => one.name);
    const more = apart.length > 3 ? ` and ${apart.length - 3} more` : "";
    return [
      `The client is bound to the regions of ${own}; ${name} wants ${names.join(", ")}${more} elsewhere: generate it with --env ${name} before a build for it.`,
    ];
  });
}

/** The module that a codebase's exports come from. */
function typesFile(project: Project, manifest: Manifest, codebase: string): string {
  const source = manifest.codebases.get(codebase)?.source ?? "";
  const { file } = entryOf(project, source);
  if (file !== null && /\.[cm]?tsx?$/.test(file)) return file;
  throw inputError(
    `The codebase ${codebase} has no TypeScript module to take types from.`,
    "Leave `types` of the client out: its functions then take and give unknown.",
  );
}

/** Modules of region options, firebase.json files and env files as they should be. */
export async function wantedOptions(root: string, manifest: Manifest, arrived: ReadonlySet<string>): Promise<Wanted[]> {
  const project = await Project.open(root);
  const wanted: Wanted[] = [];
  for (const codebase of manifest.codebases.values()) {
    if (codebase.options !== null)
      wanted.push({ file: codebase.options, text: optionsModule(manifest, codebase), notes: [] });
  }
  for (const file of firebaseFiles(project, manifest)) {
    const text = project.text(file);
    const { callers, gaps } = readRewrites(project, file);
    const [problem] = gaps;
    if (problem !== undefined || text === null)
      throw inputError(`${file} cannot be edited: ${problem?.reason ?? "it is no text"}.`, "Mend it first.");
    const edits = rewriteRegions(manifest, callers, arrived).flatMap(({ row, region }) => editsFor(text, row, region));
    const edited = applyEdits(text, edits);
    if (edited === null) throw inputError(`${file}: its rewrites cannot be edited one by one.`, null);
    wanted.push({ file, text: edited, notes: [] });
  }
  for (const { env } of manifest.callers.values()) {
    if (env === null) continue;
    const text = project.text(env.file);
    wanted.push({ file: env.file, text: envWithRegions(manifest, env.prefix, env.file, text, arrived), notes: [] });
  }
  if (wanted.length > 0) return wanted;
  throw inputError(
    "regions.yaml asks for no options: no codebase has `options`, no front end has `env`, and there is no firebase.json.",
    "See docs/generate.md for what can be kept up to date.",
  );
}

/** Those beside the manifest, and in the folders of codebases and front ends and above them. */
function firebaseFiles(project: Project, manifest: Manifest): string[] {
  const folders = new Set([""]);
  const owners = [...manifest.codebases.values()].map(({ source }) => source);
  for (const { root, facts } of manifest.callers.values()) if (facts === null) owners.push(root);
  for (const owner of owners) {
    for (let folder = posix.normalize(owner); folder !== "." && folder !== "/"; folder = posix.dirname(folder))
      folders.add(`${folder}/`);
  }
  return [...folders].map((folder) => `${folder}firebase.json`).filter((file) => project.list.files.includes(file));
}

function editsFor(text: string, row: Caller, region: string): readonly TextEdit[] {
  const { file, regionPlace } = row;
  const start = offsetOf(text, row.line, row.column);
  if (regionPlace === null) return start === null ? [] : (regionAtRewrite(file, text, start, region) ?? []);
  const at = offsetOf(text, regionPlace.line, regionPlace.column ?? 1);
  const written = at === null ? null : /^(["'])[^"'\n]*\1/.exec(text.slice(at));
  if (at === null || written === null) return [];
  const quote = written[1] ?? '"';
  return [{ file, start: at, end: at + written[0].length, text: quote + region + quote }];
}

/** A path that the user typed, as a client of every callable. */
export function typedClient(root: string, path: string): CallerClient {
  const types = null;
  return { file: shownPath(root, path), app: null, types, functions: null };
}
