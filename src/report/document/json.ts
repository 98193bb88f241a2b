import type { FleetDocument } from "../../model/document.ts";
import { visibleJson } from "../visible.ts";

/** `regions report --format json`, version 1: what `--since` reads. */
export function documentJson(document: FleetDocument): string {
  return `${visibleJson(JSON.stringify(document, null, 2))}\n`;
}
