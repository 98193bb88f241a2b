import type { ManifestEdit } from "./edit.ts";
import type { ParsedManifest } from "./parsed.ts";

/** An edit with the file it belongs to: entries may stand in an included file. */
export interface FileEdit {
  /** Path relative to the root, as `Manifest.file`. */
  readonly file: string;
  readonly edit: ManifestEdit;
}

/** Names of flows that still name a function: it cannot be removed before they are changed. */
export function flowsNaming(parsed: ParsedManifest, name: string): string[] {
  return [...parsed.flows]
    .filter(([, flow]) => flow.value.some((edge) => edge.via !== "note" && (edge.from === name || edge.to === name)))
    .map(([flow]) => flow);
}

/**
 * Everything to edit so that functions leave the manifest and what remains still parses: their lines, and their names
 * in the `except` of environments. Names that are not declared, or that a flow still names, are passed over.
 */
export function editsToRemove(parsed: ParsedManifest, names: readonly string[]): FileEdit[] {
  const leaving = new Set(names.filter((name) => parsed.functions.has(name) && flowsNaming(parsed, name).length === 0));
  const edits: FileEdit[] = [...leaving].map((name) => ({
    file: parsed.functions.get(name)?.yaml.file ?? parsed.file,
    edit: { kind: "remove-function", name },
  }));
  for (const [environment, entry] of parsed.environments) {
    const except = entry.value.except ?? [];
    // From the end, so that the positions of those before stay what they are.
    for (let index = except.length - 1; index >= 0; index--) {
      if (!leaving.has(except[index] ?? "")) continue;
      const path = ["environments", environment, "except", index];
      edits.push({ file: entry.yaml.file, edit: { kind: "remove", path } });
    }
  }
  return edits;
}
