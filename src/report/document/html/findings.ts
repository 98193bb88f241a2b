import type { FleetDocument } from "../../../model/document.ts";
import type { Finding } from "../../../model/finding.ts";
import { grouped } from "../../groups.ts";
import { count } from "../../layout.ts";
import { at, chip, findingId, type Links } from "./links.ts";
import { html, type Markup, prose } from "./markup.ts";

export function findingsSection(document: FleetDocument, links: Links): Markup {
  const open = document.findings.filter(({ suppressed }) => suppressed === null);
  const hidden = document.findings.filter(({ suppressed }) => suppressed !== null);
  const groups = grouped(open).map(
    ({ title, findings }) => html`<h3>${title} <span class="count">${findings.length}</span></h3>
<ol class="findings">${findings.map((finding) => findingItem(finding, links))}</ol>`,
  );
  const none =
    document.verdict.tone === "clean"
      ? "Nothing."
      : "Nothing was found in what was looked at; see what was not seen above.";
  return html`${open.length === 0 ? html`<p>${none}</p>` : groups}${
    hidden.length > 0 &&
    html`<details class="fold"><summary>${count(hidden.length, "finding")} that somebody chose to live with</summary>
<ul class="findings">${hidden.map((finding) => hiddenItem(finding, links))}</ul></details>`
  }`;
}

function findingItem(finding: Finding, links: Links): Markup {
  const { rule, severity, confidence, message, mend, place, related, function: name } = finding;
  return html`<li id="${findingId(finding)}" class="card ${severity}"><p class="head">${chip(severity === "error" ? "bad" : "warn", severity)} ${
    name === null ? html`<strong>The project</strong>` : links.functionLink(name)
  } <span class="quiet">${rule}${confidence === "likely" && ", likely"}</span></p>
<p>${prose(message)}</p>${mend !== "" && html`<p class="mend"><span class="quiet">Mend:</span> ${prose(mend)}</p>`}${
    place !== null && html`<p class="quiet">At ${at(place)}</p>`
  }${
    related.length > 0 &&
    html`<details class="fold"><summary>${count(related.length, "related place")}</summary><ul class="plain">${related.map(
      (one) => html`<li>${one.place !== null && html`${at(one.place)} `}${prose(one.message)}</li>`,
    )}</ul></details>`
  }</li>`;
}

function hiddenItem({ rule, message, suppressed, function: name }: Finding, links: Links): Markup {
  const until = suppressed?.until == null ? "" : `, until ${suppressed.until}`;
  const owner = suppressed?.owner == null ? "" : `, ${suppressed.owner} answers for it`;
  return html`<li class="card"><p class="head">${name !== null && links.functionLink(name)} <span class="quiet">${rule}</span></p>
<p>${prose(message)}</p><p class="quiet">${suppressed?.reason ?? ""}${owner}${until}</p></li>`;
}
