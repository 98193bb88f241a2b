import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Node, parseSync, visitorKeys } from "oxc-parser";
import { afterEach, describe, expect, it } from "vitest";
import { childrenOf } from "../../src/sources/code/children.ts";
import { type Language, LazyTree } from "../../src/sources/code/lazy-tree.ts";
import { parseText, readLazily } from "../../src/sources/code/parse.ts";
import { rowsOf } from "./rows.ts";

const folder = join(import.meta.dirname, "fixtures");

/** Every form of syntax whose lazy tree differs from ESTree, or leaves something out. */
const forms = `
@Component({ providers: [{ provide: REGION, useValue: "europe-west1" }] })
export class App extends mixin(Base, { region: "x" })<T> implements I {
  static s = 1; #p = 2; @D() n: string; declare d: number; accessor q = 1;
  constructor(private readonly f: F, @Inject("private") public g = 1, h?: string, ...z: number[]) { super(); }
  m<T>(...keys: string[]): Promise<(T | null)[]> { return this.#p; }
  get x() { return #p in this; }
  static { this.s = 2; }
}
abstract class Q { abstract z(): void; abstract y: string }
const W = class<T> extends Base<T> {};
class R extends (class {}) {}
enum E { A = "x", "B-c" = 2 }
namespace N { export const q = 1; }
declare global { interface Window { a: 1 } }
<Foo.Bar a="1" {...b}>{c} é {/* x */}</Foo.Bar>; <this.x/>; <></>; <a:b c:d="e"/>; <div>{...y}</div>;
import.meta.env.X; a?.b?.[c]; /re[/]/gi; 10n; 1_000; \`a\${b}é\${c}\`; tag\`x\${1}y\`;
export { x as y, type T2 }; export * as z from "q"; export * from "r"; import d, { e as f, type g } from "h";
import type { only } from "i"; export { k } from "l"; export type { u } from "v"; export const o1 = 1, [o2] = o3;
x = y as const; x!; p satisfies P; f<string>; new C<T>(1); import("x"); await import("y");
const [aa, , bb = 1, ...cc] = x1, { a1, b1 = 2, c1: { d1 }, [e2]: f2 = 3, ...e1 } = y1;
[s, t = 1, ...u] = v;
({ a, b = 1, c: dd, [e]: ff = 2, ...gg } = vv); for ([k1] of k2) {} for (m1.n in m2);
function h(p: string, q = 3, { r }: S, ...rest: T[]) { new.target } function over(a: string): void;
const k = async (zz) => ({ zz }), m = () => { m }, nn = (...args: unknown[]): void => {}, oo = (é, ...ô) => é;
(function* () { yield* a; yield; })(); label: for (;;) { break label; } do {} while (1); delete a.b; i++; --j;
switch (a) { case 1: default: b } try {} catch ({ message }) {} finally {} try {} catch {} throw e; if (a) b; else c;
export default async function () {} import r2 = require("q"); debugger; (a, b); a ??= b; a = b = c; [ , 1, ...n1];
({ get p() { return 1 }, set p(v) {}, async *gen() {}, [k]: 1, "quoted": 2, 3: 4, short, ...spread });
`;

/** Types say nothing about values, so their insides are not made, nor is where a pattern with a type ends. */
const typeOnly =
  /^TS(?!(?:As|Satisfies|NonNull|TypeAssertion|Enum|Export|ImportEquals|ExternalModuleRef|Module|ParameterProperty|Instantiation|TypeAnnotation))/;
const typeKeys = new Set([
  "typeAnnotation",
  "typeParameters",
  "returnType",
  "typeArguments",
  "superTypeArguments",
  "implements",
  "attributes",
  "options",
  "openingFragment",
  "closingFragment",
]);
const scalars = [
  "name",
  "operator",
  "kind",
  "computed",
  "static",
  "abstract",
  "accessibility",
  "readonly",
  "optional",
  "shorthand",
  "method",
  "prefix",
  "delegate",
  "tail",
  "async",
  "generator",
];

/** Every place where a lazy tree says something else than the whole one. */
function differences(whole: Node | null | undefined, lazy: Node | null | undefined, path: string): string[] {
  if (!whole || !lazy) return whole || lazy ? [`${path}: ${whole?.type} is ${lazy?.type}`] : [];
  if (whole.type !== lazy.type) return [`${path}: ${whole.type} is ${lazy.type}`];
  const found: string[] = [];
  const same = (name: string, one: unknown, other: unknown): void => {
    if (JSON.stringify(one ?? null) !== JSON.stringify(other ?? null))
      found.push(`${path}.${name}: ${one} is ${other}`);
  };
  if (whole.type !== "Program" && whole.type !== "TemplateElement") same("start", whole.start, lazy.start);
  if (!/Identifier|Pattern|RestElement|Program|TemplateElement/.test(whole.type)) same("end", whole.end, lazy.end);
  const [one, other] = [whole, lazy].map((node) => node as unknown as Record<string, unknown>);
  // Scripts have no words that only TypeScript knows, where a lazy tree says "no".
  for (const key of scalars)
    if (typeof other?.[key] !== "object" && key in lazy) same(key, one?.[key] || null, other?.[key] || null);
  if (whole.type === "Literal" && lazy.type === "Literal") {
    if ("regex" in whole) same("regex", whole.regex, "regex" in lazy ? lazy.regex : null);
    else same("value", String(whole.value), String(lazy.value));
  }
  if (whole.type === "TemplateElement" && lazy.type === "TemplateElement")
    same("cooked", whole.value.cooked, lazy.value.cooked);
  for (const key of visitorKeys[whole.type] ?? []) {
    if (typeKeys.has(key) || (key === "decorators" && !/^(?:Class|Method|Property)/.test(whole.type))) continue;
    const [all, made] = [children(one?.[key]), children(other?.[key])];
    same(`${key}.length`, all.length, made.length);
    for (const [index, item] of all.entries()) {
      found.push(...differences(item, made[index], `${path}.${key}.${index}`));
    }
  }
  return found;
}

/** What is compared of a field: no types, `this` as a parameter among them, and no "use strict". */
function children(value: unknown): (Node | null)[] {
  const items = (Array.isArray(value) ? value : [value ?? null]) as (Node | null)[];
  return items
    .filter((item) => item === null || (!typeOnly.test(item.type) && !("directive" in item && item.directive)))
    .filter((item) => !(item?.type === "Identifier" && item.name === "this"))
    .filter((item) => Array.isArray(value) || item !== null);
}

function nodes(node: Node): Node[] {
  return [node, ...childrenOf(node).flatMap(nodes)];
}

function languageOf(file: string): Language {
  return file.endsWith(".tsx") ? "tsx" : /\.[cm]?ts$/.test(file) ? "ts" : "jsx";
}

function sources(): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => /\.[cm]?[jt]sx?$/.test(file));
}

describe("trees that are made as they are asked for", () => {
  it("have every form of syntax as the parser's whole tree has it", () => {
    const whole = parseSync("forms.tsx", forms, { lang: "tsx", sourceType: "module", preserveParens: false });
    expect(whole.program.body.length).toBeGreaterThan(60);
    expect(differences(whole.program, new LazyTree(forms, "tsx", "module").program, "program")).toEqual([]);
  });

  it("are those of the whole parser for every file of the small projects", () => {
    const files = sources();
    expect(files.length).toBeGreaterThan(60);
    for (const file of files) {
      const text = readFileSync(join(folder, file), "utf8");
      const lang = languageOf(file);
      const whole = parseSync(file, text, { lang, sourceType: "module", preserveParens: false });
      if (whole.program.body.length === 0) continue;
      expect(differences(whole.program, new LazyTree(text, lang, "module").program, file)).toEqual([]);
    }
  });

  it("go on when their buffer has been given to another file", () => {
    const trees = Array.from(
      { length: 8 },
      (_, index) => new LazyTree(`const a = { b: [${index}, "é", x${index}] };`, "ts", "module"),
    );
    const texts = trees.map(({ program }) =>
      nodes(program).flatMap((node) => (node.type === "Identifier" ? [node.name] : [])),
    );
    expect(texts).toEqual(Array.from({ length: 8 }, (_, index) => ["a", "b", `x${index}`]));
  });

  it("say what comments say", () => {
    const parsed = parseText("const a = 'é€𝒳'; // regions: calls x\n/* bé */ b", "ts");
    expect("error" in parsed ? parsed : parsed.comments().map(({ value, start }) => [value, start])).toEqual([
      [" regions: calls x", 18],
      [" bé ", 38],
    ]);
  });
});

describe("where the system gives no room for them", () => {
  afterEach(() => readLazily(true));

  it("whole trees give the same rows", async () => {
    for (const name of readdirSync(folder).sort()) {
      readLazily(true);
      const lazily = await rowsOf(join(folder, name));
      readLazily(false);
      expect(await rowsOf(join(folder, name)), name).toEqual(lazily);
    }
  });
});
