import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { isValues, textAt, type Value, type Values, valuesAt } from "./values.ts";
import { zip } from "./zip.ts";

/** How the engine marks assets and archives among the properties. */
const signature = "4dabf18193072939515e22adb298388d";
const assetKind = "c44067f5952c0a294b673a41bacd8c17";
const archiveKind = "0def7320c3a5731c473e5ecbe6d01bc7";

/** SHA-256 of an asset's content, as the engine has computed it; "" where there is none. */
export function assetHash(value: Value | undefined): string {
  return isValues(value) ? textAt(value, "hash") : "";
}

/**
 * The bytes of an asset: a file, a text, an archive file as it is, a folder or a map of assets as a ZIP. Rejects for
 * anything else; the engine leaves the content out where it asks for differences alone.
 */
export async function assetBytes(value: Value | undefined): Promise<Buffer> {
  if (!isValues(value) || textAt(value, signature) === "") throw new TypeError("The source is no asset or archive.");
  const path = textAt(value, "path");
  if (textAt(value, signature) === assetKind) {
    if (path !== "") return readFile(path);
    if (typeof value.text === "string") return Buffer.from(value.text);
    throw new TypeError(`An asset of this kind cannot be read here: ${Object.keys(value).sort().join(", ")}.`);
  }
  if (textAt(value, signature) !== archiveKind) throw new TypeError("The source is no asset or archive.");
  if (path !== "") {
    return (await stat(path)).isDirectory() ? zip(await filesOf(path)) : readFile(path);
  }
  const members = valuesAt(value, "assets");
  if (Object.keys(members).length > 0) return zip(await membersOf(members, ""));
  throw new TypeError("An archive must be a file, a folder or a map of assets: remote archives cannot be read here.");
}

async function filesOf(folder: string): Promise<[string, Buffer][]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    paths.map(
      async (path): Promise<[string, Buffer]> => [relative(folder, path).split(sep).join("/"), await readFile(path)],
    ),
  );
}

async function membersOf(members: Values, prefix: string): Promise<[string, Buffer][]> {
  const files: [string, Buffer][] = [];
  for (const [name, member] of Object.entries(members)) {
    const path = isValues(member) ? textAt(member, "path") : "";
    if (isValues(member) && textAt(member, signature) === archiveKind) {
      const inner = path === "" ? await membersOf(valuesAt(member, "assets"), "") : await filesOf(path);
      files.push(...inner.map(([file, bytes]): [string, Buffer] => [`${prefix}${name}/${file}`, bytes]));
    } else {
      files.push([`${prefix}${name}`, await assetBytes(member)]);
    }
  }
  return files;
}
