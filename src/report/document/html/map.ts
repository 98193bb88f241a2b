import type { CallRow, FleetDocument, FunctionRow, HolderRow } from "../../../model/document.ts";
import type { Finding } from "../../../model/finding.ts";
import { visible } from "../../visible.ts";
import { calm, howWords, reachWords, regionsText } from "../words.ts";
import { at, chip, findingId, type Links, regionList } from "./links.ts";
import { html, listOf, type Markup, type Part } from "./markup.ts";

/** What leads to and from each function. */
interface Around {
  readonly calls: ReadonlyMap<string, readonly CallRow[]>;
  readonly holders: ReadonlyMap<string, readonly HolderRow[]>;
  readonly findings: ReadonlyMap<string, readonly Finding[]>;
}

const nobody = "in no class";
const nowhere = "nowhere";

/** Regions, classes, functions, and under each function who reaches it; the script filters and folds what is all here. */
export function mapSection(document: FleetDocument, links: Links): Markup {
  const { functions } = document;
  if (functions.length === 0) return html`<p>No function is known.</p>`;
  const around = aroundOf(document);
  const homes = Map.groupBy(functions, homeOf);
  const order = [...document.regions.map(({ name }) => name), nowhere].filter((region) => homes.has(region));
  const roles = new Map(document.regions.map(({ name, role }) => [name, role]));
  return html`${filterForm(document)}${order.map((region) => {
    const own = homes.get(region) ?? [];
    const guests = functions.filter((row) => homeOf(row) !== region && isIn(row, region));
    const strays = guests.filter(({ copies }) => copies.some((copy) => copy.region === region && !copy.accepted));
    return html`<div class="map-region"><h3>${region === nowhere ? "In no region" : region} <span class="quiet">${roles.get(region) ?? ""}</span></h3>${[
      ...Map.groupBy(own, ({ class: of }) => of ?? nobody),
    ].map(([of, rows]) => classGroup(of, rows, around, links))}${
      strays.length > 0 && html`<p class="guests">Live here and wanted elsewhere: ${namesOf(strays, links)}</p>`
    }${
      guests.length > strays.length &&
      html`<p class="guests">Also here: ${namesOf(
        guests.filter((row) => !strays.includes(row)),
        links,
      )}</p>`
    }</div>`;
  })}<p id="no-match" hidden>No function matches the filter.</p>`;
}

/** The controls do nothing without the script, which shows them. */
function filterForm({ functions, regions }: FleetDocument): Markup {
  const rules = [...new Set(functions.flatMap((row) => row.rules))].sort();
  const classes = [...new Set(functions.map((row) => row.class ?? nobody))];
  const names = regions.map(({ name }) => name);
  const choose = (id: string, title: string, values: readonly string[], all: string, more: Part = "") =>
    html`<div class="field"><label for="filter-${id}">${title}</label><select id="filter-${id}" name="${id}"><option value="">${all}</option>${more}${values.map(
      (value) => html`<option value="${value}">${value}</option>`,
    )}</select></div>`;
  return html`<form id="filter" role="search" aria-label="Functions" hidden><div class="field wide"><label for="filter-text">Function, caller or file</label><input id="filter-text" name="text" type="search" autocomplete="off" spellcheck="false"></div>${choose(
    "region",
    "Region",
    names,
    "all",
  )}${choose("class", "Class", classes, "all")}${choose("rule", "Finding", rules, "with and without", html`<option value="*">any finding</option>`)}<button type="reset">Clear</button><p id="matches" role="status"></p></form>`;
}

function classGroup(of: string, rows: readonly FunctionRow[], around: Around, links: Links): Markup {
  const troubled = rows.filter((row) => row.rules.length > 0 || !calm.has(row.standing)).length;
  return html`<details class="class-group" open><summary><strong>${of}</strong> <span class="count">${rows.length}</span> ${
    troubled > 0 && chip("bad", `${troubled} to look at`)
  }</summary><ul class="functions">${rows.map((row) => functionItem(row, around, links))}</ul></details>`;
}

function functionItem(row: FunctionRow, around: Around, links: Links): Markup {
  const { name, trigger, standing, rules, copies, wanted, flows, moving } = row;
  const calls = around.calls.get(name) ?? [];
  const holders = around.holders.get(name) ?? [];
  const findings = around.findings.get(name) ?? [];
  const regions = [...new Set([...wanted, ...copies.map(({ region }) => region)])];
  const words = [name, ...calls.flatMap(({ owner, symbol, place }) => [owner ?? "", symbol ?? "", place.file])];
  const state = !calm.has(standing)
    ? chip(standing === "not looked at" ? "warn" : "bad", standing)
    : rules.length > 0
      ? chip("bad", rules.length === 1 ? (rules[0] ?? "") : `${rules.length} rules`)
      : standing !== "in place" && chip("quiet", standing);
  return html`<li data-text="${words.join(" ").toLowerCase()}" data-regions="${dataList(regions)}" data-class="${row.class ?? nobody}" data-rules="${dataList(rules)}"><details id="${links.functionId(name) ?? ""}" class="fn" open><summary><code>${name}</code> <span class="quiet">${trigger ?? ""}</span> ${state}</summary><dl>
<dt>Wanted</dt><dd>${regionList(wanted, "by nobody")}${moving !== null && `, moving from ${moving.from} until ${moving.until}`}</dd>
<dt>Live</dt><dd>${liveText(row)}</dd>
${calls.length > 0 && html`<dt>Called by</dt><dd><ul class="plain">${calls.map(callItem)}</ul></dd>`}
${holders.length > 0 && html`<dt>Held by</dt><dd><ul class="plain">${holders.map(holderItem)}</ul></dd>`}
${flows.length > 0 && html`<dt>Flows</dt><dd>${listOf(flows.map((flow) => html`<a href="#${links.flowId(flow)}">${flow}</a>`))}</dd>`}
${
  findings.length > 0 &&
  html`<dt>Findings</dt><dd>${listOf(findings.map((finding) => html`<a href="#${findingId(finding)}">${finding.rule}</a>`))}</dd>`
}</dl></details></li>`;
}

function liveText({ copies, standing }: FunctionRow): Part {
  if (copies.length === 0) return html`<span class="quiet">${standing === "missing" ? "nowhere" : "not seen"}</span>`;
  const pieces = copies.map(({ region, accepted, runtime, state }) => {
    const more = [...(runtime === null ? [] : [runtime]), ...(state === null || state === "ACTIVE" ? [] : [state])];
    return html`<code class="region">${region}</code>${more.length > 0 && html` <span class="quiet">${more.join(", ")}</span>`}${
      !accepted && html` ${chip("bad", "not wanted")}`
    }`;
  });
  return listOf(pieces);
}

function callItem({ owner, symbol, place, how, regions, verdict, why, wanted }: CallRow): Markup {
  const who = [owner, symbol].filter((one) => one !== null).join(" · ");
  return html`<li>${who !== "" && html`${who} `}${at(place)} <span class="quiet">${howWords[how]} to ${regionsText(regions, "no region")}</span>${reachText(verdict, why, wanted)}</li>`;
}

function holderItem({ kind, label, field, region, verdict, why, wanted }: HolderRow): Markup {
  return html`<li>${kind} · ${label} <span class="quiet">${field} to ${region ?? "an unknown region"}</span>${reachText(verdict, why, wanted)}</li>`;
}

function reachText(verdict: CallRow["verdict"], why: string | null, wanted: readonly string[]): Part {
  if (verdict === "right") return null;
  const more = verdict === "astray" && wanted.length > 0 ? `: belongs in ${wanted.join(", ")}` : "";
  return html` ${chip(verdict === "astray" ? "bad" : "warn", `${reachWords[verdict]}${more}`)}${why !== null && html` <span class="quiet">${why}</span>`}`;
}

/** For the script: as the choices of the filter hold them, which are made harmless, too. */
function dataList(values: readonly string[]): string {
  return JSON.stringify(values.map(visible));
}

function aroundOf({ calls, holders, findings }: FleetDocument): Around {
  return {
    calls: Map.groupBy(calls, ({ function: name }) => name ?? ""),
    holders: Map.groupBy(holders, ({ function: name }) => name),
    findings: Map.groupBy(
      findings.filter(({ suppressed }) => suppressed === null),
      ({ function: name }) => name ?? "",
    ),
  };
}

function namesOf(rows: readonly FunctionRow[], links: Links): Part {
  return listOf(rows.map(({ name }) => links.functionLink(name)));
}

/** The region under which a function stands: the first where it is wanted, else where it is live. */
function homeOf({ wanted, copies }: FunctionRow): string {
  return wanted[0] ?? copies[0]?.region ?? nowhere;
}

function isIn({ wanted, copies }: FunctionRow, region: string): boolean {
  return wanted.includes(region) || copies.some((copy) => copy.region === region);
}
