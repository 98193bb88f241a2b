import { onCall } from "firebase-functions/v2/https";
import { db } from "../firestore.ts";
import { requireRight, rightTo } from "../rights.ts";

const mostRows = 10_000;

/** A collection as CSV (RFC 4180), newest first, at most 10,000 rows; `complete` says whether that was all. */
export function adminExport(options: { collection: string; columns: readonly string[] }) {
  return onCall({ timeoutSeconds: 300 }, async (request) => {
    await requireRight(request, rightTo(options.collection));
    const newest = db().collection(options.collection).orderBy("createdAt", "desc").limit(mostRows);
    const documents = (await newest.get()).docs;
    const rows = documents.map((document) => [document.id, ...options.columns.map((column) => document.get(column))]);
    const lines = [["id", ...options.columns], ...rows].map((row) => row.map(cell).join(","));
    return { csv: `${lines.join("\r\n")}\r\n`, complete: documents.length < mostRows };
  });
}

function cell(value: unknown): string {
  const text =
    value === null || value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : `${value}`;
  // A leading sign would make a spreadsheet run the cell as a formula.
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
