import type { CST } from "yaml";
import type { EditValue } from "./write-yaml.ts";
import type { Path } from "./yaml-file.ts";

/** A change of the text between two offsets; everything else stays byte for byte. */
export interface Splice {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

export interface EditSource {
  readonly text: string;
  /** "\n" or "\r\n", as the file has it. */
  readonly eol: string;
  readonly root: CST.Token | undefined;
  /** The plain value at a path, where an alias has to be written out. */
  valueAt(path: Path): EditValue | undefined;
}

/** A new line below the one that holds the offset. */
export function lineAfter(source: EditSource, offset: number, line: string): Splice {
  const at = lineEnd(source.text, offset);
  const open = at === source.text.length && at > 0 && source.text[at - 1] !== "\n";
  return { from: at, to: at, text: open ? `${source.eol}${line}` : `${line}${source.eol}` };
}

export function indentOf(source: EditSource, offset: number): string {
  const lead = source.text.slice(lineStart(source.text, offset), offset);
  return lead.trim() === "" ? lead : " ".repeat(lead.length);
}

export function lineStart(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1;
}

/** Start of the line below; the offset itself where a line break ends right before it. */
export function lineEnd(text: string, offset: number): number {
  if (offset > 0 && text[offset - 1] === "\n") return offset;
  const end = text.indexOf("\n", offset);
  return end === -1 ? text.length : end + 1;
}
