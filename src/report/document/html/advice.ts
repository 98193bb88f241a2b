import type { FleetDocument } from "../../../model/document.ts";
import { count } from "../../layout.ts";
import { adviceWords } from "../words.ts";
import type { Links } from "./links.ts";
import { html, type Markup, prose } from "./markup.ts";

/** Thoughts, and nothing that is wrong; no exit code and no score hangs on them. */
export function adviceSection({ advice, unread }: FleetDocument, links: Links): Markup {
  const groups = Map.groupBy(advice, ({ kind }) => kind);
  return html`<p class="quiet">To think about. Nothing here is a fault, and nothing of it counts in the score.</p>${
    advice.length === 0 && html`<p>${unread.length > 0 ? "None on what was seen." : "None."}</p>`
  }${[...groups].map(
    ([kind, items]) =>
      html`<h3>${adviceWords[kind].title}</h3><p>${adviceWords[kind].about}</p><ul class="plain advice">${items.map(({ text, functions }) => adviceItem(text, functions, links))}</ul>`,
  )}`;
}

function adviceItem(text: string, functions: readonly string[], links: Links): Markup {
  return html`<li>${prose(text)}${
    functions.length > 0 &&
    html`<details class="fold screen"><summary>${count(functions.length, "function")}</summary><ul class="plain columns">${functions.map(
      (name) => html`<li>${links.functionLink(name)}</li>`,
    )}</ul></details>`
  }</li>`;
}
