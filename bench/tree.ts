import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export interface TreeShape {
  readonly files: number;
  /** Of the files, those that hold calls of functions. */
  readonly hits: number;
  /** Lines of ordinary code in each source file. */
  readonly lines: number;
}

/**
 * Writes a product repository of its own into a temporary folder: pages and hooks that call functions directly, through
 * a client of another module and through wrappers, among many files that call none; six of ten files are source.
 * The same shape gives the same files.
 */
export function writeTree(shape: TreeShape): string {
  const root = mkdtempSync(join(tmpdir(), "regions-tree-"));
  const put = (file: string, text: string): void => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  };
  put("package.json", '{ "name": "shop", "dependencies": { "firebase": "^12.0.0", "react": "^19.0.0" } }\n');
  put("tsconfig.json", '{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }\n');
  put("src/config/regions.ts", clientModule);
  put("src/lib/call.ts", wrapperModule);
  const sources = Math.floor(shape.files * 0.6);
  const every = Math.max(1, Math.floor(sources / shape.hits));
  for (let index = 0; index < shape.files; index++) {
    const folder = `part${index % 40}/area${index % 7}`;
    if (index >= sources) put(`assets/${folder}/text${index}.json`, assetText(index));
    else put(`src/${folder}/Page${index}.tsx`, pageText(index, index % every === 0, shape.lines));
  }
  execFileSync("git", ["init", "-q"], { cwd: root });
  execFileSync("git", ["add", "-A"], { cwd: root });
  // Git reads a file again whose stamp is as young as its index, until a look at the state writes the index anew.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_100);
  execFileSync("git", ["status", "--short"], { cwd: root, stdio: "ignore" });
  return root;
}

const clientModule = `import { initializeApp } from "firebase/app";
import { getFunctions } from "firebase/functions";

const app = initializeApp({ projectId: "shop" });
const REGION = import.meta.env.VITE_REGION || "europe-west1";
export const functions = getFunctions(app, REGION);
export const payments = getFunctions(app, "europe-west3");
`;

const wrapperModule = `import { type Functions, httpsCallable } from "firebase/functions";
import { functions } from "@/config/regions";

export const call = (name: string, data?: unknown) => httpsCallable(functions, name)(data);
export async function callAt(instance: Functions, name: string) {
  return (await httpsCallable(instance, name)()).data;
}
`;

const callsOfPages = [
  (index: number) => ["payments", `await httpsCallable(payments, "capture${index}")({ total });`],
  (index: number) => ["functions", `const { data } = await httpsCallable<Input, Output>(functions, "list${index}")();`],
  (index: number) => ["", `await call("save${index}", { total });`],
  (index: number) => ["payments", `await callAt(payments, isNew ? "create${index}" : "update${index}");`],
] as const;

function pageText(index: number, calls: boolean, lines: number): string {
  const body: string[] = [];
  for (let line = 0; line < lines; line++) body.push(ordinary(index, line));
  const [client, statement] = calls ? (callsOfPages[index % 4] ?? callsOfPages[0])(index) : ["", ""];
  const imports = calls
    ? [
        client === "" ? "" : `import { ${client} } from "@/config/regions";`,
        index % 4 < 2
          ? 'import { httpsCallable } from "firebase/functions";'
          : 'import { call, callAt } from "@/lib/call";',
      ]
    : [];
  return `import { useEffect, useMemo, useState } from "react";
import { helper${index + 1} } from "../area${(index + 1) % 7}/Page${index + 1}";
${imports.join("\n")}

export function helper${index}(value: number): number {
  return value * ${index + 1} + helper${index + 1}.length;
}

export function Page${index}({ total, isNew }: { total: number; isNew: boolean }) {
  const [state, setState] = useState<Record<string, number>>({});
  const submit = async () => {
    ${statement}
    setState({ ...state, total });
  };
${body.join("\n")}
  return <button onClick={submit}>{total}</button>;
}
`;
}

const ordinary = (index: number, line: number): string =>
  [
    `  const amount${line} = useMemo(() => Math.round((total * ${line + 1}) / ${index + 2}), [total]);`,
    `  useEffect(() => { if (amount${line - 1} > ${line}) setState((old) => ({ ...old, part${line}: old.total ?? 0 })); }, []);`,
    `  const label${line} = isNew ? \`new order ${line}: \${total.toFixed(2)}\` : "order ${line} of " + String(total);`,
    `  // The sum is shown again below, since people asked where the number comes from (${line}).`,
    `  const view${line} = <li className="row" title={label${line - 2}}><span>{total + ${line}}</span></li>;`,
  ][line % 5] ?? "";

function assetText(index: number): string {
  return `${JSON.stringify({ id: index, text: `Text ${index} of the shop. `.repeat(40) }, null, 2)}\n`;
}
