import type { ClassRow, FleetDocument, RegionRow } from "../../../model/document.ts";
import { count } from "../../layout.ts";
import { chip, filterLink } from "./links.ts";
import { html, type Markup, prose } from "./markup.ts";

/** A card for each region: what it is for, what lives there, and why that is kept apart. */
export function regionsSection({ regions }: FleetDocument): Markup {
  if (regions.length === 0) return html`<p>No region is declared, and nothing is known to be live in one.</p>`;
  return html`<ul class="regions">${regions.map(regionCard)}</ul>`;
}

function regionCard(region: RegionRow): Markup {
  const { name, role, classes, wanted, inPlace, astray } = region;
  const found = inPlace === null ? "not looked at" : `${inPlace} of ${wanted}`;
  return html`<li class="card"><h3><a href="${filterLink("region", name)}">${name}</a> ${region.protected && chip("good", "protected")}${
    !region.declared && chip("warn", "not declared")
  }</h3>
<p class="role">${role ?? html`<span class="quiet">no role is stated</span>`}</p>
<dl class="figures"><div><dt>in place</dt><dd>${found}</dd></div><div><dt>astray here</dt><dd>${
    inPlace === null && astray === 0 ? "not looked at" : astray > 0 ? html`<strong class="bad">${astray}</strong>` : 0
  }</dd></div></dl>
${classes.length === 0 ? html`<p class="quiet">No class is at home here.</p>` : html`<ul class="plain classes">${classes.map(classItem)}</ul>`}</li>`;
}

function classItem({ name, functions, why, isolatedFrom, allow }: ClassRow): Markup {
  return html`<li><a href="${filterLink("class", name)}"><strong>${name}</strong></a>, ${count(functions, "function")}${
    why !== null && html`: ${prose(why)}`
  }${isolatedFrom.length > 0 && html`<br><span class="quiet">kept apart from ${isolatedFrom.join(", ")}</span>`}${
    allow.length > 0 && html`<br><span class="quiet">may also use ${allow.join(", ")}</span>`
  }</li>`;
}
