import type { Place } from "../../model/place.ts";
import { type EnvTool, envToolOf, functionsTool, isBuild } from "./env-tools.ts";
import type { EnvAnswer, EnvReader } from "./evaluate.ts";
import type { Project } from "./project.ts";
import { join } from "./tsconfig.ts";

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

const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

function unquote(raw: string): string {
  const quote = raw[0];
  if ((quote === '"' || quote === "'" || quote === "`") && raw.length > 1 && raw.endsWith(quote)) {
    const inner = raw.slice(1, -1);
    return quote === '"' ? inner.replace(/\\([nrt"\\])/g, (_, escaped: string) => escapes[escaped] ?? escaped) : inner;
  }
  return raw;
}

/** Names and values in shell's `${NAME}` form, within one build's variables; cycles stay as they are written. */
function expand(value: string, all: ReadonlyMap<string, EnvLine>, depth = 0): string {
  if (depth > 8) return value;
  return value.replace(
    /\\?\$(?:\{([A-Za-z_]\w*)(?::?-([^}]*))?\}|([A-Za-z_]\w*))/g,
    (whole, braced, fallback, bare) => {
      if (whole.startsWith("\\")) return whole.slice(1);
      const found = all.get(String(braced ?? bare));
      if (found === undefined) return typeof fallback === "string" ? fallback : "";
      return expand(found.value, all, depth + 1).slice(0, 4_096);
    },
  );
}

/**
 * Answers what a variable is in a file, from committed env files alone: the nearest build root around the file, and
 * in it the files of its mode. A file only this machine has proves nothing about a build.
 */
export function envReader(project: Project, roots: readonly BuildRoot[]): EnvReader {
  const tables = new Map<string, ReadonlyMap<string, EnvLine>>();
  const tools = new Map<string, EnvTool>();
  const nearest = [...roots].sort((a, b) => b.folder.length - a.folder.length);
  const toolFor = (root: BuildRoot | undefined, file: string): EnvTool => {
    if (root?.kind === "functions")
      return known(`functions ${root.folder} ${root.projectId}`, () => functionsTool(root.folder, root.projectId));
    // A front end may hold several packages, each built by itself.
    const around = packageAround(project, file);
    const inner =
      root === undefined || (around !== root.folder && isBelow(around, root.folder) && isBuild(project, around));
    const folder = inner ? around : root.folder;
    return known(`web ${folder}`, () => envToolOf(project, folder));
  };
  const known = (key: string, make: () => EnvTool): EnvTool => {
    const tool = tools.get(key) ?? make();
    tools.set(key, tool);
    return tool;
  };
  return (file, name, object): EnvAnswer => {
    const root = nearest.find(({ folder }) => isBelow(file, folder));
    const tool = toolFor(root, file);
    const mode = root?.mode ?? tool.mode ?? "production";
    if (object === "import.meta.env") {
      if (name === "MODE") return { kind: "fixed", value: mode };
      if (name === "PROD") return { kind: "fixed", value: mode !== "development" };
      if (name === "DEV") return { kind: "fixed", value: mode === "development" };
    } else if (name === "NODE_ENV") {
      return { kind: "fixed", value: mode === "development" || mode === "test" ? mode : "production" };
    } else if (name === "GCLOUD_PROJECT" || name === "GCP_PROJECT" || name === "GOOGLE_CLOUD_PROJECT") {
      return { kind: "given" };
    } else if (name === "FUNCTIONS_EMULATOR" || name === "FIREBASE_EMULATOR_HUB") {
      // Only the emulator sets them, and what is asked here is what happens where customers are.
      return { kind: "fixed", value: "" };
    }
    if (!tool.exposes(name, object)) return { kind: "unset" };
    const files = tool.files(mode, object).map((one) => join(tool.folder, one));
    const key = files.join("\0");
    let table = tables.get(key);
    if (table === undefined) {
      table = tableOf(project, files);
      tables.set(key, table);
    }
    const found = table.get(name);
    if (found === undefined) return { kind: "unset" };
    return {
      kind: "committed",
      value: (tool.expands ? expand(found.value, table) : found.value).trim(),
      place: found.place,
    };
  };
}

function tableOf(project: Project, files: readonly string[]): ReadonlyMap<string, EnvLine> {
  const table = new Map<string, EnvLine>();
  for (const file of files) {
    if (!isCommitted(project, file)) continue;
    for (const entry of parseEnv(file, project.text(file) ?? "")) table.set(entry.name, entry);
  }
  return table;
}

function isBelow(path: string, folder: string): boolean {
  return folder === "" || path === folder || path.startsWith(`${folder}/`);
}

/**
 * Tells whether a line counts in a build: no file of a higher rank sets its name again, and its file is one that the
 * build's mode loads. Where the build that loads a file is not known, its lines count.
 */
export function envCounts(project: Project, roots: readonly BuildRoot[]): (entry: EnvLine) => boolean {
  const nearest = [...roots].sort((a, b) => b.folder.length - a.folder.length);
  return ({ name, place: { file } }) => {
    const folder = file.slice(0, Math.max(file.lastIndexOf("/"), 0));
    const root = nearest.find((one) => isBelow(file, one.folder));
    if (root?.kind === "functions") return true;
    const tool = envToolOf(project, folder);
    if (tool.folder !== folder) return true;
    const mode = root?.mode ?? tool.mode ?? "production";
    return (["import.meta.env", "process.env"] as const).some((object) => {
      const files = tool.files(mode, object).map((one) => join(folder, one));
      return files.includes(file) && tableOf(project, files).get(name)?.place.file === file;
    });
  };
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
