import { readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { asRecord, parseJsonWithComments } from "../../../sources/code/tsconfig.ts";

/** Version of the firebase-tools that a program belongs to; null where it is no file of such a package. */
export function versionOfProgram(program: string): string | null {
  let path: string;
  try {
    path = realpathSync(program);
  } catch {
    return null;
  }
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const version = versionIn(folder);
    if (version !== null || dirname(folder) === folder) return version;
  }
}

/** Version of the firebase-tools that a project has installed; null without one. */
export function installedVersion(from: string): string | null {
  for (let folder = from; ; folder = dirname(folder)) {
    const version = versionIn(join(folder, "node_modules", "firebase-tools"));
    if (version !== null || dirname(folder) === folder) return version;
  }
}

function versionIn(folder: string): string | null {
  try {
    const found = asRecord(parseJsonWithComments(readFileSync(join(folder, "package.json"), "utf8")));
    return found?.name === "firebase-tools" && typeof found.version === "string" ? found.version : null;
  } catch {
    return null;
  }
}
