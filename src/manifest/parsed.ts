import type { Place } from "../model/place.ts";
import type {
  CheckData,
  ClassData,
  CodebaseData,
  DefaultsData,
  EnvironmentData,
  FlowEdgeData,
  FunctionData,
  IgnoreData,
  RegionData,
} from "./schema.ts";
import type { CallerData } from "./schema-callers.ts";
import type { Path, YamlFile } from "./yaml-file.ts";

/** A part of the file with the way to its position. `path` leads to it within its own file. */
export interface Entry<T> {
  readonly value: T;
  readonly yaml: YamlFile;
  readonly path: Path;
}

/** regions.yaml and its included files, checked and joined, before an environment is chosen. */
export interface ParsedManifest {
  readonly file: string;
  readonly defaultEnvironment: string | null;
  readonly environments: ReadonlyMap<string, Entry<EnvironmentData>>;
  readonly regions: ReadonlyMap<string, Entry<RegionData>>;
  readonly classes: ReadonlyMap<string, Entry<ClassData>>;
  readonly allowedRuntimes: readonly string[] | null;
  readonly codebases: ReadonlyMap<string, Entry<CodebaseData>>;
  readonly defaults: Entry<DefaultsData> | null;
  readonly functions: ReadonlyMap<string, Entry<FunctionData>>;
  readonly callers: ReadonlyMap<string, Entry<CallerData>>;
  readonly flows: ReadonlyMap<string, Entry<readonly FlowEdgeData[]>>;
  readonly ignores: readonly Entry<IgnoreData>[];
  readonly checks: ReadonlyMap<string, Entry<CheckData>>;
  /** Files that were read: the manifest, then those it includes. */
  readonly files: readonly string[];
}

/** Names that are written in a section, also where the entry itself is wrong, so that one slip is one problem. */
export type WrittenNames = ReadonlyMap<string, ReadonlySet<string>>;

/** Position of an entry's own name, or of a path within it. */
export function placeOf(entry: Entry<unknown>, ...within: (string | number)[]): Place {
  return within.length === 0 ? entry.yaml.keyPlace(entry.path) : entry.yaml.keyPlace([...entry.path, ...within]);
}
