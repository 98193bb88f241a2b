import type { Class } from "oxc-parser";
import { handedWrites, plainWrites } from "./handed-objects.ts";
import type { Importers } from "./importers.ts";
import { bindingAt, identifiersNamed, type Module } from "./module.ts";
import type { Binding } from "./scope.ts";
import { type ExportSource, originOf } from "./star-exports.ts";
import type { Engine, Write } from "./value.ts";

/** Writes of other files into what a file exports: `import { config } from "./config"; config.region = …`. */
export class OutsideWrites {
  readonly #source: ExportSource;
  readonly #engine: Engine;
  readonly #importers: Importers;
  readonly #known = new WeakMap<Binding, readonly Write[]>();
  readonly #data = new Map<string, readonly Write[]>();
  readonly #fields = new WeakMap<Class, Map<string, readonly Write[]>>();

  constructor(source: ExportSource, engine: Engine, importers: Importers) {
    this.#source = source;
    this.#engine = engine;
    this.#importers = importers;
  }

  of(binding: Binding, module: Module): readonly Write[] {
    const known = this.#known.get(binding);
    if (known !== undefined) return known;
    this.#known.set(binding, []);
    const found = this.#find(binding, module);
    this.#known.set(binding, found);
    return found;
  }

  ofData(file: string): readonly Write[] {
    let writes = this.#data.get(file);
    if (writes === undefined) {
      this.#data.set(file, []);
      writes = [...this.#importers.of(file)].flatMap((importer) => this.#dataWritesIn(importer, file));
      this.#data.set(file, writes);
    }
    return writes;
  }

  #dataWritesIn(file: string, data: string): readonly Write[] {
    const { project } = this.#source;
    const loading = (this.#importers.clausesOf(file) ?? []).filter(
      ({ specifier }) => specifier.endsWith(".json") && project.resolve(file, specifier) === data,
    );
    const read = loading.length === 0 ? null : project.read(file);
    if (read?.kind !== "text") return [];
    const names = new Set(loading.flatMap(({ text }) => wholeNames(text)));
    const writing = [...names].filter((name) => mayWrite(read.text, name));
    const module = writing.length === 0 ? null : project.module(file);
    if (module === null || "kind" in module) return [];
    const scene = { module, frame: null };
    return writing.flatMap((name): readonly Write[] => {
      const binding = bindingAt(module, module.program, name);
      return binding === null ? [] : [...plainWrites(binding, scene), ...handedWrites(this.#engine, binding, scene)];
    });
  }

  /** Writes into a field of a class or of its instances from outside of it: `Client.region = …`, `client.region = …`. */
  ofField(node: Class, home: Module, name: string, isStatic: boolean): readonly Write[] {
    let fields = this.#fields.get(node);
    if (fields === undefined) {
      fields = new Map();
      this.#fields.set(node, fields);
    }
    const key = `${isStatic} ${name}`;
    let writes = fields.get(key);
    if (writes === undefined) {
      fields.set(key, []);
      this.#source.project.trace.words.add(name);
      writes = [home.file, ...this.#importers.of(home.file)].flatMap((file) =>
        this.#fieldWritesIn(file, node, home.file, name, isStatic ? "class" : "instance"),
      );
      fields.set(key, writes);
    }
    return writes;
  }

  #fieldWritesIn(file: string, node: Class, home: string, name: string, kind: "class" | "instance"): readonly Write[] {
    const read = this.#source.project.glance(file);
    const assigned = new RegExp(`\\.\\s*${name.replaceAll("$", "\\$")}\\s*=(?![=>])`);
    if (read.kind !== "text" || !assigned.test(read.text)) return [];
    const module = this.#source.project.module(file);
    if (module === null || "kind" in module) return [];
    const scene = { module, frame: null };
    return identifiersNamed(module, name).flatMap((property): readonly Write[] => {
      const target = module.parents.get(property);
      const write = target === undefined ? undefined : module.parents.get(target);
      if (target?.type !== "MemberExpression" || target.computed || target.property !== property) return [];
      if (write?.type !== "AssignmentExpression" || write.left !== target) return [];
      if (target.object.type === "ThisExpression" || target.object.type === "Super") return [];
      const isInside = file === home && property.start >= node.start && property.end <= node.end;
      if (isInside && kind === "class") return [];
      const isOfClass = this.#engine
        .evaluate(target.object, scene)
        .some(({ value }) => value.kind === kind && value.node === node);
      return isOfClass ? [{ node: write, scene }] : [];
    });
  }

  #find(binding: Binding, home: Module): readonly Write[] {
    if (bindingAt(home, home.program, binding.name) !== binding) return [];
    const writes: Write[] = [];
    for (const [name, entry] of this.#source.exportsOf(home.file)?.exports.named ?? []) {
      const isThis =
        (entry.kind === "local" && entry.name === binding.name) ||
        (entry.kind === "value" && entry.node.type === "Identifier" && entry.node.name === binding.name);
      if (!isThis) continue;
      const origin = originOf(this.#source, home.file, name, new Set());
      for (const file of this.#importers.of(home.file)) writes.push(...this.#writesIn(file, name, origin));
    }
    return writes;
  }

  #writesIn(file: string, exported: string, origin: string | null): readonly Write[] {
    const { project } = this.#source;
    project.trace.words.add(exported);
    const read = project.glance(file);
    if (read.kind !== "text") return [];
    const clauses = this.#importers.clausesOf(file)?.map(({ text }) => text) ?? [];
    const names = new Set(clauses.flatMap((clause) => namesGiven(clause, exported)));
    const writing = [...names].filter((name) => mayWrite(read.text, name));
    const module = writing.length === 0 ? null : project.module(file);
    if (module === null || "kind" in module) return [];
    const scene = { module, frame: null };
    return writing.flatMap((name): readonly Write[] => {
      const binding = bindingAt(module, module.program, name);
      if (binding?.kind !== "import") return [];
      const parent = module.parents.get(binding.declaration);
      const target = parent?.type === "ImportDeclaration" ? project.resolve(file, parent.source.value) : null;
      if (target === null || originOf(this.#source, target, exported, new Set()) !== origin) return [];
      return [...plainWrites(binding, scene), ...handedWrites(this.#engine, binding, scene)];
    });
  }
}

/** Names that a clause gives to all of what it loads. */
function wholeNames(clause: string): readonly string[] {
  const whole = /^\s*import\s+([A-Za-z_$][\w$]*)|\*\s*as\s+([\w$]+)|([\w$]+)\s*=\s*(?:await\s+)?(?:import|require)\b/g;
  return [...clause.matchAll(whole)].flatMap(([, plain, star, loaded]) => plain ?? star ?? loaded ?? []);
}

/** Names that an import clause gives to an export. */
function namesGiven(clause: string, exported: string): readonly string[] {
  if (exported === "default") {
    const own = /^import\s+([A-Za-z_$][\w$]*)/.exec(clause)?.[1];
    return own === undefined ? [] : [own];
  }
  const word = exported.replaceAll("$", "\\$");
  return [...clause.matchAll(new RegExp(`(?<![\\w$])${word}(?:\\s+as\\s+([\\w$]+))?(?![\\w$])`, "g"))].map(
    (match) => match[1] ?? exported,
  );
}

/** A text may write into what goes by a name, or give it to somebody who does. */
function mayWrite(text: string, name: string): boolean {
  const word = `(?<![\\w$.])${name.replaceAll("$", "\\$")}`;
  const member = String.raw`(?:\s*\??\.\s*#?[\w$]+|\[[^\]\n]*\])`;
  const assigned = String.raw`${word}${member}+\s*(?:=(?![=>])|\?\?=|\|\|=|\+=)`;
  const changed = String.raw`\bdelete\s+${word}|${word}\s*\.\s*(?:set|push|splice|unshift)\s*\(`;
  const given = String.raw`[(,]\s*${word}\s*[,)]|=\s*${word}\s*(?:[;\n]|$)`;
  return new RegExp(`${assigned}|${changed}|${given}`, "m").test(text);
}
