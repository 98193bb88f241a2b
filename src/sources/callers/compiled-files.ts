import { posix } from "node:path";
import type { Project } from "../code/project.ts";

const outputFolder = /^(?:lib|dist|build|out|output|compiled|\.build)$/;
/** What compilers leave in what they write, and people do not. */
const marks = ["sourceMappingURL=", "__esModule", "__awaiter(", "__importDefault"];
const sourceExtensions = ["ts", "tsx", "mts", "cts", "jsx"];

/**
 * Output of a compiler that was committed beside its source: every call in it stands in the source as well. A file
 * without such a source is read like any other.
 */
export function isCompiledFile(project: Project, file: string): boolean {
  const stem = file.endsWith("js") ? file.replace(/\.[cm]?js$/, "") : file;
  if (stem === file || !sourcesOf(stem).some((source) => project.has(source))) return false;
  const text = project.text(file) ?? "";
  return marks.some((mark) => text.includes(mark));
}

/** `lib/pay.js` comes from `src/pay.ts`, `pay.ts` or, beside it, `lib/pay.ts`. */
function sourcesOf(stem: string): string[] {
  const parts = stem.split("/");
  const stems = [stem];
  for (const [index, part] of parts.entries()) {
    if (index === parts.length - 1 || !outputFolder.test(part)) continue;
    const [before, after] = [parts.slice(0, index), parts.slice(index + 1)];
    stems.push(posix.join(...before, "src", ...after), posix.join(...before, ...after));
  }
  return stems.flatMap((one) => sourceExtensions.map((extension) => `${one}.${extension}`));
}
