import type { FleetDocument, RuntimeRow } from "../../../model/document.ts";
import { count } from "../../layout.ts";
import { chip } from "./links.ts";
import { html, type Markup } from "./markup.ts";

const day = 86_400_000;

/** From when to when the line goes, in ms. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** A line for each runtime from today on: supported, deprecated, gone. The dates stand beside it as text. */
export function runtimesSection({ runtimes, today, deployedFrom }: FleetDocument): Markup {
  if (runtimes.length === 0)
    return html`<p>${deployedFrom === null ? "What is deployed was not read, so its runtimes are not known." : "No runtime is known: nothing is deployed, or the listing does not show it."}</p>`;
  const now = Date.parse(today);
  const dates = runtimes.flatMap(({ deprecated, decommissioned }) =>
    [deprecated, decommissioned].flatMap((one) => (one === null ? [] : [Date.parse(one)])),
  );
  const span = { from: Math.min(now, ...dates) - 60 * day, to: Math.max(now, ...dates) + 90 * day };
  return html`<ul class="bars">${runtimes.map((row) => line(row, now, span))}</ul>${axis(now, span)}`;
}

const tones = {
  supported: "good",
  "soon deprecated": "warn",
  deprecated: "warn",
  dead: "bad",
  "no date known": "warn",
} as const;

function line(row: RuntimeRow, now: number, span: Span): Markup {
  const { runtime, copies, deprecated, decommissioned, confirmed, standing, regions } = row;
  const x = (time: number) => percent(time, span);
  const width = (from: number, to: number) => `${round(((to - from) / (span.to - span.from)) * 100)}%`;
  const end = decommissioned === null ? span.to : Date.parse(decommissioned);
  const middle = deprecated === null ? end : Math.min(Date.parse(deprecated), end);
  const told = [
    ...(deprecated === null ? [] : [`deprecated ${deprecated}`]),
    ...(decommissioned === null ? [] : [`gone ${decommissioned}`]),
  ];
  const dates = told.length === 0 ? "no date is known" : `${told.join(", ")}${confirmed ? "" : ", not confirmed"}`;
  const where = regions.map(({ region, copies: there }) => `${there} in ${region}`).join(", ");
  return html`<li><p class="row"><strong>${runtime}</strong> <span class="value">${count(copies, "function")}</span> ${chip(tones[standing], standing)} <span class="quiet">${dates}</span></p>${
    told.length > 0 &&
    html`<svg class="bar" width="100%" height="16" role="img" aria-label="${`${runtime}: ${dates}`}"><rect class="use" x="0" y="3" width="${width(span.from, middle)}" height="10" rx="2"/>${
      end > middle && html`<rect class="late" x="${x(middle)}" y="6" width="${width(middle, end)}" height="4"/>`
    }<line class="today" x1="${x(now)}" x2="${x(now)}" y1="0" y2="16"/></svg>`
  }<p class="quiet">${where}</p></li>`;
}

/** The years under the lines, and today. */
function axis(now: number, span: Span): Markup {
  const years: number[] = [];
  for (let year = new Date(span.from).getUTCFullYear() + 1; Date.UTC(year, 0, 1) < span.to; year++) years.push(year);
  // On a phone there is room for some six of them.
  const step = Math.max(1, Math.ceil(years.length / 6));
  return html`<svg class="axis" width="100%" height="34" aria-hidden="true" focusable="false"><text class="today-text" x="${percent(now, span)}" y="12" text-anchor="${now - span.from > (span.to - span.from) * 0.85 ? "end" : "start"}">today</text>${years
    .filter((_, index) => index % step === 0)
    .map((year) => {
      const x = percent(Date.UTC(year, 0, 1), span);
      return html`<line x1="${x}" x2="${x}" y1="16" y2="21"/><text x="${x}" y="32" text-anchor="middle">${year}</text>`;
    })}</svg><p class="quiet">Thick: supported. Thin: deprecated, without fixes. The upright line is today.</p>`;
}

function percent(time: number, span: Span): string {
  return `${round(((time - span.from) / (span.to - span.from)) * 100)}%`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
