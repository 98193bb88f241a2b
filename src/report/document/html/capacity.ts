import type { CapacityRow, FleetDocument } from "../../../model/document.ts";
import { moment, vcpuText } from "../words.ts";
import { chip } from "./links.ts";
import { html, type Markup, type Part } from "./markup.ts";

/** vCPU in use, one bar per region on one scale; the quota ends its bar, and the warn line crosses it. */
export function capacitySection({ capacity }: FleetDocument): Markup {
  if (capacity.length === 0) return html`<p>No region is known.</p>`;
  const most = Math.max(...capacity.flatMap(({ vcpu, quota }) => [vcpu ?? 0, quota ?? 0]));
  const window = capacity.find((row) => row.window !== null)?.window ?? null;
  return html`<ul class="bars">${capacity.map((row) => bar(row, most))}</ul><p class="quiet">${
    window === null
      ? "What is in use was not read."
      : `The highest mean between ${moment(window.from)} and ${moment(window.to)}.`
  } Google refuses new instances once what is in use reaches the quota; the quota is the one that regions.yaml states.</p>`;
}

const tones = { below: "good", "over the warn line": "bad", "no quota stated": "quiet", "not known": "warn" } as const;

function bar(row: CapacityRow, most: number): Markup {
  const { region, vcpu, quota, warnAt, standing, why } = row;
  const percent = (value: number) => `${Math.round((most <= 0 ? 0 : Math.max(0, value) / most) * 10_000) / 100}%`;
  const used = vcpu === null ? "not known" : `${vcpuText(vcpu)} vCPU`;
  const limit = quota === null ? "" : ` of ${vcpuText(quota)}, warning from ${vcpuText(warnAt ?? 0)}`;
  const figure: Part =
    vcpu === null && quota === null
      ? null
      : html`<svg class="bar" width="100%" height="16" role="img" aria-label="${`${region}: ${used}${limit}`}">${
          quota !== null && html`<rect class="track" x="0" y="3" width="${percent(quota)}" height="10" rx="2"/>`
        }${vcpu !== null && html`<rect class="${standing === "over the warn line" ? "use over" : "use"}" x="0" y="3" width="${percent(vcpu)}" height="10" rx="2"/>`}${
          warnAt !== null &&
          html`<line class="warn-line" x1="${percent(warnAt)}" x2="${percent(warnAt)}" y1="0" y2="16"/>`
        }</svg>`;
  return html`<li><p class="row"><code class="region">${region}</code> ${(vcpu !== null || quota !== null) && html`<span class="value">${used}<span class="quiet">${limit}</span></span> `}${chip(tones[standing], standing)}</p>${figure}${
    why !== null && html`<p class="quiet">${why}</p>`
  }</li>`;
}
