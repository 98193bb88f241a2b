import type { FleetDocument } from "../../../model/document.ts";
import type { Changes, CopyChange, FindingChange, MoveRow } from "../../../model/document-history.ts";
import { count } from "../../layout.ts";
import { moment, scoreText } from "../words.ts";
import { chip, type Links } from "./links.ts";
import { html, type Markup, type Part, prose } from "./markup.ts";
import { table } from "./table.ts";

export function changesSection({ changes, moves, score }: FleetDocument, links: Links): Markup {
  const head =
    changes === null
      ? html`<p>No earlier report was given, so nothing is compared. <span class="quiet"><code>--since FILE</code> takes a report as JSON, an audit as JSON, or a snapshot.</span></p>`
      : html`<p>Compared with <code>${changes.since.file}</code>, of ${moment(changes.since.at)}. Score then ${scoreText(changes.scoreBefore)}, now ${scoreText(score.overall)}.</p>`;
  return html`${head}${changes !== null && changeLists(changes, links)}<h3>Moves</h3>${moveTable(moves, changes !== null, links)}`;
}

function changeLists({ copies, findings, why }: Changes, links: Links): Markup {
  return html`${why !== null && html`<p>${chip("warn", "copies not compared")} ${why}</p>`}${
    copies !== null &&
    html`${copyList("Moved", copies.moved, links)}${copyList("Removed", copies.removed, links)}${copyList("Added", copies.added, links)}${copyList("Gone or new, or only not seen in one of the two looks", copies.open, links)}${
      copies.moved.length + copies.removed.length + copies.added.length + copies.open.length === 0 &&
      html`<p>The same copies are live.</p>`
    }`
  }${findingList("Found since", findings.added, links)}${findingList("Mended", findings.mended, links)}${findingList("Not found again, which proves nothing: the looks were not the same", findings.open, links)}<p>${count(findings.standing, "finding")} of then still ${findings.standing === 1 ? "stands" : "stand"}.</p>`;
}

function copyList(title: string, changes: readonly CopyChange[], links: Links): Part {
  if (changes.length === 0) return null;
  return html`<h3>${title} <span class="count">${changes.length}</span></h3><ul class="plain columns">${changes.map(
    ({ function: name, from, to }) =>
      html`<li>${links.functionLink(name)} <span class="quiet">${from === null ? `in ${to}` : to === null ? `from ${from}` : `${from} → ${to}`}</span></li>`,
  )}</ul>`;
}

function findingList(title: string, changes: readonly FindingChange[], links: Links): Part {
  if (changes.length === 0) return null;
  return html`<h3>${title} <span class="count">${changes.length}</span></h3><ul class="plain">${changes.map(
    ({ rule, function: name, message }) =>
      html`<li>${name !== null && links.functionLink(name)} <span class="quiet">${rule}</span> ${prose(message)}</li>`,
  )}</ul>`;
}

function moveTable(moves: readonly MoveRow[] | null, isSince: boolean, links: Links): Markup {
  if (moves === null) return html`<p>${chip("warn", "not read")} The journals of moves could not be read.</p>`;
  if (moves.length === 0)
    return html`<p>The journals here tell of no move${isSince ? " that has ended since or is under way" : ""}.</p>`;
  return table(
    "Moves by their journals",
    [{ title: "function" }, { title: "from" }, { title: "to" }, { title: "stands" }, { title: "last record" }],
    moves.map(({ function: name, from, to, state, at }) => [
      links.functionLink(name),
      html`<code class="region">${from}</code>`,
      to === null ? html`<span class="quiet">taken away</span>` : html`<code class="region">${to}</code>`,
      chip(state === "done" ? "good" : state === "under way" ? "warn" : "quiet", state),
      moment(at),
    ]),
  );
}
