import { html, type Markup, type Part } from "./markup.ts";

export interface Column {
  readonly title: string;
  /** Aligned to the right, with figures of one width. */
  readonly isNumber?: true;
  /** Of twelve parts, how many are its own; where one column says so, all have to. */
  readonly parts?: 1 | 2 | 3 | 4;
}

/**
 * A table whose rows become blocks on a narrow screen, each cell with its column's title. The roles are said once more,
 * since browsers forget them where a style makes blocks of rows.
 */
export function table(caption: string, columns: readonly Column[], rows: readonly (readonly Part[])[]): Markup {
  const kind = ({ isNumber, parts }: Column) =>
    `${isNumber === true ? "number" : "text"}${parts === undefined ? "" : ` parts-${parts}`}`;
  const isWide = columns.some(({ parts }) => parts !== undefined);
  return html`<table role="table" class="stack${isWide === true && " wide"}"><caption>${caption}</caption><thead role="rowgroup"><tr role="row">${columns.map(
    (column) => html`<th role="columnheader" scope="col" class="${kind(column)}">${column.title}</th>`,
  )}</tr></thead><tbody role="rowgroup">${rows.map(
    (row) =>
      html`<tr role="row">${row.map((cell, index) => {
        const column = columns[index] ?? { title: "" };
        const title = html`<span class="title" aria-hidden="true">${column.title}</span>`;
        return index === 0
          ? html`<th role="rowheader" scope="row" class="${kind(column)}">${cell}</th>`
          : html`<td role="cell" class="${kind(column)}">${title}<span>${cell}</span></td>`;
      })}</tr>`,
  )}</tbody></table>`;
}
