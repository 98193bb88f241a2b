import { Choices } from "./choices.ts";
import type { Inputs } from "./expressions.ts";
import { type Kind, Names } from "./scope.ts";
import { Statements } from "./statements.ts";

/** A small project that calls one function, or a few, through the SDK. */
export interface Program {
  /** Text by file name; "main.ts" is where it starts. */
  readonly files: ReadonlyMap<string, string>;
  readonly inputs: Inputs;
}

const sdk = `import { getFunctions, httpsCallable } from "firebase/functions";
import { settings } from "some-package";
`;
const regions = ["europe-west1", "us-central1", "europe-west3"] as const;
const call = (name: string): string => `httpsCallable(fns, ${name});`;

export function programOf(row: readonly number[]): Program {
  const choices = new Choices(row);
  const inputs: Inputs = { flags: [], env: [] };
  const files = new Map<string, string>();
  const names = new Names();
  const main = new Statements(choices, names, inputs);
  main.statements = (depth) => main.body(depth, 2);
  const depth = 1 + choices.below(3);
  let head = sdk;
  if (choices.one(2)) head += library(choices, names, inputs, files, depth);
  const shape = choices.below(9);
  const region = choices.one(4) ? regionOf(main, depth) : `"${choices.of(regions)}"`;
  const instance = `const fns = getFunctions(undefined, ${region});\n`;
  const before = main.body(depth, 5);
  if (shape === 8) {
    const other = new Statements(choices, new Names(), inputs);
    other.statements = (inner) => other.body(inner, 2);
    other.names.declare("given", "text");
    files.set(
      "wrap.ts",
      `${sdk}const fns = getFunctions(undefined, "europe-west2");\nexport function wrap(given: string) {\n${call(other.text(depth))}\n}\n`,
    );
    head += 'import { wrap } from "./wrap";\n';
  }
  files.set("main.ts", `${head}${before}\n${instance}${siteOf(main, shape, depth)}\n`);
  return { files, inputs };
}

/** The place where the call is made. */
function siteOf(main: Statements, shape: number, depth: number): string {
  const { choices, names } = main;
  const inside = (given: string | null): string =>
    names.inside(() => {
      if (given !== null) names.declare(given, "text");
      main.inBlock = true;
      const body = main.body(depth, 3);
      main.inBlock = false;
      return `${body}\n${call(main.text(depth))}`;
    });
  const t = (): string => main.text(depth - 1);
  switch (shape) {
    case 0:
    case 1:
      return call(main.text(depth));
    case 2:
      return `function go() {\n${inside(null)}\n}\n${choices.one(2) ? main.statement(depth) : ""}\ngo();`;
    case 3:
      return `const wrap = (given: string) => {\n${inside("given")}\n};\nwrap(${t()});\nwrap(${t()});`;
    case 4:
      return `${main.list(depth)}.forEach((given: any) => {\n${inside("given")}\n});`;
    case 5:
      return `for (const given of ${main.list(depth)}) {\n${inside("given")}\n}`;
    case 6:
      return `class Api { constructor(private given: string) {} go() { ${call("this.given")} } }\nnew Api(${main.text(depth)}).go();`;
    case 7:
      return `if (${main.flag()}) {\n${call(main.text(depth))}\n} else {\n${call(main.text(depth))}\n}`;
    case 8:
      return `wrap(${t()});\nwrap(${t()});`;
    default: {
      const inner = names.inside(() => {
        names.declare("given", "text");
        return t();
      });
      return `const call = (name: string, functions = fns) => httpsCallable(functions, name);\nconst outer = (given: string) => call(${inner});\nouter(${t()});`;
    }
  }
}

function regionOf(main: Statements, depth: number): string {
  const { choices } = main;
  const [one, two] = [choices.of(regions), choices.of(regions)];
  const c = main.condition(depth);
  return choices.of([
    `(${c} ? "${one}" : "${two}")`,
    `\`europe-west\${${choices.of(["1", "3", "[3][0]", '"12".charAt(0)'])}}\``,
    `["europe", "west1"].join("-")`,
    `(({ r = "${one}" }: { r?: string }) => r)({})`,
    `[${c} && "${one}", "${two}"].find(Boolean) as string`,
    `((${c} && "${one}") || "${two}")`,
    `({ a: "${one}", b: "${two}" } as any)[${c} ? "a" : "b"]`,
  ]);
}

/** A second file whose names the first one uses, and maybe a file between them. */
function library(choices: Choices, names: Names, inputs: Inputs, files: Map<string, string>, depth: number): string {
  const own = new Names();
  const lib = new Statements(choices, own, inputs);
  lib.statements = (inner) => lib.body(inner, 2);
  lib.exported = true;
  // Names of the two files stay apart.
  const body = lib.body(depth, 5);
  const text = `${body.includes("settings.") ? 'import { settings } from "some-package";\n' : ""}${body}`.replaceAll(
    /\b(change|[tlofmnyECp])(\d+)\b/g,
    "$1$2L",
  );
  const kinds: readonly Kind[] = ["text", "list", "object", "function", "map", "class", "enum", "nested"];
  const exported = kinds
    .flatMap((kind) => own.all(kind))
    .filter(({ name }) => /^[tlofmnyEC]\d+$/.test(name))
    .map((variable) => ({ ...variable, name: `${variable.name}L` }));
  const list = exported.map(({ name }) => name);
  if (list.length === 0) {
    files.set("lib.ts", `${text}\nexport {};\n`);
    return "";
  }
  const style = choices.below(7);
  for (const { name, kind } of exported) {
    names.declare(style === 1 ? `ns.${name}` : style === 4 ? `${name}Y` : name, kind, false);
  }
  const all = list.join(", ");
  const plain = `export { ${all} };`;
  switch (style) {
    case 0:
      files.set("lib.ts", `${text}\n${plain}\n`);
      return `import { ${all} } from "./lib";\n`;
    case 1:
      files.set("lib.ts", `${text}\n${plain}\n`);
      return `import * as ns from "./lib";\n`;
    case 2:
      files.set("lib.ts", `${text}\n${plain}\n`);
      files.set("index.ts", `export * from "./lib";\nexport * from "./main";\n`);
      return `import { ${all} } from "./index";\n`;
    case 3:
      files.set("lib.ts", `${text}\nexport { ${list.map((name) => `${name} as ${name}X`).join(", ")} };\n`);
      files.set("index.ts", `export { ${list.map((name) => `${name}X as ${name}`).join(", ")} } from "./lib";\n`);
      return `import { ${all} } from ".";\n`;
    case 4:
      files.set("lib.ts", `${text}\n${plain}\n`);
      return `import { ${list.map((name) => `${name} as ${name}Y`).join(", ")} } from "./lib.js";\n`;
    case 5:
      files.set("lib.ts", `${text}\nexport default { ${all} };\n`);
      return `import lib from "./lib";\nconst { ${all} } = lib;\n`;
    default:
      files.set("lib.ts", `${text}\nmodule.exports = { ${all} };\n`);
      return `const { ${all} } = require("./lib");\n`;
  }
}
