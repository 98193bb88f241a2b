import type { FleetDocument } from "../../../model/document.ts";
import type { Finding } from "../../../model/finding.ts";
import type { Place } from "../../../model/place.ts";
import { visible } from "../../visible.ts";
import { html, listOf, type Markup, type Part } from "./markup.ts";

/** Where things stand on the page. */
export interface Links {
  /** Id of a function's entry; null where the page has none. */
  functionId(name: string): string | null;
  /** A function's name, leading to its entry where there is one. */
  functionLink(name: string): Markup;
  flowId(name: string): string;
}

export function linksOf(document: FleetDocument): Links {
  // Plain names make addresses that can be sent to others; the rest is numbered.
  const ids = new Map(
    document.functions.map(({ name }, index) => [name, /^[A-Za-z][\w-]*$/.test(name) ? `fn-${name}` : `fn.${index}`]),
  );
  const flows = new Map(document.flows.map(({ name }, index) => [name, `flow.${index}`]));
  return {
    functionId: (name) => ids.get(name) ?? null,
    functionLink: (name) => {
      const id = ids.get(name);
      return id === undefined ? html`<code>${name}</code>` : html`<a href="#${id}"><code>${name}</code></a>`;
    },
    flowId: (name) => flows.get(name) ?? "flows",
  };
}

export function findingId({ fingerprint }: Finding): string {
  return `finding-${fingerprint.replace(/[^\w-]/g, "")}`;
}

export function at(place: Place): Markup {
  return html`<code>${place.file}:${place.line}</code>`;
}

/** Regions as code, each whole on its line. */
export function regionList(regions: readonly string[], none = "nowhere"): Part {
  if (regions.length === 0) return html`<span class="quiet">${none}</span>`;
  return listOf(regions.map((region) => html`<code class="region">${region}</code>`));
}

/** A word with a shape of its own, so that colour is never all that tells. */
export function chip(tone: "good" | "bad" | "warn" | "quiet", text: string): Markup {
  return html`<span class="chip ${tone}">${text}</span>`;
}

/** Address of the map with a filter set. */
export function filterLink(key: "region" | "class" | "rule", value: string): string {
  return `#map?${key}=${encodeURIComponent(visible(value))}`;
}
