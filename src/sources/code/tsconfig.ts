import { posix } from "node:path";

/** The part of a tsconfig.json that decides what a specifier means and where output goes. */
export interface TsConfig {
  /** Folder of the file, relative to the root. */
  readonly folder: string;
  readonly baseUrl: string | null;
  /** Patterns with their targets as paths relative to the root. */
  readonly paths: readonly { readonly pattern: string; readonly targets: readonly string[] }[];
  readonly outDir: string | null;
  readonly rootDir: string | null;
}

/** Reads JSON with comments and trailing commas; null when it is not that. */
export function parseJsonWithComments(text: string): unknown {
  const plain = text.replace(
    /("(?:\\.|[^"\\\n])*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g,
    (_, quoted: string | undefined) => quoted ?? " ",
  );
  const tidy = plain.replace(
    /("(?:\\.|[^"\\\n])*")|,(\s*[}\]])/g,
    (_, quoted: string | undefined, close: string) => quoted ?? close,
  );
  try {
    return JSON.parse(tidy) as unknown;
  } catch {
    return null;
  }
}

/** Reads a tsconfig with what it extends. `read` gives the text of a file relative to the root, or null. */
export function readTsConfig(file: string, read: (file: string) => string | null, depth = 0): TsConfig | null {
  const text = read(file);
  if (text === null || depth > 8) return null;
  const folder = posix.dirname(file) === "." ? "" : posix.dirname(file);
  const config = asRecord(parseJsonWithComments(text));
  if (config === null) return null;
  const options = asRecord(config.compilerOptions) ?? {};
  const at = (path: unknown): string | null => (typeof path === "string" ? join(folder, path) : null);
  let base: TsConfig | null = null;
  for (const parent of [config.extends].flat()) {
    if (typeof parent !== "string" || !parent.startsWith(".")) continue;
    const path = join(folder, parent);
    base = readTsConfig(path.endsWith(".json") ? path : `${path}.json`, read, depth + 1) ?? base;
  }
  const baseUrl = at(options.baseUrl) ?? base?.baseUrl ?? null;
  const paths = asRecord(options.paths);
  return {
    folder,
    baseUrl,
    paths:
      paths === null
        ? (base?.paths ?? [])
        : Object.entries(paths).map(([pattern, targets]) => ({
            pattern,
            targets: [targets]
              .flat()
              .filter((target) => typeof target === "string")
              .map((target) => join(baseUrl ?? folder, target)),
          })),
    outDir: at(options.outDir) ?? base?.outDir ?? null,
    rootDir: at(options.rootDir) ?? base?.rootDir ?? null,
  };
}

export function join(folder: string, path: string): string {
  const joined = posix.normalize(posix.join(folder, path));
  return joined === "." ? "" : joined.replace(/\/$/, "");
}

export function asRecord(value: unknown): Record<string, unknown> | null {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}
