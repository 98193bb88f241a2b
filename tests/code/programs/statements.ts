import { Expressions, keys } from "./expressions.ts";
import type { Kind } from "./scope.ts";

/** Makes statements that declare names, and change what they hold. */
export class Statements extends Expressions {
  /** A few statements in a row. */
  body(depth: number, most = 3): string {
    const parts: string[] = [];
    const count = this.choices.below(most + 1);
    for (let at = 0; at < count && !this.choices.spent; at++) parts.push(this.statement(depth));
    return parts.join("\n");
  }

  statement(depth: number): string {
    const { choices, names } = this;
    const open = names.any(choices, "text", true);
    if (depth <= 0 || choices.below(4) === 0) return this.#declaration(Math.max(depth, 1));
    if (open === null || choices.below(4) === 0) return this.#shaped(depth);
    return this.#change(open.name, depth);
  }

  /** Statements that have blocks, and writes into objects and lists. */
  #shaped(depth: number): string {
    const { choices, names } = this;
    const t = (): string => this.text(depth - 1);
    const block = (): string => `{ ${names.inside(() => this.body(depth - 1, 2))} }`;
    switch (choices.below(6)) {
      case 0:
        return this.#declaration(depth);
      case 1:
        return `if (${this.condition(depth - 1)}) ${block()}${choices.one(2) ? ` else ${block()}` : ""}`;
      case 2: {
        const thrown = choices.one(2) ? ` throw new Error("no");` : "";
        return `try { ${names.inside(() => this.body(depth - 1, 1))}${thrown} } catch ${block()}`;
      }
      case 3:
        return block();
      case 4: {
        const outer = choices.one(3) ? names.any(choices, "nested", true) : null;
        if (outer !== null) return `${outer.name}.inner.${choices.of(keys)} = ${t()};`;
        const object = names.any(choices, "object", true);
        if (object === null) return this.#declaration(depth);
        const key = choices.of(keys);
        return choices.of([
          `${object.name}.${key} = ${t()};`,
          `${object.name}["${key}"] = ${t()};`,
          `Object.assign(${object.name}, { ${key}: ${t()} });`,
          `for (const k of ["a", "b"] as const) ${object.name}[k] = ${t()};`,
        ]);
      }
      default: {
        const list = names.any(choices, "list", true);
        if (list === null) return this.#declaration(depth);
        return choices.of([
          `${list.name}.push(${t()});`,
          `${list.name}[0] = ${t()};`,
          `${list.name}.reverse();`,
          `${list.name}.pop();`,
        ]);
      }
    }
  }

  /** Ways to give a variable another value. */
  #change(name: string, depth: number): string {
    const { choices, names } = this;
    const t = (): string => this.text(depth - 1);
    const assign = (): string => `${name} ${choices.of(["=", "+="])} ${t()};`;
    switch (choices.below(13)) {
      case 0:
        return `${name} = ${t()};`;
      case 1:
        return `${name} ${choices.of(["+=", "||=", "??=", "&&="])} ${t()};`;
      case 2:
        return `if (${this.condition(depth)}) ${name} = ${t()};`;
      case 3:
        return `if (${this.condition(depth)}) ${name} = ${t()}; else ${name} = ${t()};`;
      case 4: {
        const cases = `case ${this.literal()}: ${name} = ${t()}; ${choices.of(["break;", ""])} case ${this.literal()}: ${name} = ${t()}; break;`;
        return `switch (${t()}) { ${cases} ${choices.of([`default: ${name} = ${t()};`, ""])} }`;
      }
      case 5:
        return `for (const each of ${this.list(depth - 1)}) ${names.inside(() => {
          names.declare("each", "text");
          const leave = `if (each === ${this.literal()}) ${choices.of(["break", "continue"])};`;
          return `{ ${choices.of(["", leave])} ${name} ${choices.of(["=", "+="])} ${this.text(depth - 1)}; }`;
        })}`;
      case 6:
        return `for (let i = 0; i < ${choices.below(3)}; i++) { ${assign()} }`;
      case 7: {
        const [first, second, third] = [t(), t(), t()];
        const thrown = choices.one(2) ? ` throw new Error("no");` : "";
        const last = choices.one(3) ? ` finally { ${name} = ${third}; }` : "";
        return `try { ${name} = ${first};${thrown} } catch { ${name} = ${second}; }${last}`;
      }
      case 8: {
        const changer = names.fresh("change");
        return `function ${changer}() { ${name} = ${t()}; }\n${choices.of([`${changer}();`, ""])}`;
      }
      case 9:
        // The compiler that runs these gets it wrong for names that are exported.
        if (this.exported) return assign();
        return choices.of([
          `;({ a: ${name} } = ${this.object(depth - 1)} as any);`,
          `;[${name} = "ko"] = ${this.list(depth - 1)};`,
          `;[${name}] = [${t()}];`,
        ]);
      case 10: {
        const other = names.all("text", true).find((variable) => variable.name !== name);
        return other === undefined || this.exported
          ? assign()
          : `;[${name}, ${other.name}] = [${other.name}, ${name}];`;
      }
      case 11:
        return `${this.list(depth - 1)}.forEach((v) => { ${name} ${choices.of(["=", "+="])} v; });`;
      default:
        return `if (${this.condition(depth)}) { ${names.inside(() => this.body(depth - 1, 1))} ${assign()} }`;
    }
  }

  #declaration(depth: number): string {
    const { choices, names } = this;
    const word = choices.of(["const", "const", "let", "var"]);
    const mayChange = word !== "const";
    const put = (stem: string, kind: Kind, value: string, type = ""): string => {
      // The name of an outer block, now and then.
      const outer = names.all(kind)[0];
      const shadows =
        choices.one(6) &&
        word !== "var" &&
        outer !== undefined &&
        !outer.name.includes(".") &&
        !value.includes(outer.name);
      const name = shadows && this.inBlock ? outer.name : names.fresh(stem);
      names.declare(name, kind, kind === "text" || kind === "maybe" ? mayChange : true);
      return `${word} ${name}${type} = ${value};`;
    };
    const pair = (before: string, between: string, after: string): string => {
      const [one, two] = [names.fresh("t"), names.fresh("t")];
      names.declare(one, "text", mayChange);
      names.declare(two, "text", mayChange);
      return `${word} ${before}${one}${between}${two}${after};`;
    };
    const t = (): string => this.text(depth - 1);
    switch (choices.below(17)) {
      case 14: {
        const [test, value, name] = [this.condition(depth - 1), t(), names.fresh("y")];
        const early = choices.one(2) ? `String(${name});` : "";
        names.declare(name, "maybe", true);
        return choices.of([
          `let ${name}: any; if (${test}) ${name} = ${value};`,
          `if (${test}) { var ${name}: any = ${value}; }`,
          `switch (${value}) { case "ka": var ${name}: any = ${t()}; }`,
          `for (const each of ["a", "b"]) { ${early} var ${name}: any = each === "a" ? ${value} : ${name}; }`,
        ]);
      }
      case 15: {
        const [value, name, outer] = [t(), names.fresh("y"), names.fresh("y")];
        names.declare(outer, "maybe", true);
        names.declare(name, "text", true);
        return `${word} ${outer}: any = ${name}0; var ${name}0: any = ${value}; var ${name}: any = ${name}0;`;
      }
      case 16: {
        const [value, name, test] = [t(), names.fresh("o"), this.condition(depth - 1)];
        const got = names.fresh("y");
        names.declare(got, "maybe", true);
        return `const ${name}: any = {}; if (${test}) ${name}.a = ${value}; ${word} ${got}: any = ${name}.a;`;
      }
      case 0:
      case 1:
      case 2:
        return put("t", "text", this.text(depth), ": string");
      case 3:
        return put("l", "list", this.list(depth), ": any[]");
      case 4:
      case 5:
        return put("o", "object", this.object(depth), ": any");
      case 6:
        return this.#function(depth);
      case 7:
        return put("m", "map", `new Map([["a", ${t()}], ["b", ${t()}]])`);
      case 8:
        return this.#class(depth);
      case 9: {
        const name = names.fresh("E");
        const members = [
          `a = "ka", b = "ko", c = "ki"`,
          `a = "ka", b = \`ko\`, c = "k" + "i"`,
          `a = "x", b = a, c = ${name}.a`,
        ];
        return `enum ${names.declare(name, "enum")} { ${choices.of(members)} }`;
      }
      case 10:
        return put("n", "nested", `{ inner: ${this.object(depth - 1)}, list: ${this.list(depth - 1)} }`);
      case 11: {
        const source = this.object(depth - 1);
        return choices.one(2)
          ? pair("{ a: ", ", b: ", ` }: any = ${source}`)
          : pair("{ a: ", ' = "ko", ["c"]: ', ` }: any = ${source}`);
      }
      case 12: {
        const source = this.list(depth - 1);
        return pair("[", ' = "ka", ', ` = ${this.literal()}]: any = ${source}`);
      }
      default: {
        const value = this.maybe(depth - 1);
        return put("y", "maybe", value, ": string | null | undefined");
      }
    }
  }

  /** Its names may be exported. */
  exported = false;
  /** Set while a block is made in which a name of an outer one may be declared again. */
  inBlock = false;

  #function(depth: number): string {
    const { choices, names } = this;
    const name = names.fresh("f");
    const given = names.fresh("p");
    const body = names.inside(() => {
      names.declare(given, "text");
      const parts = [this.body(depth - 1, 2)];
      if (choices.one(2)) parts.push(`if (${this.condition(depth - 1)}) return ${this.text(depth - 1)};`);
      if (choices.one(5))
        parts.push(`if (${this.condition(depth - 1)}) { ${this.body(depth - 1, 1)} return ${this.text(depth - 1)}; }`);
      return `${parts.join("\n")} return ${this.text(depth - 1)};`;
    });
    const fallback = choices.one(2) ? ` = ${this.literal()}` : "?: any";
    const inner = names.inside(() => {
      names.declare(given, "text");
      return this.text(depth - 1);
    });
    names.declare(name, "function");
    return choices.of([
      `function ${name}(${given}${fallback}) { ${body} }`,
      `const ${name} = (${given}${fallback}) => { ${body} };`,
      `const ${name} = function (${given}${fallback}) { ${body} };`,
      `function ${name}(${given}${fallback}, left = 2): string { return left > 0 ? ${name}(${inner}, left - 1) : ${given}; }`,
    ]);
  }

  #class(depth: number): string {
    const { choices, names } = this;
    const parent = choices.one(3) ? names.any(choices, "class") : null;
    const name = names.fresh("C");
    const given = names.inside(() => {
      names.declare("q", "text");
      return this.text(depth - 1);
    });
    const [field, fixed] = [this.text(depth - 1), this.text(depth - 1)];
    const got = choices.of(["this.field", "this.given", this.literal()]);
    const doubt = this.condition(depth - 1);
    names.declare(name, "class");
    if (parent !== null) {
      const head = `class ${name} extends ${parent.name}`;
      return choices.of([
        `${head} {}`,
        `${head} { constructor(q: any) { super(${given}); } }`,
        `${head} { override field = ${field}; }`,
        `${head} { override method(r: any) { return super.method(r) + "z"; } }`,
      ]);
    }
    const getter = `get got() { return ${got}; }`;
    return choices.of([
      `class ${name} { static fixed = ${fixed}; given: string; field = ${field}; constructor(q: any) { this.given = ${given}; } ${getter} method(r: any) { return r + this.given; } }`,
      `class ${name} { static fixed = ${fixed}; field = ${field}; constructor(public given: any) {} ${getter} method(r: any) { const self = this; return (() => self.field + r)(); } }`,
      `class ${name} { static fixed = ${fixed}; given; field; constructor(q: any = "ko") { this.given = q; this.field = ${field}; if (${doubt}) this.field = ${this.literal()}; } ${getter} method(r: any) { return \`\${this.field}\${r}\`; } }`,
    ]);
  }
}
