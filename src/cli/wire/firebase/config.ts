import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { asRecord, parseJsonWithComments } from "../../../sources/code/tsconfig.ts";
import { inputError } from "../../input-error.ts";
import { readInput } from "../files.ts";

/** A firebase.json, as far as functions go. */
export interface FirebaseConfig {
  /** Absolute path of the file. */
  readonly file: string;
  readonly codebases: readonly ConfiguredCodebase[];
  /** Codebases whose code comes from elsewhere ("kits"): nobody here can read what they declare. */
  readonly unreadable: readonly string[];
}

export interface ConfiguredCodebase {
  readonly name: string;
  /** Absolute folder. */
  readonly source: string;
  /** Command lines of its `predeploy`. */
  readonly predeploy: readonly string[];
}

/** The nearest firebase.json from a folder upwards. Throws InputError where there is none. */
export function findFirebaseJson(from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const file = join(folder, "firebase.json");
    if (existsSync(file)) return file;
    if (dirname(folder) === folder) {
      throw inputError(`There is no firebase.json in ${from} or above.`, "Run it where `firebase deploy` runs.");
    }
  }
}

/** Throws InputError where the file cannot be read, or holds no functions. */
export function readFirebaseJson(file: string): FirebaseConfig {
  const { text } = readInput(file, file);
  const functions = asRecord(parseJsonWithComments(text))?.functions;
  const codebases: ConfiguredCodebase[] = [];
  const unreadable: string[] = [];
  for (const raw of [functions ?? []].flat()) {
    const entry = typeof raw === "string" ? { source: raw } : asRecord(raw);
    if (entry === null) continue;
    const { source, codebase, predeploy, instances } = entry as Record<string, unknown>;
    if (asRecord(instances) !== null) {
      unreadable.push(...Object.keys(asRecord(instances) ?? {}));
      continue;
    }
    const name = typeof codebase === "string" && codebase !== "" ? codebase : "default";
    const at = resolve(dirname(file), typeof source === "string" ? source : "functions");
    const hooks = [predeploy ?? []].flat().filter((one) => typeof one === "string");
    codebases.push({ name, source: at, predeploy: hooks });
  }
  if (codebases.length === 0 && unreadable.length === 0) {
    throw inputError(`${file} names no functions, so nothing of them would be deployed.`, null);
  }
  return { file, codebases, unreadable };
}
