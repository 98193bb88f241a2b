import type { FleetDocument } from "../../../model/document.ts";
import { grouped } from "../../groups.ts";
import { count } from "../../layout.ts";
import { sourceWords, statusWords } from "../words.ts";
import { list, name, names, table, text } from "./cells.ts";

/** Scopes named of one open question. */
const shown = 12;

export function unseenText({ sources, openQuestions, unread }: FleetDocument): string {
  const gaps = sources.flatMap(({ gaps: own }) => own);
  return [
    table(
      ["source", "what it is", "read"],
      sources.map(({ source, status }) => [`**${source}**`, text(sourceWords[source]), statusWords[status]]),
    ),
    gaps.length === 0 ? "" : "Asked for, and not looked at:\n",
    table(
      ["where", "source", "why"],
      gaps.map(({ scope, source, facet, reason }) => [
        scope === "*" ? "everywhere" : name(scope),
        `${source}: ${facet}`,
        text(reason),
      ]),
    ),
    openQuestions.length === 0 ? "" : "Questions without an answer:\n",
    table(
      ["why", "rules", "of"],
      openQuestions.map(({ rules, scopes, reason }) => {
        const more = scopes.length > shown ? ` and ${scopes.length - shown} more` : "";
        const of = scopes.includes("*") ? "all" : `${names(scopes.slice(0, shown), "")}${more}`;
        return [text(reason), names(rules, ""), of];
      }),
    ),
    list(unread.map(text)),
  ]
    .filter((part) => part !== "")
    .join("\n");
}

export function findingsText({ findings, verdict }: FleetDocument): string {
  const open = findings.filter(({ suppressed }) => suppressed === null);
  const hidden = findings.filter(({ suppressed }) => suppressed !== null);
  const parts = grouped(open).map(
    ({ title, findings: own }) =>
      `### ${text(title)}\n\n${list(
        own.map(({ severity, rule, function: of, place, message, mend, confidence }) => {
          const where = place === null ? "" : ` At ${name(`${place.file}:${place.line}`)}.`;
          const next = mend === "" ? "" : ` *Mend:* ${text(mend)}`;
          return `**${severity}** ${name(of)} ${name(rule)}${confidence === "likely" ? " (likely)" : ""}: ${text(message)}${where}${next}`;
        }),
      )}`,
  );
  if (open.length === 0)
    parts.push(verdict.tone === "clean" ? "Nothing.\n" : "Nothing was found in what was looked at.\n");
  if (hidden.length > 0) {
    const lines = hidden.map(({ function: of, rule, message, suppressed }) => {
      const until = suppressed?.until == null ? "" : `, until ${suppressed.until}`;
      return `${name(of)} ${name(rule)}: ${text(message)} *${text(suppressed?.reason ?? "")}${until}*`;
    });
    parts.push(`### ${count(hidden.length, "finding")} that somebody chose to live with\n\n${list(lines)}`);
  }
  return parts.join("\n");
}
