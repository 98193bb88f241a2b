import type { CallerClient, Manifest } from "../manifest/manifest.ts";
import { didYouMean } from "../manifest/nearest.ts";
import type { DeclaredFacts } from "../model/declared.ts";
import { boundRegions } from "./bound-regions.ts";
import { identifierOf } from "./identifiers.ts";

/** One function of a client. */
export interface ClientFunction {
  /** Function ID. */
  readonly name: string;
  /** What it is called in the client. */
  readonly identifier: string;
  readonly class: string;
  /** At least one; of several the caller chooses. */
  readonly regions: readonly string[];
  /** Export path in its codebase ("group.send"); null where nothing gives its types. */
  readonly path: string | null;
}

export interface ClientChoice {
  readonly functions: readonly ClientFunction[];
  /** Functions of which neither the manifest nor a source says how they are reached; they are taken for callables. */
  readonly unsure: readonly string[];
  /** What keeps the client from being written, in sentences; then `functions` is not to be used. */
  readonly problems: readonly { readonly message: string; readonly mend: string | null }[];
}

/** Names that the client's own text has. */
const ownNames: ReadonlySet<string> = new Set([
  "app",
  "call",
  "codebase",
  "connectFunctionsEmulator",
  "connectToEmulator",
  "getFunctions",
  "httpsCallable",
  "HttpsCallableOptions",
  "Input",
  "Known",
  "Output",
]);

/** Callables of the manifest that a client is to have, by name, each with where callers may reach it. */
export function clientFunctions(
  manifest: Manifest,
  declared: DeclaredFacts | null,
  wanted: Pick<CallerClient, "types" | "functions">,
  arrived: ReadonlySet<string>,
): ClientChoice {
  const sources = new Map((declared?.functions ?? []).map((one) => [`${one.codebase}\0${one.name}`, one]));
  const problems: { message: string; mend: string | null }[] = [];
  const unsure: string[] = [];
  const callables = [...manifest.functions.values()].filter((entry) => {
    const kind = entry.trigger ?? sources.get(`${entry.codebase}\0${entry.name}`)?.trigger ?? null;
    return kind === null || kind === "callable";
  });
  const names = new Set(callables.map(({ name }) => name));
  for (const pattern of wanted.functions ?? []) {
    if ([...names].some((name) => fits(pattern, name))) continue;
    const kind = manifest.functions.has(pattern) ? "is no callable" : "is no function of the manifest";
    problems.push({ message: `The client is to have ${pattern}, which ${kind}.`, mend: didYouMean(pattern, names) });
  }
  const chosen = callables
    .filter(({ name }) => wanted.functions === null || wanted.functions.some((pattern) => fits(pattern, name)))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  const identifiers = new Map<string, string>();
  const functions = chosen.map((entry): ClientFunction => {
    const { name } = entry;
    const source = sources.get(`${entry.codebase}\0${name}`);
    if (entry.trigger === null && source === undefined) unsure.push(name);
    const identifier = identifierOf(name, ownNames);
    const other = identifiers.get(identifier);
    if (other !== undefined) {
      problems.push({
        message: `${other} and ${name} would both be called ${identifier} in the client.`,
        mend: "Leave one of them out: list the others under `functions` of the client.",
      });
    }
    identifiers.set(identifier, name);
    const hasTypes = entry.codebase === wanted.types && source !== undefined && /^[A-Za-z_][\w-]*$/.test(name);
    return {
      name,
      identifier,
      class: entry.class,
      regions: boundRegions(entry, arrived),
      path: hasTypes ? name.replaceAll("-", ".") : null,
    };
  });
  if (functions.length === 0 && problems.length === 0) {
    problems.push({ message: "The manifest has no callable that a client could have.", mend: null });
  }
  return { functions, unsure, problems };
}

/** "admin*" fits adminGetCall. */
function fits(pattern: string, name: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[^A-Za-z0-9_]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(name);
}
