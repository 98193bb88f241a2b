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
}
