import type { Place } from "../../model/place.ts";
import type { EnvAnswer, EnvReader } from "./evaluate.ts";
import { type Project, safeJson } from "./project.ts";
import { asRecord, join } from "./tsconfig.ts";

/** One `NAME=value` line. */
export interface EnvLine {
  readonly name: string;
  readonly value: string;
  readonly place: Place;
}

/** A folder whose files are built together, with what decides its variables. */
export interface BuildRoot {
  readonly folder: string;
  /** Vite's mode, NODE_ENV elsewhere; null = production. */
  readonly mode: string | null;
  readonly kind: "web" | "functions";
  readonly projectId: string | null;
}

const line =
  /^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*(?:=|:[ \t])[ \t]*("(?:\\.|[^"\\])*"|'[^']*'|`[^`]*`|[^#\r\n]*)/gm;

/** Reads dotenv's language: quotes, comments after a value, `export`, values over several lines in quotes. */
export function parseEnv(file: string, text: string): EnvLine[] {
  const lines: EnvLine[] = [];
  let at = 0;
  let row = 1;
  for (const match of text.matchAll(line)) {
    const name = match[1] ?? "";
    const raw = (match[2] ?? "").trim();
    for (; at < match.index; at++) if (text.charCodeAt(at) === 10) row++;
    const inLine = match[0].indexOf(name);
    const column = match.index - (text.lastIndexOf("\n", match.index - 1) + 1) + inLine + 1;
    lines.push({ name, value: unquote(raw), place: { file, line: row, column } });
  }
  return lines;
}

function unquote(raw: string): string {
  const quote = raw[0];
  if ((quote === '"' || quote === "'" || quote === "`") && raw.length > 1 && raw.endsWith(quote)) {
    const inner = raw.slice(1, -1);
    return quote === '"' ? inner.replace(/\\n/g, "\n").replace(/\\(["\\])/g, "$1") : inner;
  }
  return raw;
}

/** Names and values in shell's `${NAME}` form, within one build's variables; cycles stay as they are written. */
function expand(value: string, all: ReadonlyMap<string, EnvLine>, depth = 0): string {
  if (depth > 8) return value;
  return value.replace(/\\?\$(?:\{([A-Za-z_]\w*)(?::-([^}]*))?\}|([A-Za-z_]\w*))/g, (whole, braced, fallback, bare) => {
    if (whole.startsWith("\\")) return whole.slice(1);
    const found = all.get(String(braced ?? bare));
    if (found === undefined) return typeof fallback === "string" ? fallback : "";
    return expand(found.value, all, depth + 1).slice(0, 4_096);
  });
}

/**
 * File names in the order in which a later one wins, by the build tool's own rule. Vite ranks a mode's file above
 * `.env.local`; Next and Create React App the other way round; the Firebase CLI knows one file per project.
 */
export function envFileNames(root: BuildRoot, tool: "vite" | "next" | "cra"): readonly string[] {
  if (root.kind === "functions") return [".env", ...(root.projectId === null ? [] : [`.env.${root.projectId}`])];
  const mode = root.mode ?? "production";
  if (tool === "vite") return [".env", ".env.local", `.env.${mode}`, `.env.${mode}.local`];
  return [".env", `.env.${mode}`, ".env.local", `.env.${mode}.local`];
}

function toolOf(project: Project, folder: string): "vite" | "next" | "cra" {
  const manifest = asRecord(safeJson(project.text(join(folder, "package.json"))));
  const packages = { ...asRecord(manifest?.dependencies), ...asRecord(manifest?.devDependencies) };
  if ("next" in packages) return "next";
  return "react-scripts" in packages ? "cra" : "vite";
}

/** Vite and its kin hand only prefixed names to the browser: any other reads as undefined there. */
const exposed = /^(VITE_|PUBLIC_|NG_APP_|NEXT_PUBLIC_|REACT_APP_|EXPO_PUBLIC_|NUXT_|GATSBY_|BASE_URL$|SSR$)/;

/**
 * Answers what a variable is in a file, from committed env files alone: the nearest build root around the file, and
 * in it the files of its mode. A file only this machine has proves nothing about a build.
 */
export function envReader(project: Project, roots: readonly BuildRoot[]): EnvReader {
  const tables = new Map<string, ReadonlyMap<string, EnvLine>>();
  const nearest = [...roots].sort((a, b) => b.folder.length - a.folder.length);
  return (file, name, object): EnvAnswer => {
    const root = nearest.find(({ folder }) => folder === "" || file.startsWith(`${folder}/`));
    const build: BuildRoot = root ?? { folder: packageAround(project, file), mode: null, kind: "web", projectId: null };
    const mode = build.mode ?? "production";
    if (object === "import.meta.env") {
      if (name === "MODE") return { kind: "fixed", value: mode };
      if (name === "PROD") return { kind: "fixed", value: mode !== "development" };
      if (name === "DEV") return { kind: "fixed", value: mode === "development" };
      if (!exposed.test(name)) return { kind: "unset" };
    } else if (name === "NODE_ENV") {
      return { kind: "fixed", value: mode === "development" || mode === "test" ? mode : "production" };
    } else if (name === "GCLOUD_PROJECT" || name === "GCP_PROJECT" || name === "GOOGLE_CLOUD_PROJECT") {
      return { kind: "given" };
    } else if (name === "FUNCTIONS_EMULATOR" || name === "FIREBASE_EMULATOR_HUB") {
      // Only the emulator sets them, and what is asked here is what happens where customers are.
      return { kind: "fixed", value: "" };
    }
    const key = `${build.folder}\0${mode}\0${build.kind}`;
    let table = tables.get(key);
    if (table === undefined) {
      table = tableOf(project, build);
      tables.set(key, table);
    }
    const found = table.get(name);
    if (found === undefined) return { kind: "unset" };
    return { kind: "committed", value: expand(found.value, table).trim(), place: found.place };
  };
}

function tableOf(project: Project, root: BuildRoot): ReadonlyMap<string, EnvLine> {
  const table = new Map<string, EnvLine>();
  for (const name of envFileNames(root, toolOf(project, root.folder))) {
    const file = join(root.folder, name);
    if (!isCommitted(project, file)) continue;
    for (const entry of parseEnv(file, project.text(file) ?? "")) table.set(entry.name, entry);
  }
  return table;
}

/** In a repository: what git tracks. Elsewhere: all but the files that by their name are one person's own. */
export function isCommitted(project: Project, file: string): boolean {
  if (!project.has(file)) return false;
  if (project.list.committed !== null) return project.list.committed.has(file);
  return !/\.local$/.test(file);
}

/** Folder of the nearest package.json above a file. */
function packageAround(project: Project, file: string): string {
  let folder = file;
  while (folder.includes("/")) {
    folder = folder.slice(0, folder.lastIndexOf("/"));
    if (project.has(`${folder}/package.json`)) return folder;
  }
  return "";
}
