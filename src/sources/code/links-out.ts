import { readdirSync, realpathSync, statSync } from "node:fs";
import { basename, join, sep } from "node:path";
import { skippedFolders } from "./skipped-folders.ts";

const source = /(?<!\.d)\.(?:[cm]?[jt]sx?|vue|svelte|astro|html?|dart|kts?|java|swift|cs|py)$/;

/** Folders behind a link that are looked into for source. */
const maxFolders = 50;

/**
 * Why a symbolic link leaves something unseen: it leads out of the root, to source. Null where what it leads to lies
 * inside, and is read there, or is no source, or nothing.
 */
export function whyLinkCounts(root: string, path: string): string | null {
  if (skippedFolders.has(basename(path))) return null;
  try {
    const base = realpathSync(root);
    const target = realpathSync(join(root, path));
    if (target === base || target.startsWith(base.endsWith(sep) ? base : base + sep)) return null;
    const counts = statSync(target).isDirectory() ? holdsSource(target) : source.test(path) || source.test(target);
    return counts ? "it is a symbolic link out of the folder that is searched, and is not followed" : null;
  } catch {
    return null;
  }
}

function holdsSource(folder: string): boolean {
  const folders = [folder];
  for (let at = 0; at < folders.length && at < maxFolders; at++) {
    const current = folders[at] ?? folder;
    for (const entry of readdirSync(current, { withFileTypes: true })) {
      if (entry.isDirectory() && !skippedFolders.has(entry.name)) folders.push(join(current, entry.name));
      else if (source.test(entry.name)) return true;
    }
  }
  return folders.length > maxFolders;
}
