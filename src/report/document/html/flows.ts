import type { FleetDocument, HopRow } from "../../../model/document.ts";
import { count } from "../../layout.ts";
import { hopWords, viaWords } from "../words.ts";
import { chip, type Links, regionList } from "./links.ts";
import { html, type Markup } from "./markup.ts";

const tones = { whole: "good", broken: "bad", follows: "warn", open: "warn", note: "quiet" } as const;

/** Each flow as its hops, one under the other, each with the regions that it passes. */
export function flowsSection({ flows }: FleetDocument, links: Links): Markup {
  if (flows.length === 0) return html`<p>regions.yaml declares no flows.</p>`;
  return html`${flows.map(
    ({
      name,
      hops,
    }) => html`<article class="flow" id="${links.flowId(name)}"><h3>${name} <span class="quiet">${sum(hops)}</span></h3>
<ol class="hops">${hops.map((hop) => hopItem(hop, links))}</ol></article>`,
  )}`;
}

function sum(hops: readonly HopRow[]): string {
  const regions = new Set(hops.flatMap(({ fromRegions, toRegions }) => [...fromRegions, ...toRegions]));
  return `${count(hops.length, "hop")} through ${count(regions.size, "region")}`;
}

function hopItem(hop: HopRow, links: Links): Markup {
  const { from, to, via, fromRegions, toRegions, toFound, verdict, why } = hop;
  const party = (name: string, isFunction: boolean) => (isFunction ? links.functionLink(name) : name);
  const elsewhere = toFound !== null && !toRegions.every((region) => toFound.includes(region));
  const crosses =
    fromRegions.length > 0 && toRegions.length > 0 && !toRegions.some((region) => fromRegions.includes(region));
  return html`<li class="${verdict}"><span class="hop">${party(from, fromRegions.length > 0)} <span class="quiet">${viaWords[via]}</span> ${party(to, toFound !== null || toRegions.length > 0)}</span>
<span class="hop-regions">${fromRegions.length > 0 && regionList(fromRegions)}${fromRegions.length > 0 && toRegions.length > 0 && " → "}${
    toRegions.length > 0 && regionList(toRegions)
  }${elsewhere && html` <span class="bad">live in ${regionList(toFound)}</span>`}${crosses && html` <span class="quiet">crosses regions</span>`}</span>
<span class="hop-verdict">${verdict !== "note" && chip(tones[verdict], hopWords[verdict])}${why !== null && verdict !== "follows" && html` <span class="quiet">${why}</span>`}</span></li>`;
}
