import type { Node } from "oxc-parser";
import type { Importers } from "../../code/importers.ts";
import type { Module, Site } from "../../code/module.ts";
import type { Project } from "../../code/project.ts";
import { type Alternative, type Argument, type Engine, flatMap, type Libraries, type Value } from "../../code/value.ts";
import { injected, tokenOf } from "./angular.ts";
import { markupMember, markupVariable } from "./markup.ts";
import { Nuxt } from "./nuxt.ts";
import { Provisions, valuesOf } from "./provisions.ts";
import { reactCall } from "./react.ts";
import { reactfireCall } from "./reactfire.ts";
import { storeOf, vuexContext, vuexStore } from "./stores.ts";
import { runes, storeValue, svelteCall } from "./svelte.ts";
import { globalProperty, optionsSelf, vueCall } from "./vue.ts";
import { zustandCall } from "./zustand.ts";

/** How values travel through frameworks: by injection, contexts, providers, stores and options of components. */
export class Frameworks implements Libraries {
  readonly #provisions: Provisions;
  readonly #nuxt: Nuxt;

  constructor(project: Project, sources: readonly string[], importers: Importers) {
    this.#provisions = new Provisions(project, sources, importers);
    this.#nuxt = new Nuxt(project, this.#provisions);
  }

  /** `file` sees the exports of `home` without importing it. */
  sees(home: string, file: string): boolean {
    return this.#nuxt.sees(home, file);
  }

  call(engine: Engine, callee: Value, args: readonly Argument[], site: Site): readonly Alternative[] | null {
    const ofStore = zustandCall(engine, this.#provisions, callee, args, site);
    if (ofStore !== null) return ofStore;
    if (callee.kind === "call") {
      const name = callee.callee.kind === "external" || callee.callee.kind === "global" ? callee.callee.name : null;
      const globals = (key: string, at: Site): readonly Alternative[] => this.#global(engine, key, at);
      return name === "defineStore" ? storeOf(engine, this.#provisions, callee, site, globals) : null;
    }
    if (callee.kind === "global") {
      if (runes.has(callee.name) && args[0] !== undefined) return valuesOf(args[0]);
      return this.#nuxt.call(engine, callee.name, site) ?? vueCall(engine, this.#provisions, callee.name, args, site);
    }
    if (callee.kind === "member") {
      const { object, name } = callee;
      if (name === "get" && object.kind === "external" && object.name === "injector")
        return flatMap(valuesOf(args[0]), (token) => injected(engine, this.#provisions, token, site) ?? []);
      if (object.kind !== "external" || (object.name !== "default" && object.name !== "*")) return null;
      return this.call(engine, { kind: "external", source: object.source, name }, args, site);
    }
    if (callee.kind !== "external") return null;
    const { source, name } = callee;
    switch (source) {
      case "@angular/core":
        if (name !== "inject") return null;
        return flatMap(valuesOf(args[0]), (token) => injected(engine, this.#provisions, token, site) ?? []);
      case "react":
      case "preact/hooks":
        return reactCall(engine, this.#provisions, name, args, site);
      case "reactfire":
        return reactfireCall(engine, this.#provisions, name, args, site);
      case "vue":
      case "@vue/composition-api":
      case "@vueuse/core":
      case "@vueuse/shared":
      case "pinia":
        return vueCall(engine, this.#provisions, name, args, site);
      case "vuex":
        return name === "createStore" || name === "Store" ? vuexStore(engine, args, site) : null;
      case "svelte":
      case "svelte/store":
        return svelteCall(engine, this.#provisions, name, args, site);
      case "#app":
      case "#imports":
      case "nuxt/app":
        return this.#nuxt.call(engine, name, site) ?? vueCall(engine, this.#provisions, name, args, site);
      default:
        return null;
    }
  }

  global(engine: Engine, name: string, site: Site): readonly Alternative[] | null {
    return (
      storeValue(engine, name, site) ??
      markupVariable(engine, name, site) ??
      markupMember(engine, this.#provisions, name, site, (key, at) => this.#global(engine, key, at)) ??
      this.#nuxt.global(engine, name, site)
    );
  }

  parameter(engine: Engine, fn: Node, index: number, pattern: Node, module: Module): readonly Alternative[] | null {
    const site = { module, node: pattern };
    const tokens = tokenOf(engine, fn, pattern, site);
    if (tokens === null) return vuexContext(engine, fn, index, module);
    const values = tokens.flatMap(({ value }) => injected(engine, this.#provisions, value, site) ?? []);
    return values.length === 0 ? null : values;
  }

  self(engine: Engine, fn: Node, module: Module): Value | null {
    return optionsSelf(engine, this.#provisions, fn, module, (name, site) => this.#global(engine, name, site));
  }

  #global(engine: Engine, name: string, site: Site): readonly Alternative[] {
    return this.#nuxt.provided(engine, name, site) ?? globalProperty(engine, this.#provisions, name, site);
  }
}
