import type { FileList } from "../sources/code/files.ts";
import { Project } from "../sources/code/project.ts";
import type { FileText } from "../sources/code/text.ts";

/** A source tree with some files' texts replaced: what the tree would be once the edits are written. */
export class DraftProject extends Project {
  readonly changed: ReadonlyMap<string, string>;

  constructor(root: string, list: FileList, changed: ReadonlyMap<string, string> = new Map()) {
    super(root, list);
    this.changed = changed;
  }

  override glance(file: string): FileText {
    const text = this.changed.get(file);
    return text === undefined ? super.glance(file) : { kind: "text", text };
  }

  override search(files: readonly string[], words: readonly string[]): ReadonlyMap<string, ReadonlySet<string>> {
    const found = super.search(
      files.filter((file) => !this.changed.has(file)),
      words,
    );
    const drafts = [...this.changed].filter(([file]) => files.includes(file));
    return new Map(
      words.map((word) => {
        const holders = drafts.filter(([, text]) => text.includes(word)).map(([file]) => file);
        return [word, new Set([...(found.get(word) ?? []), ...holders])];
      }),
    );
  }
}
