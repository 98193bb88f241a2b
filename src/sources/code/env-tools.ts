import { safeJson } from "./json.ts";
import type { Project } from "./project.ts";
import { asRecord, join } from "./tsconfig.ts";

/** How a build tool takes variables from files. */
export interface EnvTool {
  /** Folder of its env files. */
  readonly folder: string;
  /** Files for a mode, in the order in which a later one wins. */
  readonly files: (mode: string, object: "import.meta.env" | "process.env") => readonly string[];
  /** Whether code can read the variable at all; what it cannot is undefined, whatever a file says. */
  readonly exposes: (name: string, object: "import.meta.env" | "process.env") => boolean;
  /** `${NAME}` in a value stands for another variable. */
  readonly expands: boolean;
  /** The mode that every build in the package's scripts names; null where they name none, or several. */
  readonly mode: string | null;
}

/** A build as a script runs it, up to the next command. */
const builds = /\b(?:vite|vue-cli-service|astro|remix\s+vite:build)\b[^&|;]*\bbuild\b[^&|;]*/g;

/** `vite build --mode staging` in all scripts that build. */
function modeIn(scripts: unknown): string | null {
  const modes = Object.values(asRecord(scripts) ?? {}).flatMap((script) =>
    typeof script !== "string"
      ? []
      : [...script.matchAll(builds)].map(
          ([command]) => /\s(?:--mode|-m)[=\s]+["']?([\w.-]+)/.exec(command)?.[1] ?? null,
        ),
  );
  const [first = null, ...others] = modes;
  return others.every((mode) => mode === first) ? first : null;
}

/** `import.meta.env` of tools that are not told apart: their prefixes, and what Vite itself sets. */
const anyPrefix = /^(VITE_|PUBLIC_|NG_APP_|NEXT_PUBLIC_|REACT_APP_|EXPO_PUBLIC_|NUXT_|GATSBY_)/;
const ofVite = /^(BASE_URL|SSR)$/;

type Order = (mode: string) => readonly string[];

/** Vite, and its kin: a mode's file before `.env.local`. */
const modeFirst: Order = (mode) => [".env", ".env.local", `.env.${mode}`, `.env.${mode}.local`];
/** Next, Create React App, Expo: `.env.local` before a mode's file, and no `.env.local` in tests. */
const localFirst: Order = (mode) =>
  mode === "test"
    ? [".env", `.env.${mode}`, `.env.${mode}.local`]
    : [".env", `.env.${mode}`, ".env.local", `.env.${mode}.local`];
const plainOnly: Order = () => [".env"];

const always = () => true;

/** The tool that builds a folder, by the packages it names; Vite's own configuration is read where it is plain. */
export function envToolOf(project: Project, folder: string): EnvTool {
  const home = homeOf(project, folder);
  const manifest = asRecord(safeJson(project.text(join(home, "package.json"))));
  const packages = { ...asRecord(manifest?.dependencies), ...asRecord(manifest?.devDependencies) };
  const has = (...names: string[]) => names.some((name) => name in packages);
  const mode = modeIn(manifest?.scripts);
  const processOnly = (files: Order, prefix: RegExp | null): EnvTool => ({
    folder: home,
    mode: has("@vue/cli-service") ? mode : null,
    files,
    expands: true,
    exposes: (name, object) => (object === "import.meta.env" ? anyPrefix.test(name) : (prefix?.test(name) ?? true)),
  });
  if (has("next")) return processOnly(localFirst, null);
  if (has("react-scripts", "@craco/craco")) return processOnly(localFirst, /^(REACT_APP_|PUBLIC_URL$)/);
  if (has("@vue/cli-service")) return processOnly(modeFirst, /^(VUE_APP_|BASE_URL$)/);
  if (has("expo")) return processOnly(localFirst, null);
  if (has("gatsby")) return processOnly((mode) => [`.env.${mode}`], null);
  if (has("react-native-config")) return processOnly(plainOnly, null);
  const vite = viteConfig(project, home);
  if (vite !== null || has("vite", "astro", "nuxt", "nuxt3", "@sveltejs/kit")) {
    const known = has("astro", "@builder.io/qwik", "@qwik.dev/core") ? ["PUBLIC_"] : ["VITE_"];
    const prefixes = vite?.prefixes ?? known;
    // Nuxt hands `.env` alone to process.env, and has Vite read the rest.
    const ofProcess = has("nuxt", "nuxt3") ? plainOnly : modeFirst;
    return {
      folder: vite?.folder ?? home,
      mode,
      expands: true,
      files: (chosen, object) => (object === "process.env" ? ofProcess(chosen) : modeFirst(chosen)),
      exposes: (name, object) =>
        object === "process.env" ||
        ofVite.test(name) ||
        (prefixes === "open" ? anyPrefix.test(name) : prefixes.some((prefix) => name.startsWith(prefix))),
    };
  }
  const onlyDotenv = has("dotenv", "dotenv-webpack") && !has("dotenv-flow", "parcel");
  return {
    folder: home,
    mode,
    expands: true,
    files: (chosen, object) => (onlyDotenv && object === "process.env" ? plainOnly(chosen) : modeFirst(chosen)),
    exposes: (name, object) => object === "process.env" || anyPrefix.test(name) || ofVite.test(name),
  };
}

/** The Firebase CLI's rule for a codebase: `.env`, then the project's own. */
export function functionsTool(folder: string, projectId: string | null): EnvTool {
  const files = [".env", ...(projectId === null ? [] : [`.env.${projectId}`])];
  return { folder, files: () => files, exposes: always, expands: false, mode: null };
}

/** Whether a folder is built by itself: it has env files of its own, or a script that runs a build tool. */
export function isBuild(project: Project, folder: string): boolean {
  if (["", ".production", ".local"].some((end) => project.has(join(folder, `.env${end}`)))) return true;
  const scripts = asRecord(asRecord(safeJson(project.text(join(folder, "package.json"))))?.scripts) ?? {};
  return Object.values(scripts).some(
    (script) =>
      typeof script === "string" && /\b(?:vite|next|react-scripts|craco|astro|nuxi?t?|expo|gatsby)\b/.test(script),
  );
}

/** Folder with the package.json a build starts from: the folder itself, or the next one above that has one. */
function homeOf(project: Project, folder: string): string {
  for (let at = folder; ; at = at.slice(0, Math.max(at.lastIndexOf("/"), 0))) {
    if (project.has(join(at, "package.json"))) return at;
    if (at === "") return folder;
  }
}

/** `envDir` and `envPrefix` of a vite.config; "open" where the prefix is there and not plain. Null without a file. */
function viteConfig(
  project: Project,
  folder: string,
): { folder: string; prefixes: readonly string[] | "open" | null } | null {
  for (const extension of ["ts", "js", "mts", "mjs", "cts", "cjs"]) {
    const text = project.text(join(folder, `vite.config.${extension}`));
    if (text === null) continue;
    const code = text.replace(/\/\*[\s\S]*?\*\/|(^|[\s,{(])\/\/[^\n]*/g, "$1");
    const dir = /\benvDir\s*:\s*(["'`])([^"'`$]*)\1/.exec(code)?.[2];
    const prefix = /\benvPrefix\s*:\s*(?:(["'`])([^"'`$]*)\1|\[([^\]]*)\])?/.exec(code);
    const listed = prefix?.[2] === undefined ? prefix?.[3] : `"${prefix[2]}"`;
    const names = listed === undefined ? [] : [...listed.matchAll(/(["'`])([^"'`$]*)\1/g)].map((one) => one[2] ?? "");
    return {
      folder: dir === undefined ? folder : join(folder, dir.replace(/\/+$/, "") || "."),
      prefixes: prefix === null ? null : names.length === 0 ? "open" : names,
    };
  }
  return null;
}

/** Modules that stand for a build's variables: SvelteKit's, Astro's and React Native's. */
const envModules = /^(?:\$env\/static\/(?:public|private)|astro:env\/(?:client|server)|@env|react-native-dotenv)$/;

/** Whether a member of a module from outside the tree is a variable of the build. */
export function isEnvModule(source: string, name: string): boolean {
  if (envModules.test(source)) return name === "*";
  if (/^\$env\/dynamic\/(?:public|private)$/.test(source)) return name === "env";
  return source === "react-native-config" && (name === "default" || name === "Config");
}
