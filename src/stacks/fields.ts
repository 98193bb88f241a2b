import type { FieldChange } from "../model/deployment.ts";
import { maskSecrets } from "../model/mask-secrets.ts";
import { numberOf, objectOf } from "./json.ts";
import { codebaseLabel, hashLabel } from "./names.ts";

/** Inputs by path, and the manifest's or the code's own word for them. */
const words: readonly (readonly [RegExp, string])[] = [
  [/^serviceConfig\.availableMemory$|^availableMemoryMb$/, "memory"],
  [/^serviceConfig\.availableCpu$/, "cpu"],
  [/^serviceConfig\.minInstanceCount$|^minInstances$/, "minInstances"],
  [/^serviceConfig\.maxInstanceCount$|^maxInstances$/, "maxInstances"],
  [/^serviceConfig\.maxInstanceRequestConcurrency$/, "concurrency"],
  [/^serviceConfig\.timeoutSeconds$|^timeout$/, "timeoutSeconds"],
  [/^serviceConfig\.ingressSettings$|^ingressSettings$/, "ingress"],
  [/^serviceConfig\.serviceAccountEmail$|^serviceAccountEmail$/, "account"],
  [/^serviceConfig\.secretEnvironmentVariables|^secretEnvironmentVariables/, "secrets"],
  [/^buildConfig\.runtime$|^runtime$/, "runtime"],
  [/^buildConfig\.entryPoint$|^entryPoint$/, "entryPoint"],
  [/^buildConfig\.source(?:\.|$)|^sourceArchive(?:Bucket|Object)$/, "source"],
  [/^eventTrigger/, "trigger"],
  [/^(?:location|region)$/, "region"],
];

/** What a request carries, and what is too long to be read. */
const unshown = /(?:^|\.)(?:headers|body|data|dashboardJson)(?:\.|$)/;

/**
 * The fields in which two sets of inputs differ, in the words of the manifest where it has some. Values of variables and
 * what a job sends are not shown: they may be nobody's business.
 */
export function fieldChanges(paths: Iterable<string>, before: unknown, after: unknown): FieldChange[] {
  const changes = new Map<string, FieldChange>();
  for (const path of paths) {
    if (isOfGoogle(path, before, after)) continue;
    const change = fieldChange(path, before, after);
    if (!changes.has(change.field)) changes.set(change.field, change);
  }
  // The hash in the labels follows the source; alone it stands for it.
  const hash = changes.get(`label ${hashLabel}`);
  if (hash !== undefined) {
    changes.delete(hash.field);
    if (!changes.has("source")) changes.set("source", { field: "source", from: null, to: null });
  }
  return [...changes.values()].sort((a, b) => (a.field < b.field ? -1 : 1));
}

/** Google adds a variable to every new function; a program that does not name it leaves it there. */
function isOfGoogle(path: string, before: unknown, after: unknown): boolean {
  const isIt = /^serviceConfig\.environmentVariables\.LOG_EXECUTION_ID$/.test(path);
  return isIt && (at(before, path) === undefined || at(after, path) === undefined);
}

function fieldChange(path: string, before: unknown, after: unknown): FieldChange {
  const plain = path.replaceAll(/\["?([^"\]]+)"?\]/g, ".$1");
  const variable = /(?:^|\.)(?:environment|buildEnvironment)Variables\.(.+)$/.exec(plain)?.[1];
  if (variable !== undefined) {
    return { field: `variable ${variable}`, from: null, to: null };
  }
  if (/(?:^|\.)(?:environment|buildEnvironment)Variables$/.test(plain))
    return { field: "variables", from: null, to: null };
  if (unshown.test(plain)) return { field: plain, from: null, to: null };
  const label = /^labels\.(.+)$/.exec(plain)?.[1];
  const values = { from: shown(at(before, plain)), to: shown(at(after, plain)) };
  if (label !== undefined) {
    const field = label === codebaseLabel ? "codebase" : `label ${label}`;
    return label === hashLabel ? { field, from: null, to: null } : { field, ...values };
  }
  const word = words.find(([pattern]) => pattern.test(plain))?.[1];
  if (word === "source") return { field: word, from: null, to: null };
  if (word === "secrets") return { field: word, ...secretNames(before, after) };
  if (word === "trigger") return { field: plain === "eventTrigger" ? word : `trigger ${plain.slice(13)}`, ...values };
  return { field: word ?? plain, ...values };
}

function secretNames(before: unknown, after: unknown): { from: string | null; to: string | null } {
  const names = (inputs: unknown): string | null => {
    const list = at(inputs, "serviceConfig.secretEnvironmentVariables") ?? at(inputs, "secretEnvironmentVariables");
    return Array.isArray(list) ? list.map((one) => String(objectOf(one)?.secret ?? "")).join(", ") : null;
  };
  return { from: names(before), to: names(after) };
}

function at(value: unknown, path: string): unknown {
  let found = value;
  for (const key of path.split(".")) {
    if (Array.isArray(found)) found = found[Number(key)];
    else found = objectOf(found)?.[key];
  }
  return found;
}

function shown(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === "string") return maskSecrets(value);
  if (numberOf(value) !== null || typeof value === "boolean") return String(value);
  // A block that came or went whole may hold what is not to be shown by itself.
  const text = JSON.stringify(value);
  return /"(?:\w*[eE]nvironmentVariables|headers|body|data)":/.test(text) ? null : maskSecrets(text);
}
