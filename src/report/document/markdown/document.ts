import type { FleetDocument } from "../../../model/document.ts";
import { caveat, headline, moment, type SectionId, scoreText, titles } from "../words.ts";
import { list, text } from "./cells.ts";
import { consistencyText, flowsText, mapText, regionsText } from "./fleet.ts";
import { findingsText, unseenText } from "./seen.ts";
import { adviceText, capacityText, changesText, runtimesText, scoreSectionText } from "./time.ts";

const sections: Readonly<Record<SectionId, (document: FleetDocument) => string>> = {
  unseen: unseenText,
  findings: findingsText,
  regions: regionsText,
  map: mapText,
  flows: flowsText,
  consistency: consistencyText,
  changes: changesText,
  capacity: capacityText,
  runtimes: runtimesText,
  score: scoreSectionText,
  advice: adviceText,
};

/** The document as Markdown that GitHub and GitLab show; text from outside is never markup in it. */
export function markdownDocument(document: FleetDocument): string {
  const { project, environment, today, checked, score, notes, takenAt } = document;
  const warning = caveat(document);
  const ids = Object.keys(sections) as SectionId[];
  const order = warning === null ? [...ids.slice(1), "unseen" as const] : ids;
  const where = [...(project === null ? [] : [project]), ...(environment === null ? [] : [environment])];
  const parts = [
    `# Regions${where.length === 0 ? "" : ` of ${text(where.join(" · "))}`}, ${today}\n`,
    `**${text(headline(document))}**\n`,
    ...(warning === null ? [] : [`> **${text(warning)}**\n`]),
    `Score ${scoreText(score.overall)}${score.overall === null ? "" : " of 10"}. Judged: ${checked.functions} functions, ${checked.callers} callers, ${checked.holders} holders, by ${checked.rules} rules. Facts of ${moment(takenAt)}.\n`,
    ...order.map((id) => `## ${titles[id]}\n\n${sections[id](document)}`),
    ...(notes.length === 0 ? [] : [`## Notes\n\n${list(notes.map(text))}`]),
  ];
  return parts.join("\n");
}
