import { table, wrap } from "./layout.ts";
import { visible } from "./visible.ts";

/** A copy that nobody wants. */
export interface PrunableRow {
  readonly function: string;
  readonly region: string;
  readonly runtime: string | null;
  /** "misplaced": no wanted copy is live. */
  readonly why: "duplicate" | "undeclared" | "misplaced";
  /** Region that the manifest wants it in; null: it does not declare it. */
  readonly beside: string | null;
  /** What stands against its prune, and what to do about it; empty: nothing does. */
  readonly against: readonly { readonly found: string; readonly mend: string | null }[];
}

/** Copies that nobody wants, as a person reads them: those that can be pruned, then the others with the reason. */
export function prunablesText(rows: readonly PrunableRow[], width: number): string {
  if (rows.length === 0) return "Every copy that is live is wanted: there is nothing to prune.\n";
  const free = rows.filter(({ against }) => against.length === 0);
  const held = rows.filter(({ against }) => against.length > 0);
  const lines: string[] = [];
  if (free.length > 0) {
    const cells = free.map((row) => [row.function, row.region, whyText(row), row.runtime ?? ""].map(visible));
    lines.push(
      "Can be pruned, once they are silent:",
      ...table(["function", "region", "why", "runtime"], cells).map((line) => `  ${line}`),
      "",
      "`regions prune FUNCTION --region REGION` plans one of them, and asks.",
    );
  }
  if (held.length > 0) {
    if (lines.length > 0) lines.push("");
    lines.push("Cannot be pruned yet:");
    for (const row of held) {
      lines.push(...wrap(`${row.function} in ${row.region} (${whyText(row)})`, width, "  ", "    "));
      for (const { found, mend } of row.against) {
        const text = mend === null ? found : `${found}. ${mend}`;
        lines.push(...wrap(text, width, "    - ", "      "));
      }
    }
  }
  return `${lines.map(visible).join("\n")}\n`;
}

function whyText({ why, beside }: PrunableRow): string {
  if (why === "undeclared") return "not declared";
  return why === "duplicate" ? `beside the wanted copy in ${beside}` : `wanted in ${beside}, and not live there`;
}
