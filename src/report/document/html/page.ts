import type { FleetDocument } from "../../../model/document.ts";
import { caveat, headline, moment, type SectionId, scoreText, titles } from "../words.ts";
import { adviceSection } from "./advice.ts";
import { capacitySection } from "./capacity.ts";
import { changesSection } from "./changes.ts";
import { consistencySection } from "./consistency.ts";
import { findingsSection } from "./findings.ts";
import { flowsSection } from "./flows.ts";
import { type Links, linksOf } from "./links.ts";
import { mapSection } from "./map.ts";
import { html, type Markup, type Part, prose, raw } from "./markup.ts";
import { regionsSection } from "./regions.ts";
import { runtimesSection } from "./runtimes.ts";
import { scoreSection } from "./score.ts";
import { script } from "./script.ts";
import { style } from "./style.ts";
import { unseenSection } from "./unseen.ts";

const sections: Readonly<Record<SectionId, (document: FleetDocument, links: Links) => Markup>> = {
  unseen: unseenSection,
  findings: findingsSection,
  regions: regionsSection,
  map: mapSection,
  flows: flowsSection,
  consistency: consistencySection,
  changes: changesSection,
  capacity: capacitySection,
  runtimes: runtimesSection,
  score: scoreSection,
  advice: adviceSection,
};

/**
 * The document as one page that asks nothing of any network. Its content security policy allows its own style and script
 * and nothing else, so that a name in it could run nothing even if it came through as markup.
 * @param hash of a text, as a content security policy writes it: "sha256-…" in base64
 */
export function htmlPage(document: FleetDocument, version: string | null, hash: (text: string) => string): string {
  const links = linksOf(document);
  const policy = `default-src 'none'; style-src '${hash(style)}'; script-src '${hash(script)}'; img-src data:; base-uri 'none'; form-action 'none'`;
  const ids = Object.keys(sections) as SectionId[];
  // Where all was seen, that comes last: nobody has to read it first.
  const order = caveat(document) === null ? [...ids.slice(1), "unseen" as const] : ids;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${raw(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${document.project ?? "Functions"}: regions, ${document.today}</title>
<style>${raw(style)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the report</a>
${masthead(document)}
<div class="frame">
<nav aria-label="Contents"><ul>${order.map((id) => html`<li><a href="#${id}">${titles[id]}${badge(id, document)}</a></li>`)}</ul></nav>
<main id="main" tabindex="-1">${order.map(
    (id) =>
      html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${titles[id]}</h2>
${sections[id](document, links)}</section>
`,
  )}${notesPart(document)}</main>
</div>
<footer><p>Facts of ${moment(document.takenAt)}, judged as of ${document.today} by regions${version !== null && ` ${version}`}.</p></footer>
<script>${raw(script)}</script>
</body>
</html>
`;
  return page.text;
}

function masthead(document: FleetDocument): Markup {
  const { verdict, project, environment, today, checked, score, regions } = document;
  const warning = caveat(document);
  const figures: readonly [string, Part][] = [
    [
      verdict.tone === "unseen" || verdict.gaps > 0 ? "score of what was seen" : "score",
      score.overall === null ? "none" : html`${scoreText(score.overall)}<small> of 10</small>`,
    ],
    ["errors", verdict.errors],
    ["warnings", verdict.warnings],
    ["functions", checked.functions],
    ["regions", regions.length],
    ["callers", seen(document, "callers", checked.callers)],
    ["holders", seen(document, "holders", checked.holders)],
    ["not looked at", verdict.gaps],
  ];
  return html`<header class="masthead ${verdict.tone}"><div>
<p class="kicker">Regions of ${project ?? "the functions here"}${environment !== null && html` · ${environment}`} · ${today}</p>
<h1>${headline(document)}</h1>
${warning !== null && html`<p class="caveat"><a href="#unseen">${warning}</a></p>`}
<dl class="figures">${figures.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
</div></header>`;
}

/** A figure of a source that nobody read is no figure. */
function seen({ sources }: FleetDocument, name: "callers" | "holders", figure: number): Part {
  const status = sources.find(({ source }) => source === name)?.status;
  return status === "not asked" ? "not asked" : status === "failed" ? "not read" : figure;
}

function badge(id: SectionId, { findings, verdict }: FleetDocument): Part {
  const open = findings.filter(({ suppressed }) => suppressed === null).length;
  const number = id === "findings" ? open : id === "unseen" ? verdict.gaps : 0;
  return number > 0 && html` <span class="count">${number}</span>`;
}

function notesPart({ notes }: FleetDocument): Part {
  if (notes.length === 0) return null;
  return html`<section id="notes" aria-labelledby="notes-title"><h2 id="notes-title">Notes</h2><ul class="plain">${notes.map(
    (note) => html`<li>${prose(note)}</li>`,
  )}</ul></section>`;
}
