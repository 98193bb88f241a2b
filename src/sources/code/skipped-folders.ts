/** Folders that hold other people's code or the output of builds. */
export const skippedFolders: ReadonlySet<string> = new Set([
  "node_modules",
  "bower_components",
  ".git",
  ".hg",
  ".svn",
  ".next",
  ".nuxt",
  ".svelte-kit",
  ".angular",
  ".firebase",
  ".turbo",
  ".cache",
  ".yarn",
  ".pnpm-store",
  "Pods",
  "coverage",
]);

const below = new RegExp(`(?:^|/)(?:${[...skippedFolders].map((name) => name.replaceAll(".", "\\.")).join("|")})/`);

export function inSkippedFolder(file: string): boolean {
  return below.test(file);
}
