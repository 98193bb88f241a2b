import { posix } from "node:path";
import ts from "typescript";
import type { Program } from "./program.ts";

/** What a program did when it ran: what it reached, as "name@region", and whether it broke off. */
export interface Ran {
  readonly reached: ReadonlySet<string>;
  readonly failed: boolean;
}

export interface Given {
  readonly flags: Readonly<Record<string, boolean>>;
  readonly env: Readonly<Record<string, string>>;
}

/** Every way the outside can be: each flag either way, and each variable that no file sets, set or not. */
export function* allGiven({ inputs }: Program): Generator<Given> {
  const open = inputs.env.filter(({ committed }) => committed === null);
  const bits = inputs.flags.length + open.length;
  for (let at = 0; at < 2 ** bits; at++) {
    const flags = Object.fromEntries(inputs.flags.map((name, bit) => [name, (at & (1 << bit)) !== 0]));
    const env: Record<string, string> = {};
    for (const { name, committed } of inputs.env) if (committed !== null) env[name] = committed;
    open.forEach(({ name }, bit) => {
      if ((at & (1 << (inputs.flags.length + bit))) !== 0) env[name] = "setWhereItIsBuilt";
    });
    yield { flags, env };
  }
}

/** A program as plain scripts, or null where the compiler finds it is none. */
export function compiled(program: Program): ReadonlyMap<string, string> | null {
  const scripts = new Map<string, string>();
  for (const [file, text] of program.files) {
    const result = ts.transpileModule(text.replaceAll("import.meta.env", "$env"), {
      reportDiagnostics: true,
      compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true },
    });
    if ((result.diagnostics ?? []).length > 0) return null;
    scripts.set(file, result.outputText);
  }
  return scripts;
}

export function run(scripts: ReadonlyMap<string, string>, given: Given): Ran {
  const reached = new Set<string>();
  const loaded = new Map<string, { exports: unknown }>();
  const firebase = {
    getFunctions: (_app: unknown, region: unknown = "us-central1") => ({ region }),
    httpsCallable: (functions: { region: unknown }, name: unknown) => {
      // Nothing is reached under no name.
      if (typeof name === "string" && name !== "") reached.add(`${name}@${String(functions.region)}`);
    },
  };
  const load = (from: string, specifier: string): unknown => {
    if (specifier === "firebase/functions") return firebase;
    if (specifier === "some-package") return { settings: given.flags };
    const stem = posix.join(posix.dirname(from), specifier).replace(/\.js$/, "");
    const file = [`${stem}.ts`, stem === "." || stem === "./" ? "index.ts" : `${stem}/index.ts`].find((name) =>
      scripts.has(name),
    );
    if (file === undefined) throw new Error(`no module ${specifier}`);
    const known = loaded.get(file);
    if (known !== undefined) return known.exports;
    const module = { exports: {} as unknown };
    loaded.set(file, module);
    const body = new Function("require", "module", "exports", "process", "$env", "globalThis", scripts.get(file) ?? "");
    body((name: string) => load(file, name), module, module.exports, { env: given.env }, given.env, given.flags);
    return module.exports;
  };
  try {
    load("main.ts", "./main");
    return { reached, failed: false };
  } catch {
    return { reached, failed: true };
  }
}
