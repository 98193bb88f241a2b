import { regionsOfClass } from "../manifest/cross-check.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { ParsedManifest } from "../manifest/parsed.ts";
import { editsToRemove, type FileEdit, flowsNaming } from "../manifest/remove-function.ts";
import { resolveManifest } from "../manifest/resolve.ts";
import type { FunctionData } from "../manifest/schema.ts";
import { functionName } from "../manifest/schema-fields.ts";
import { type EditValue, writeText, writeYaml } from "../manifest/write-yaml.ts";
import type { DeclaredFacts } from "../model/declared.ts";
import type { DeployedFacts } from "../model/deployed.ts";
import type { Gap } from "../model/gap.ts";
import { list } from "./doubts.ts";
import { byName, declaredFully, joinFleet, type Seen } from "./fleet.ts";
import { familiesOf } from "./kin.ts";
import { isGone } from "./vanished.ts";

export interface SyncInput {
  readonly parsed: ParsedManifest;
  /** Name of the environment that was looked at; null = the file's default. */
  readonly environment: string | null;
  /** Null where the source was not asked for or could not be read. */
  readonly deployed: DeployedFacts | null;
  readonly declared: DeclaredFacts | null;
  readonly gaps: readonly Gap[];
}

export interface SyncProposal {
  /** To be applied file by file with `editManifest`, in this order. */
  readonly edits: readonly FileEdit[];
  /** "+ line to add", "- name to remove", "? what a person has to see to", sorted; empty when all agrees. */
  readonly lines: readonly string[];
}

/**
 * Compares the manifest with what was seen and proposes lines for functions that are new, and the removal of those
 * that are gone. Absence is believed only where the look was whole: no gap in the function's regions, no source that
 * could not be read to the end, and no other environment that may still have it.
 */
export function proposeSync(input: SyncInput): SyncProposal {
  const manifest = resolveManifest(input.parsed, input.environment);
  const fleet = joinFleet(input.deployed, input.declared, manifest.environment.project);
  const added: { file: string; name: string; entry: string | FunctionData }[] = [];
  const notes: string[] = [];
  const sourceIsWhole = declaredFully(input.declared, input.gaps);
  for (const seen of [...fleet.values()].sort((a, b) => byName(a.name, b.name))) {
    if (input.parsed.functions.has(seen.name)) {
      if (manifest.excepted.has(seen.name) && seen.live.length > 0) {
        notes.push(
          `? ${seen.name}: live in ${list(seen.live)}, and ${manifest.environment.name} leaves it out (except)`,
        );
      }
      continue;
    }
    const entry = entryFor(manifest, input.parsed, seen, sourceIsWhole && input.deployed !== null);
    if (typeof entry === "string") notes.push(`? ${seen.name}: ${entry}`);
    else added.push({ file: fileFor(input.parsed, entry.class), name: seen.name, entry: shortened(entry) });
  }

  const { project } = manifest.environment;
  if (input.deployed !== null && !input.deployed.functions.some((copy) => copy.project === project)) {
    notes.push(`? ${project}: not one function of it was listed, so no removal is proposed`);
  }
  const gone: string[] = [];
  for (const [name, entry] of manifest.functions) {
    if (fleet.has(name)) continue;
    const answer = isGone(entry, manifest, input, sourceIsWhole);
    if (answer === "no") continue;
    const flows = flowsNaming(input.parsed, name);
    if (answer !== "yes") notes.push(`? ${name}: ${answer}`);
    else if (flows.length > 0) notes.push(`? ${name}: seen nowhere, and flow ${list(flows)} still names it`);
    else gone.push(name);
  }

  const edits: FileEdit[] = added.map(({ file, name, entry }) => ({
    file,
    edit: { kind: "add-function", name, entry },
  }));
  edits.push(...editsToRemove(input.parsed, gone));
  const lines = [
    ...added.map(({ name, entry }) => `+ ${writeText(name)}: ${writeYaml(entry as unknown as EditValue)}`),
    ...gone.map((name) => `- ${name}`),
    ...notes,
  ];
  return { edits, lines: lines.sort((a, b) => byName(a.slice(2), b.slice(2))) };
}

/** The line for a new function, or what keeps it from being written. */
function entryFor(
  manifest: Manifest,
  parsed: ParsedManifest,
  seen: Seen,
  sourceIsWhole: boolean,
): FunctionData | string {
  if (!functionName.test(seen.name)) return "its name is no function ID";
  const named = seen.live.length > 0 ? seen.live : (seen.declared ?? []);
  const where = named.length > 0 ? `${seen.live.length > 0 ? "live" : "declared"} in ${list(named)}` : "";
  const codebase = codebaseFor(manifest, seen);
  if (codebase === null) return `its codebase is not known, and the file has several`;
  const unknown = named.find((region) => !manifest.regions.has(region));
  if (unknown !== undefined) return `${where}; add ${unknown} to regions, with a class, before this function`;
  const candidates = [...manifest.classes.values()].filter((one) =>
    named.every((region) => region === one.region || one.allow.includes(region)),
  );
  const atHome = candidates.filter((one) => named.length === 0 || named.includes(one.region));
  const classes = (atHome.length > 0 ? atHome : candidates).map((one) => one.name);
  const chosen = guessClass(manifest, seen.name, classes);
  if (chosen === null) return named.length === 0 ? "its source names no region" : `${where}, and no class allows that`;

  const reasons: string[] = [];
  if (named.length > 1) reasons.push(where);
  if (
    seen.live.length > 0 &&
    seen.declared !== null &&
    seen.declared.length > 0 &&
    `${seen.declared}` !== `${seen.live}`
  ) {
    reasons.push(`declared in ${list(seen.declared)}, live in ${list(seen.live)}`);
  }
  if (seen.live.length > 0 && seen.declared === null && sourceIsWhole) reasons.push("declared by no source");
  if (!chosen.certain) reasons.push(`its class is a guess among ${list(classes)}`);
  const home = regionsOfClass(parsed, chosen.name, manifest.environment.name)?.home;
  const [first, second] = named;
  return {
    class: chosen.name,
    ...(second !== undefined ? { regions: [...named] } : {}),
    ...(second === undefined && first !== undefined && first !== home ? { region: first } : {}),
    ...(codebase === "" ? {} : { codebase }),
    ...(reasons.length > 0 ? { undecided: `${reasons.join("; ")} when this line was written` } : {}),
  };
}

/** The class of its kin where names show one, else the only candidate, else the largest: then it is a guess. */
function guessClass(
  manifest: Manifest,
  name: string,
  classes: readonly string[],
): { readonly name: string; readonly certain: boolean } | null {
  const [first, second] = classes;
  if (first === undefined) return null;
  if (second === undefined) return { name: first, certain: true };
  const among = new Set(classes);
  for (const family of familiesOf(name)) {
    const kin = [...manifest.functions.values()].filter(
      (other) => among.has(other.class) && familiesOf(other.name).includes(family),
    );
    const found = new Set(kin.map((other) => other.class));
    const [only, more] = found;
    if (only !== undefined && more === undefined && kin.length > 1) return { name: only, certain: true };
  }
  const sizes = new Map<string, number>(classes.map((one) => [one, 0]));
  for (const other of manifest.functions.values()) {
    const size = sizes.get(other.class);
    if (size !== undefined) sizes.set(other.class, size + 1);
  }
  const [largest] = [...sizes].sort((a, b) => b[1] - a[1] || byName(a[0], b[0]));
  return { name: largest?.[0] ?? first, certain: false };
}

/** Codebase to write: "" where the file's own answer is right, null where it cannot be told. */
function codebaseFor(manifest: Manifest, seen: Seen): string | null {
  const names = [...manifest.codebases.keys()];
  const usual = names.length === 1 ? names[0] : names.includes("default") || names.length === 0 ? "default" : null;
  if (seen.codebase !== null && names.includes(seen.codebase)) return seen.codebase === usual ? "" : seen.codebase;
  return usual === null ? null : "";
}

/** The file in which most functions of a class are declared. */
function fileFor(parsed: ParsedManifest, className: string): string {
  const counts = new Map<string, number>();
  for (const entry of parsed.functions.values()) {
    if (entry.value.class === className) counts.set(entry.yaml.file, (counts.get(entry.yaml.file) ?? 0) + 1);
  }
  const [most] = [...counts].sort((a, b) => b[1] - a[1]);
  return most?.[0] ?? parsed.file;
}

function shortened(entry: FunctionData): string | FunctionData {
  return Object.keys(entry).length === 1 ? entry.class : entry;
}
