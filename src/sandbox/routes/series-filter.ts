import type { Call } from "../http/call.ts";
import { type JsonObject, objectAt, textAt } from "../state/json.ts";

const clause = /\b(metric|resource)\.(?:labels?\.(?:"([^"]+)"|(\w+))|(type))\s*(!?=)\s*"([^"]*)"/g;

/** What the filter of a request lets through, of a series' type and labels: `=` and `!=`, joined by AND. */
export function seriesFilter(call: Call): (series: JsonObject) => boolean {
  const clauses = [...(call.query.get("filter") ?? "").matchAll(clause)];
  return (series) =>
    clauses.every(([, of = "", quoted, plain, type, operator, wanted]) => {
      const part = objectAt(series, of);
      const value = type === undefined ? textAt(objectAt(part, "labels"), quoted ?? plain ?? "") : textAt(part, "type");
      return (value === wanted) === (operator === "=");
    });
}
