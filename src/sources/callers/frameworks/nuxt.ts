import { posix } from "node:path";
import type { Site } from "../../code/module.ts";
import type { Project } from "../../code/project.ts";
import { type Alternative, type Argument, type Engine, flatMap, isMissing, one, type Value } from "../../code/value.ts";
import { argumentAt, type Provision, type Provisions, propertiesNamed } from "./provisions.ts";

const config = /(?:^|\/)nuxt\.config\.[cm]?[jt]s$/;
const importedFolders = /^(?:app\/|src\/)?(?:composables|utils|stores?|shared\/utils)\/[^/]+\.[cm]?[jt]s$/;
const pluginFolders = /^(?:app\/|src\/)?plugins\//;

/** What Nuxt adds to a file by itself: names of composables, and what plugins provide. */
export class Nuxt {
  readonly #project: Project;
  readonly #provisions: Provisions;
  /** Folders that a nuxt.config stands in. */
  readonly #roots: readonly string[];

  constructor(project: Project, provisions: Provisions) {
    this.#project = project;
    this.#provisions = provisions;
    this.#roots = project.list.files.filter((file) => config.test(file)).map((file) => posix.dirname(file));
  }

  #inside(file: string): { root: string; path: string } | null {
    for (const root of this.#roots) {
      if (root === ".") return { root, path: file };
      if (file.startsWith(`${root}/`)) return { root, path: file.slice(root.length + 1) };
    }
    return null;
  }

  /** `file` sees the exports of `home` without importing it. */
  sees(home: string, file: string): boolean {
    const [one, other] = [this.#inside(home), this.#inside(file)];
    return one !== null && other !== null && one.root === other.root && importedFolders.test(one.path);
  }

  /** A name that nothing declares, where Nuxt would import it. */
  global(engine: Engine, name: string, site: Site): readonly Alternative[] | null {
    const here = this.#inside(site.module.file);
    if (here === null) return null;
    for (const file of this.#project.sources) {
      if (!this.sees(file, site.module.file) || file === site.module.file) continue;
      const text = this.#project.text(file);
      if (text === null || (!text.includes(name) && !posix.basename(file).startsWith(name))) continue;
      const found =
        engine.exported(file, name) ??
        (posix.basename(file).replace(/\.[^.]+$/, "") === name ? engine.exported(file, "default") : null);
      if (found !== null) return found;
    }
    return null;
  }

  call(engine: Engine, name: string, site: Site): readonly Alternative[] | null {
    const here = this.#inside(site.module.file);
    if (here === null) return null;
    if (name === "useRuntimeConfig") return this.#runtimeConfig(engine, here.root, site);
    if (name !== "useNuxtApp") return null;
    return one({ kind: "record", members: this.#provided(engine, here.root, site), spreads: [] }, site);
  }

  /** What plugins provide, under the names by which it is read: with a "$" before it. */
  provided(engine: Engine, name: string, site: Site): readonly Alternative[] | null {
    const here = this.#inside(site.module.file);
    return here === null ? null : (this.#provided(engine, here.root, site).get(name)?.values() ?? null);
  }

  #provided(engine: Engine, root: string, site: Site): Map<string, Argument> {
    const found = new Map<string, Provision[]>();
    const add = (name: string, provision: Provision): void => {
      found.set(`$${name}`, [...(found.get(`$${name}`) ?? []), provision]);
    };
    for (const maker of ["provide", "inject"]) {
      for (const { module, node } of this.#provisions.calls(maker)) {
        const [key, given] = [argumentAt(node, 0), argumentAt(node, 1)];
        const place = this.#inside(module.file);
        if (key?.type !== "Literal" || typeof key.value !== "string" || given === null) continue;
        if (place?.root !== root || !pluginFolders.test(place.path)) continue;
        add(key.value, { site: { module, node }, values: engine.evaluate(given, { module, frame: null }) });
      }
    }
    for (const module of this.#provisions.modules(["provide"])) {
      const place = this.#inside(module.file);
      if (place?.root !== root || !pluginFolders.test(place.path)) continue;
      for (const node of propertiesNamed(module, "provide")) {
        if (node.value.type !== "ObjectExpression") continue;
        for (const property of node.value.properties) {
          if (property.type !== "Property" || property.key.type !== "Identifier") continue;
          const values = engine.evaluate(property.value, { module, frame: null });
          add(property.key.name, { site: { module, node: property }, values });
        }
      }
    }
    return new Map(
      [...found].map(([name, provisions]): [string, Argument] => [
        name,
        { spread: false, values: () => this.#provisions.choose(provisions, site, `"${name}"`) },
      ]),
    );
  }

  /** `runtimeConfig` of nuxt.config; variables of the machine that runs it may change each of its values. */
  #runtimeConfig(engine: Engine, root: string, site: Site): readonly Alternative[] | null {
    const file = this.#project.list.files.find((path) => config.test(path) && posix.dirname(path) === root);
    const exported = file === undefined ? null : engine.exported(file, "default");
    if (exported === null) return null;
    const values = flatMap(exported, (value) => {
      const options: readonly Alternative[] =
        value.kind === "call" ? (value.args[0]?.values() ?? []) : one(value, site);
      return flatMap(options, (object: Value) => engine.member(object, "runtimeConfig", site));
    }).filter(({ value }) => !isMissing(value));
    return values.length === 0 ? null : values.map((each) => ({ ...each, sure: false }));
  }
}
