// The licences of others whose work lies in dist/: what is bundled, and the grammars. Most of them ask that their notice
// goes with every copy.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The folder of the package that a file belongs to; null for our own files and the bundler's own modules. */
export function packageOf(file) {
  if (!/[\\/]node_modules[\\/]/.test(file)) return null;
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = join(folder, "package.json");
    // A package.json without a name says how files are read, and starts no package.
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, "utf8")).name !== undefined) return folder;
  }
  return null;
}

/** The notices of packages, by name. Throws where a package says nothing of its licence. */
export function noticesOf(folders) {
  const notices = new Map();
  for (const folder of folders) {
    const { name, version, license, author } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((one) => /^licen[cs]e(\.|$|-)/i.test(one));
    if (file === undefined && typeof license !== "string") throw new Error(`${name} does not say under which licence.`);
    const by = typeof author === "string" ? author : author?.name;
    const text =
      file === undefined ? `${license}${by ? `, ${by}` : ""}` : readFileSync(join(folder, file), "utf8").trim();
    notices.set(`${name} ${version}`, text);
  }
  const parts = [...notices].sort(([a], [b]) => (a < b ? -1 : 1)).map(([title, text]) => `${title}\n\n${text}\n`);
  return `Parts of this package are the work of others, under these licences.\n\n${parts.join(`\n${"-".repeat(72)}\n\n`)}`;
}
