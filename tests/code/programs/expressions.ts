import type { Choices } from "./choices.ts";
import type { Names } from "./scope.ts";

export const keys = ["a", "b", "c"] as const;
const words = ["ka", "ko", "ki-ta", "no_ra", "Ze", "x1", "ka-ko-ka", " sp ", ""] as const;

/** What a program is given from outside; every run decides it anew. */
export interface Inputs {
  readonly flags: string[];
  readonly env: { readonly name: string; readonly committed: string | null }[];
}

/** Makes expressions. Every method gives source text of an expression of the kind it is named after. */
export class Expressions {
  readonly choices: Choices;
  readonly names: Names;
  readonly inputs: Inputs;
  /** Statements of a function's body, made by whoever makes statements. */
  statements: (depth: number) => string = () => "";

  constructor(choices: Choices, names: Names, inputs: Inputs) {
    this.choices = choices;
    this.names = names;
    this.inputs = inputs;
  }

  literal(): string {
    const word = this.choices.of(words);
    return this.choices.below(3) === 2 ? `'${word}'` : `"${word}"`;
  }

  text(depth: number): string {
    const { choices, names } = this;
    if (depth <= 0 || choices.spent) return this.#plainText();
    const t = (): string => this.text(depth - 1);
    const within = (name: string): string =>
      names.inside(() => {
        names.declare(name, "text");
        return this.text(depth - 1);
      });
    switch (choices.below(34)) {
      case 0:
      case 1:
      case 2:
        return this.#plainText();
      case 3:
        return `\`${this.#piece(depth)}${choices.of(["", "-", "_"])}${this.#piece(depth)}\``;
      case 4:
        return `(${t()} + ${choices.one(4) ? this.number(depth - 1) : t()})`;
      case 5:
        return `(${this.condition(depth)} ? ${t()} : ${t()})`;
      case 6:
        return `(${this.maybe(depth - 1)} ?? ${t()})`;
      case 7:
        return `(${t()} || ${t()})`;
      case 8:
        return `(${t()} && ${t()})`;
      case 9:
        return `${this.object(depth - 1)}${this.#access()}`;
      case 10:
        return this.#item(depth);
      case 11:
      case 12:
        return this.#method(depth);
      case 13: {
        const fn = names.any(choices, "function");
        return fn === null ? t() : `${fn.name}(${choices.one(5) ? "" : t()})`;
      }
      case 14:
        return `(() => {${names.inside(() => `${this.statements(depth - 1)} return ${this.text(depth - 1)};`)} })()`;
      case 15: {
        const found = names.any(choices, "enum");
        return found === null ? t() : `${found.name}${this.#access()}`;
      }
      case 16:
        return this.#fromClass(depth);
      case 17: {
        const map = names.any(choices, "map");
        return `(${map?.name ?? `new Map([["a", ${t()}], ["b", ${t()}]])`}.get("${choices.of(["a", "b"])}") ?? ${t()})`;
      }
      case 18:
        return this.#tables(depth);
      case 19:
        return `JSON.parse('{"a": "${choices.of(words)}", "b": {"c": "ki"}}')${choices.of([".a", ".b.c", '["a"]'])}`;
      case 20:
        return `(${this.flag()} ? ${t()} : ${t()})`;
      case 21:
        return this.#env(depth);
      case 22:
        return this.#taken(depth);
      case 23:
        return choices.of([
          `String(${t()})`,
          `String(${this.number(depth - 1)})`,
          `(${this.number(depth - 1)}).toString()`,
        ]);
      case 24:
        return `(0, ${t()})`;
      case 25: {
        const open = names.any(choices, "text", true);
        return open === null ? t() : `(${open.name} = ${t()})`;
      }
      case 26:
        return choices.of([`(${t()} as string)`, `(${t()})!`, `(${t()} satisfies string)`, `(<string>${t()})`]);
      case 27:
        return `((p = ${t()}) => ${within("p")})(${choices.one(3) ? "undefined" : choices.one(2) ? t() : ""})`;
      case 28:
        return `(${this.nested(depth - 1)}).inner${choices.of([".", "?."])}${choices.of(keys)}`;
      case 29:
        return `((...all: string[]) => all${choices.of(["[0]", "[1]", '.join("_")', ".at(-1)!"])})(${t()}, ${t()})`;
      case 30: {
        const thrown = choices.one(2) ? `throw new Error("no");` : "";
        const last = choices.one(3) ? "finally { void 0; }" : "";
        return `(() => { try { ${thrown} return ${t()}; } catch { return ${t()}; } ${last} })()`;
      }
      case 31: {
        const list = `[${t()}, ${t()}]`;
        return `(${list}.${choices.of(["find((v) => ", "filter((v) => "])}v !== ${this.literal()})${choices.of(["", "!"])})`.replace(
          /^(.*\.filter.*?)!?\)$/s,
          "$1)[0]!",
        );
      }
      case 32:
        return `\`${choices.of(["ka", `a\${1}b`])}\`.concat(${t()})`;
      default:
        return `(() => { switch (${t()}) { case ${this.literal()}: return ${t()}; case ${this.literal()}: default: return ${t()}; } })()`;
    }
  }

  /** A text, or nothing. */
  maybe(depth: number): string {
    const { choices, names } = this;
    const variable = names.any(choices, "maybe");
    switch (choices.below(6)) {
      case 0:
        return variable?.name ?? "(undefined as string | undefined)";
      case 1:
        return "(null as string | null)";
      case 2:
        return `(${this.flag()} ? ${this.text(depth)} : undefined)`;
      case 3:
        return `(${this.object(depth)} as Record<string, string>)?.${choices.of(["a", "zz"])}`;
      case 4:
        return `${this.list(depth)}.find((v) => v === ${this.literal()})`;
      default:
        return this.text(depth);
    }
  }

  number(depth: number): string {
    const { choices } = this;
    if (depth < -2) return "0";
    switch (choices.below(8)) {
      case 0:
        return choices.of(["0", "1", "2", "-1", "1.50", "0x10", "1e21", "10"]);
      case 1:
        return `(${this.number(depth - 1)} ${choices.of(["+", "-", "*", "%"])} 1)`;
      case 2:
        return `${this.text(depth - 1)}.length`;
      case 3:
        return `${this.list(depth - 1)}.length`;
      case 4:
        return choices.of([`Number("${choices.of(["1", "2", "x"])}")`, 'parseInt("3a")', '+"2"']);
      default:
        return choices.of(["0", "1", "2"]);
    }
  }

  condition(depth: number): string {
    const { choices } = this;
    if (depth <= 0) return choices.of(["true", "false"]);
    const t = (): string => this.text(depth - 1);
    switch (choices.below(12)) {
      case 0:
        return choices.of(["true", "false"]);
      case 1:
        return this.flag();
      case 2:
        return `(${t()} ${choices.of(["===", "!==", "==", "!="])} ${t()})`;
      case 3:
        return `!${this.condition(depth - 1)}`;
      case 4:
        return `(${this.condition(depth - 1)} ${choices.of(["&&", "||"])} ${this.condition(depth - 1)})`;
      case 5:
        return `${this.list(depth - 1)}.includes(${t()})`;
      case 6:
        return `${t()}.${choices.of(["startsWith", "endsWith", "includes"])}(${this.literal()})`;
      case 7:
        return `Boolean(${t()})`;
      case 8:
        return `(${this.number(depth - 1)} ${choices.of(["===", "<", ">="])} 1)`;
      case 9:
        return choices.of([
          `("${choices.of(["a", "zz"])}" in ${this.object(depth - 1)})`,
          `/${choices.of(["^k", "a", "[0-9]"])}/.test(${t()})`,
          `${this.list(depth - 1)}.${choices.of(["some", "every"])}((v) => v === ${this.literal()})`,
        ]);
      case 10:
        return `(typeof ${this.maybe(depth - 1)} === "string")`;
      default:
        return `(${this.maybe(depth - 1)} ${choices.of(["== null", "!== undefined"])})`;
    }
  }

  list(depth: number): string {
    const { choices, names } = this;
    const t = (): string => this.text(depth - 1);
    const variable = names.any(choices, "list");
    if (depth <= 0) return variable?.name ?? `["ka", "ko"]`;
    switch (choices.below(12)) {
      case 0:
      case 1:
        return variable?.name ?? `[${t()}, ${t()}]`;
      case 2:
        return `[${t()}, ${t()}${choices.one(2) ? `, ${t()}` : ""}]`;
      case 3:
        return `[...${this.list(depth - 1)}, ${t()}]`;
      case 4:
        return `${this.list(depth - 1)}.map((v${choices.one(3) ? ", i" : ""}) => ${names.inside(() => {
          names.declare("v", "text");
          return this.text(depth - 1);
        })})`;
      case 5:
        return `${this.list(depth - 1)}.concat(${choices.one(2) ? t() : this.list(depth - 1)})`;
      case 6:
        return `${this.list(depth - 1)}.slice(${choices.of(["0", "1", "-1", "0, 1", ""])})`;
      case 7:
        return `${this.list(depth - 1)}.filter((v) => v ${choices.of(["===", "!=="])} ${this.literal()})`;
      case 8:
        return `Object.${choices.of(["keys", "values"])}(${this.object(depth - 1)})`;
      case 9:
        return `${t()}.split("${choices.of(["-", "_", "a", ""])}")`;
      case 10:
        return `[...${this.list(depth - 1)}].${choices.of(["reverse", "sort"])}()`;
      default:
        return `([${t()}, ${t()}] as const)`;
    }
  }

  /** An object whose members a, b and c are texts. */
  object(depth: number): string {
    const { choices, names } = this;
    const t = (): string => this.text(depth - 1);
    const variable = names.any(choices, "object");
    if (depth <= 0) return variable?.name ?? `({ a: "ka", b: "ko", c: "ki" })`;
    switch (choices.below(10)) {
      case 0:
      case 1:
      case 2:
        return variable?.name ?? `({ a: ${t()}, b: ${t()}, c: ${t()} })`;
      case 3:
        return `({ ...${this.object(depth - 1)}, ${choices.of(keys)}: ${t()} })`;
      case 4:
        return `({ ${choices.of(keys)}: ${t()}, ...${this.object(depth - 1)} })`;
      case 5:
        return `({ a: ${t()}, get b() { return ${t()}; }, ["c"]: ${t()} })`;
      case 6:
        return `Object.${choices.of(["freeze", "seal"])}(${this.object(depth - 1)})`;
      case 7:
        return `Object.assign({}, ${this.object(depth - 1)}, { ${choices.of(keys)}: ${t()} })`;
      case 8:
        return `Object.fromEntries([["a", ${t()}], ["b", ${t()}], ["c", ${t()}]])`;
      default:
        return `(${this.condition(depth - 1)} ? ${this.object(depth - 1)} : ${this.object(depth - 1)})`;
    }
  }

  nested(depth: number): string {
    const variable = this.names.any(this.choices, "nested");
    return variable?.name ?? `({ inner: ${this.object(depth - 1)}, list: ${this.list(depth - 1)} })`;
  }

  /** A truth that only running tells; a program has three at most. */
  flag(): string {
    const { flags } = this.inputs;
    if (flags.length >= 3) return this.choices.of(["true", "false"]);
    const name = `flag${flags.length}`;
    flags.push(name);
    return this.choices.of([`globalThis.${name}`, `settings.${name}`]);
  }

  #plainText(): string {
    const variable = this.names.any(this.choices, "text");
    return variable === null || this.choices.below(2) === 0 ? this.literal() : variable.name;
  }

  #piece(depth: number): string {
    const { choices } = this;
    if (choices.below(2) === 0) return `\${${this.text(depth - 1)}}`;
    const pieces = [this.number(depth - 1), this.condition(depth - 1), "null", "undefined", this.list(depth - 1)];
    return choices.of(["ka", ...pieces.map((piece) => `\${${piece}}`)]);
  }

  #access(): string {
    const key = this.choices.of(keys);
    return this.choices.of([`.${key}`, `["${key}"]`, `[\`${key}\`]`, `?.${key}`, `[" ${key}".trim() as "a"]`]);
  }

  #item(depth: number): string {
    const taken = this.choices.of([
      "[0]!",
      ".at(0)!",
      ".at(-1)!",
      '.join("-")',
      ".join()",
      '.join("")',
      "[1]!",
      "[9]!",
      ".length.toString()",
      ".toString()",
      '.indexOf("ka").toString()',
    ]);
    return `${this.list(depth - 1)}${taken}`;
  }

  #method(depth: number): string {
    const { choices } = this;
    const lit = (): string => this.literal();
    return `${this.text(depth - 1)}${choices.of([
      ".trim()",
      ".toLowerCase()",
      ".toUpperCase()",
      `.replace(${lit()}, ${lit()})`,
      `.replace(/[aeiou]/g, "${choices.of(["", "_", "$&$&", "$1"])}")`,
      `.replace(/^k(.)/, "$1k")`,
      `.replaceAll("a", ${lit()})`,
      `.replace("k", (m) => m + "q")`,
      `.replace(/-([a-z])/g, (_, c) => c.toUpperCase())`,
      ".slice(1)",
      ".slice(0, -1)",
      ".substring(1, 3)",
      `.split("-")[${choices.below(2)}]!`,
      `.split("").reverse().join("")`,
      `.padStart(4, "z")`,
      `.padEnd(5, "yo")`,
      `.concat(${lit()}, ${lit()})`,
      ".charAt(0)",
      "[0]!",
      ".at(-1)!",
      ".repeat(2)",
      ".toString()",
      ".trimEnd()",
      ".slice(-2)",
    ])}`;
  }

  #env(depth: number): string {
    const { choices } = this;
    const { env } = this.inputs;
    if (env.length >= 2) return this.text(depth - 1);
    const name = `VITE_E${env.length}`;
    env.push({ name, committed: choices.one(2) ? choices.of(["ka", "no_ra", ""]) : null });
    const object = choices.of(["import.meta.env", "process.env"]);
    const read = choices.of([`${object}.${name}`, `${object}["${name}"]`, `(({ ${name} }) => ${name})(${object})`]);
    return `(${read} ${choices.of(["??", "||"])} ${this.text(depth - 1)})`;
  }

  #fromClass(depth: number): string {
    const { choices, names } = this;
    const found = names.any(choices, "class");
    if (found === null) return this.text(depth - 1);
    const made = `new ${found.name}(${this.text(depth - 1)})`;
    const called = `${made}.method(${this.text(depth - 1)})`;
    return choices.of([`${made}.given`, `${made}.field`, `${made}.got`, called, `${found.name}.fixed`]);
  }

  #tables(depth: number): string {
    const { choices } = this;
    const object = this.object(depth - 1);
    const [one, two] = [this.text(depth - 1), this.text(depth - 1)];
    return choices.of([
      `Object.keys(${object})[0]!`,
      `Object.values(${object})[1]!`,
      `Object.entries(${object})[0]![1]!`,
      `Object.entries(${object}).map(([k, v]) => k + v).join("_")`,
      `Object.entries(${object}).find(([k]) => k === "b")![1]`,
      `[["a", "ka"], ["b", "ko"]].map(([k, v]) => \`\${k}\${v}\`)[1]!`,
      `[{ id: "x", v: ${one} }, { id: "y", v: ${two} }].find((e) => e.id === "${choices.of(["x", "y"])}")!.v`,
      `Object.keys(${object}).length.toString()`,
    ]);
  }

  #taken(depth: number): string {
    const { choices } = this;
    const t = (): string => this.text(depth - 1);
    const object = `${this.object(depth - 1)} as Record<string, string>`;
    return choices.of([
      `(({ a }) => a!)(${object})`,
      `(({ b: other = ${this.literal()} }) => other)(${object})`,
      `(({ zz = ${this.literal()} }) => zz)(${object})`,
      `(({ a, ...rest }) => rest.b!)(${object})`,
      `(({ a, ...rest }) => rest.a ?? "gone")(${object})`,
      `(([first, second = ${this.literal()}]) => first! + second)(${this.list(depth - 1)})`,
      `(([, ...rest]) => rest.join("_"))([${t()}, ${t()}])`,
      `(({ inner: { c } }) => c!)({ inner: ${object} })`,
      `(({ ["a"]: k }) => k!)(${object})`,
    ]);
  }
}
