import { mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CodebaseEntry } from "../../../manifest/manifest.ts";
import type { Problem } from "../../../model/problem.ts";
import { safeJson } from "../../../sources/code/json.ts";
import { runDiscovery } from "../../../sources/declared/discovery/run.ts";
import { findSdk } from "../../../sources/declared/discovery/sdk.ts";
import { packCodebase } from "../../../stacks/archive/pack.ts";
import type { Endpoint } from "../../../stacks/endpoint.ts";
import type { CodebaseInput } from "../../../stacks/plan/fleet.ts";
import { type Endpoints, type ProjectFacts, readEndpoints } from "../../../stacks/read-endpoints.ts";
import { runBuild } from "./build.ts";
import { filesToDeploy } from "./files.ts";
import { firebaseEntry, runtimeOfPackage, valuesToDeploy, workspaceLock } from "./settings.ts";

export interface CodebaseAsk {
  readonly root: string;
  readonly entry: CodebaseEntry;
  readonly project: ProjectFacts;
  /** Absolute folder that archives are written to. */
  readonly archives: string;
  readonly patienceMs: number;
  readonly signal: AbortSignal;
}

export type CodebaseAnswer =
  | { readonly kind: "ready"; readonly input: CodebaseInput; readonly notes: readonly string[] }
  | { readonly kind: "problems"; readonly problems: readonly Problem[] };

/**
 * Makes a codebase ready to be deployed: builds it where the manifest says how, asks the SDK what it declares, packs it.
 * Runs the codebase's own code, confined; deploying means to run it.
 */
export async function prepareCodebase(ask: CodebaseAsk): Promise<CodebaseAnswer> {
  const { root, entry, project, signal } = ask;
  const source = entry.source.replace(/^\.\/?/, "").replace(/\/+$/, "");
  const folder = join(root, source);
  const refuse = (reason: string, mend: string | null = null): Problem => {
    const message = `Codebase ${entry.name} cannot be deployed: ${reason}.`;
    return { place: entry.place, message, mend, excerpt: null };
  };
  const failed = (...problems: readonly Problem[]): CodebaseAnswer => ({ kind: "problems", problems });
  if (entry.build !== null) {
    const { reason } = await runBuild(entry.build, folder, signal);
    if (reason !== null) return failed(refuse(`its build \`${entry.build}\` failed: ${reason}`));
  }
  const sdk = findSdk(folder, source === "" ? "the root" : source);
  if (sdk.kind === "missing") {
    const mend = entry.build === null ? "`build` in its line of the manifest says how it is built." : null;
    return failed(refuse(sdk.reason, mend));
  }
  const env = valuesToDeploy(root, folder, project.projectId);
  const { projectId } = project;
  const answer = await runDiscovery({ sdk, folder, projectId, env, patienceMs: ask.patienceMs, signal });
  if (answer.kind === "failed") return failed(refuse(answer.reason));
  const firebase = firebaseEntry(root, source, entry.name);
  const endpoints = prefixed(readEndpoints(safeJson(answer.text), env, project), firebase.prefix);
  const { files, problems } = filesToDeploy(folder, firebase.ignore);
  if (problems.length > 0) return failed(...problems.map((reason) => refuse(reason)));
  const packed = packCodebase({ codebase: entry.name, files, workspace: workspaceLock(folder) });
  if (packed.kind === "problems") return failed(...packed.reasons.map((reason) => refuse(reason)));
  const { sha256, bytes, notes } = packed.archive;
  const file = await keepArchive(ask.archives, entry.name, sha256, bytes);
  const runtime = firebase.runtime ?? runtimeOfPackage(folder);
  return { kind: "ready", input: { endpoints, archive: { sha256, file }, runtime }, notes };
}

const dayMs = 24 * 60 * 60 * 1000;

/** Writes the archive, and removes older ones of the codebase, which no deployment can still be at work on. */
async function keepArchive(folder: string, codebase: string, sha256: string, bytes: Buffer): Promise<string> {
  await mkdir(folder, { recursive: true });
  const name = `${codebase}-${sha256}.zip`;
  const old = new RegExp(`^${codebase.replaceAll(".", "[.]")}-[0-9a-f]{64}[.]zip$`);
  for (const other of await readdir(folder)) {
    if (!old.test(other) || other === name) continue;
    const { mtimeMs } = await stat(join(folder, other));
    if (mtimeMs < Date.now() - dayMs) await rm(join(folder, other), { force: true });
  }
  const file = join(folder, name);
  await writeFile(`${file}.part`, bytes);
  await rename(`${file}.part`, file);
  return file;
}

function prefixed(read: Endpoints, prefix: string): Endpoints {
  if (prefix === "") return read;
  const endpoints = new Map<string, Endpoint>();
  for (const endpoint of read.endpoints.values()) {
    const name = `${prefix}-${endpoint.name}`;
    endpoints.set(name, { ...endpoint, name });
  }
  return { ...read, endpoints };
}
