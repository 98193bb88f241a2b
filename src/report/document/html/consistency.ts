import type { CallRow, FleetDocument, FunctionRow, TrafficRow } from "../../../model/document.ts";
import { count } from "../../layout.ts";
import { calm, howWords, reachWords } from "../words.ts";
import { at, chip, type Links, regionList } from "./links.ts";
import { html, type Markup, type Part } from "./markup.ts";
import { type Column, table } from "./table.ts";

const reachTones = { right: "good", astray: "bad", follows: "warn", open: "warn" } as const;

/** Two tables: what front ends name for their functions, and where the functions are; what differs comes first. */
export function consistencySection(document: FleetDocument, links: Links): Markup {
  const { calls, functions, traffic, sources } = document;
  const callersRead = sources.find(({ source }) => source === "callers")?.status ?? "not asked";
  const order = { astray: 0, follows: 1, open: 2, right: 3 };
  const ranked = calls.toSorted((a, b) => order[a.verdict] - order[b.verdict]);
  const astray = calls.filter(({ verdict }) => verdict === "astray").length;
  const off = functions.filter(({ standing }) => !calm.has(standing));
  return html`<h3>Who reaches into which region</h3>${trafficTable(traffic)}
<h3>Front end to function <span class="count">${calls.length}</span></h3>
${
  calls.length === 0
    ? html`<p>${callersRead === "not asked" ? "Callers were not asked for." : callersRead === "read" ? "Nothing in the source calls a function." : "Callers could not be read in full."}</p>`
    : html`<p>${count(astray, "call")} of ${calls.length} ${astray === 1 ? "names" : "name"} a wrong region.</p>${table(
        "Callers, what they want and what is right",
        callColumns,
        ranked.map((call) => callCells(call, links)),
      )}`
}
<h3>Function to region <span class="count">${functions.length}</span></h3>
${
  off.length === 0
    ? html`<p>No function is known to be out of place.</p>`
    : table(
        "Functions that are not as wanted",
        functionColumns,
        off.map((row) => functionCells(row, links)),
      )
}
${
  functions.length > 0 &&
  html`<details class="fold screen"><summary>All ${count(functions.length, "function")}, wanted and found</summary>${table(
    "All functions",
    functionColumns,
    functions.map((row) => functionCells(row, links)),
  )}</details>`
}`;
}

const callColumns: readonly Column[] = [
  { title: "caller", parts: 4 },
  { title: "function", parts: 3 },
  { title: "names", parts: 2 },
  { title: "wanted", parts: 2 },
  { title: "verdict", parts: 1 },
];

const functionColumns: readonly Column[] = [
  { title: "function", parts: 4 },
  { title: "class", parts: 2 },
  { title: "wanted", parts: 2 },
  { title: "found", parts: 3 },
  { title: "verdict", parts: 1 },
];

function functionCells(row: FunctionRow, links: Links): Part[] {
  const { name, wanted, copies, standing } = row;
  const found = copies.map(({ region }) => region);
  const tone =
    standing === "in place" ? "good" : standing === "not looked at" ? "warn" : calm.has(standing) ? "quiet" : "bad";
  return [
    links.functionLink(name),
    row.class ?? html`<span class="quiet">none</span>`,
    regionList(wanted, "by nobody"),
    regionList(found, standing === "missing" ? "nowhere" : "not seen"),
    chip(tone, standing),
  ];
}

function callCells(call: CallRow, links: Links): Part[] {
  const { function: name, owner, symbol, place, how, regions, wanted, variable, verdict, why } = call;
  const who = [owner, symbol].filter((one) => one !== null).join(" · ");
  return [
    html`${who}${who !== "" && html`<br>`}<span class="quiet">${at(place)}</span>`,
    name === null ? html`<span class="quiet">cannot be told</span>` : links.functionLink(name),
    html`${regionList(regions, "no region")}<br><span class="quiet">${howWords[how]}${variable !== null && html`, from <code>${variable}</code>`}</span>`,
    regionList(wanted, "nobody says"),
    html`${chip(reachTones[verdict], reachWords[verdict])}${why !== null && html`<br><span class="quiet">${why}</span>`}`,
  ];
}

/** Rows are those who reach, columns the regions: how often, and how often wrongly. */
function trafficTable(traffic: readonly TrafficRow[]): Part {
  if (traffic.length === 0) return html`<p>Neither callers nor holders are known.</p>`;
  const regions = traffic[0]?.cells.map(({ region }) => region) ?? [];
  const hasElsewhere = traffic.some(({ elsewhere }) => elsewhere > 0);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Who reaches into which region"><table class="matrix"><caption>Calls and holders by region; of these, those that are wrong</caption><thead><tr><th scope="col">from</th>${regions.map(
    (region) => html`<th scope="col" class="number">${region}</th>`,
  )}${hasElsewhere && html`<th scope="col" class="number">no region</th>`}</tr></thead><tbody>${traffic.map(
    ({ from, kind, cells, elsewhere }) =>
      html`<tr><th scope="row">${from} <span class="quiet">${kind}</span></th>${cells.map(
        ({ count: calls, astray }) =>
          html`<td class="number">${calls === 0 ? html`<span class="quiet">0</span>` : calls}${astray > 0 && html` <strong class="bad">${astray} wrong</strong>`}</td>`,
      )}${hasElsewhere && html`<td class="number">${elsewhere}</td>`}</tr>`,
  )}</tbody></table></div>`;
}
