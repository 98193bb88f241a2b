import type { FleetDocument } from "../../../model/document.ts";
import type { ScoreEntry } from "../../../model/document-history.ts";
import { moment, scoreText } from "../words.ts";
import { html, type Markup, type Part } from "./markup.ts";
import { table } from "./table.ts";

export function scoreSection({ score, history, verdict }: FleetDocument): Markup {
  const { overall, parts } = score;
  return html`<p class="big">${overall === null ? "No score: nothing was checked." : html`<strong>${scoreText(overall)}</strong> of 10`}</p>
<p class="quiet">In each area passed ÷ checked, out of 10; overall the mean by weight. What was not checked counts neither way${
    verdict.gaps > 0 && ", so this is the score of what could be seen"
  }.</p>
${table(
  "The score by its parts",
  [
    { title: "area" },
    { title: "score", isNumber: true },
    { title: "passed", isNumber: true },
    { title: "checked", isNumber: true },
    { title: "weight", isNumber: true },
  ],
  parts.map(({ area, score: own, passed, checked, weight }) => [area, scoreText(own), passed, checked, weight]),
)}
<h3>History</h3>${historyPart(history)}`;
}

function historyPart(history: readonly ScoreEntry[] | null): Part {
  if (history === null)
    return html`<p>No history is kept. <span class="quiet"><code>--history FILE</code> adds each report's score to a file.</span></p>`;
  const rows = history.map((entry) => [
    moment(entry.takenAt),
    scoreText(entry.overall),
    entry.errors,
    entry.warnings,
    entry.gaps,
    entry.notAsked.join(", "),
  ]);
  return html`${history.length > 1 && chart(history)}${
    history.length > 1 &&
    history.some(({ gaps }) => gaps > 0) &&
    html`<p class="quiet">A hollow dot is the score of a look that had gaps.</p>`
  }${table(
    "Scores so far",
    [
      { title: "look" },
      { title: "score", isNumber: true },
      { title: "errors", isNumber: true },
      { title: "warnings", isNumber: true },
      { title: "gaps", isNumber: true },
      { title: "not asked" },
    ],
    rows.toReversed(),
  )}`;
}

const height = 120;
const margin = 14;

/** Scores over time. A look that was cut short is a hollow dot: its score is one of what could be seen. */
function chart(history: readonly ScoreEntry[]): Markup {
  const times = history.map(({ takenAt }) => Date.parse(takenAt));
  const [first, last] = [times[0] ?? 0, times.at(-1) ?? 0];
  const scores = history.flatMap(({ overall }) => overall ?? []);
  // From the whole point below the lowest, so that small steps can be seen, and never less than two points.
  const low = Math.max(0, Math.min(8, Math.floor(Math.min(10, ...scores) - 0.01)));
  const x = (index: number) => {
    const share = last === first ? index / (history.length - 1) : ((times[index] ?? 0) - first) / (last - first);
    return `${Math.round((6 + share * 90) * 100) / 100}%`;
  };
  const y = (score: number) =>
    Math.round((height - margin - ((score - low) / (10 - low)) * (height - 2 * margin)) * 10) / 10;
  const points = history.flatMap(({ overall, gaps }, index) =>
    overall === null ? [] : [{ x: x(index), y: y(overall), gaps }],
  );
  const told = `Score from ${scoreText(history[0]?.overall ?? null)} to ${scoreText(history.at(-1)?.overall ?? null)}`;
  return html`<svg class="chart" width="100%" height="${height}" role="img" aria-label="${told}">${[low, 10].map(
    (score) =>
      html`<line class="grid" x1="6%" x2="96%" y1="${y(score)}" y2="${y(score)}"/><text x="4.5%" y="${y(score) + 4}" text-anchor="end">${score}</text>`,
  )}${points.slice(1).map((point, index) => {
    const before = points[index] ?? point;
    return html`<line class="trend" x1="${before.x}" y1="${before.y}" x2="${point.x}" y2="${point.y}"/>`;
  })}${points.map((point) => html`<circle class="${point.gaps > 0 ? "dot hollow" : "dot"}" cx="${point.x}" cy="${point.y}" r="4"/>`)}</svg>`;
}
