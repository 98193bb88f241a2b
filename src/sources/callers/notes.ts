import { type Module, positionIn } from "../code/module.ts";
import { isRegionId } from "./reading.ts";

/** What a person wrote at a site that no reader can resolve: `// regions: calls NAME in REGION`. */
export interface Note {
  readonly line: number;
  readonly column: number;
  readonly calls: readonly { readonly function: string; readonly region: string }[];
}

/** Notes of a file by the line they stand on; several calls are set apart by commas. */
export function notesOf(module: Module): ReadonlyMap<number, Note> {
  const notes = new Map<number, Note>();
  if (!module.text.includes("regions:")) return notes;
  for (const comment of module.comments()) {
    const said = /^\s*\*?\s*regions:\s*calls\s+(.+?)\s*$/s.exec(comment.value);
    if (said?.[1] === undefined) continue;
    const calls = said[1].split(/\s*,\s*/).flatMap((part) => {
      const match = /^([A-Za-z][\w-]*)\s+in\s+([a-z0-9-]+)\b/.exec(part);
      return match?.[1] !== undefined && match[2] !== undefined && isRegionId(match[2])
        ? [{ function: match[1], region: match[2] }]
        : [];
    });
    const at = positionIn(module, comment.start);
    if (calls.length > 0) notes.set(positionIn(module, comment.end).line, { ...at, calls });
  }
  return notes;
}

/** The note for a site: on the line before it, or on one of its own lines. */
export function noteAt(notes: ReadonlyMap<number, Note>, line: number, endLine: number): Note | null {
  for (let at = line - 1; at <= endLine; at++) {
    const note = notes.get(at);
    if (note !== undefined) return note;
  }
  return null;
}
