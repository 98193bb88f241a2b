import type { FleetDocument } from "../../../model/document.ts";
import type { SourceName } from "../../../model/gap.ts";
import { count } from "../../layout.ts";
import { sourceWords, statusWords } from "../words.ts";
import { chip } from "./links.ts";
import { html, listOf, type Markup, type Part, prose } from "./markup.ts";
import { table } from "./table.ts";

/** Names shown of a question that is open for many. */
const shown = 12;
const tones = { read: "good", partial: "warn", failed: "bad", "not asked": "quiet" } as const;

export function unseenSection({ sources, openQuestions, unread }: FleetDocument): Markup {
  const gaps = sources.flatMap(({ gaps: own }) => own);
  const rows = sources.map(({ source, status, gaps: own }): Part[] => [
    html`<strong>${source}</strong> <span class="quiet">${sourceWords[source]}</span>`,
    html`${chip(tones[status], statusWords[status])} <span class="quiet">${own.length > 0 ? count(own.length, "gap") : meaning(source, status)}</span>`,
  ]);
  return html`${table("What was asked, and how far it was read", [{ title: "source" }, { title: "read" }], rows)}
${
  gaps.length > 0 &&
  table(
    "Asked for, and not looked at",
    [{ title: "where" }, { title: "source" }, { title: "why" }],
    gaps.map(({ source, facet, scope, reason }) => [
      html`<code>${scope === "*" ? "everywhere" : scope}</code>`,
      `${source}: ${facet}`,
      reason,
    ]),
  )
}
${
  openQuestions.length > 0 &&
  table(
    "Questions without an answer",
    [{ title: "why" }, { title: "rules" }, { title: "of" }],
    openQuestions.map(({ rules, reason, scopes }) => [reason, nameList(rules, rules.length), scopeList(scopes)]),
  )
}
${unread.length > 0 && html`<ul class="plain">${unread.map((line) => html`<li>${prose(line)}</li>`)}</ul>`}`;
}

function meaning(source: SourceName, status: string): string {
  if (status === "read") return "";
  if (status === "not asked") return "nothing on this page speaks of it";
  return `what hangs on ${source} is not checked`;
}

function scopeList(scopes: readonly string[]): Part {
  if (scopes.includes("*")) return "all";
  return nameList(scopes, shown);
}

function nameList(words: readonly string[], most: number): Part {
  const names = listOf(words.slice(0, most).map((word) => html`<code class="region">${word}</code>`));
  return words.length > most ? html`${names} and ${words.length - most} more` : names;
}
