import { inflateRawSync } from "node:zlib";

export interface UnzippedFile {
  /** Relative, with "/"; never leads out of its folder. */
  readonly path: string;
  readonly bytes: Buffer;
}

/** All files of an archive together; Google takes no more for a function's source. */
const mostBytes = 500 * 1024 * 1024;

/** The files of a zip archive, stored or deflated. Throws an Error that says what is wrong with any other. */
export function unzip(archive: Buffer): UnzippedFile[] {
  const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0 || end + 22 > archive.length) throw new Error("it is no zip archive");
  const count = archive.readUInt16LE(end + 10);
  const files: UnzippedFile[] = [];
  let at = archive.readUInt32LE(end + 16);
  let total = 0;
  for (let index = 0; index < count; index += 1) {
    if (at + 46 > archive.length || archive.readUInt32LE(at) !== 0x02014b50)
      throw new Error("its directory is damaged");
    const method = archive.readUInt16LE(at + 10);
    const packed = archive.readUInt32LE(at + 20);
    const size = archive.readUInt32LE(at + 24);
    const nameLength = archive.readUInt16LE(at + 28);
    const local = archive.readUInt32LE(at + 42);
    const path = archive.toString("utf8", at + 46, at + 46 + nameLength);
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
    if (path.endsWith("/")) continue;
    if (/^[/\\]|(^|[/\\])\.\.([/\\]|$)|^[a-zA-Z]:|\0/.test(path)) throw new Error(`${path} leads out of the archive`);
    total += size;
    if (total > mostBytes) throw new Error("its files are larger than 500 MB");
    if (local + 30 > archive.length) throw new Error(`${path} is cut short`);
    const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    const content = archive.subarray(start, start + packed);
    if (content.length !== packed) throw new Error(`${path} is cut short`);
    if (method !== 0 && method !== 8) throw new Error(`${path} is compressed in a way that is not known (${method})`);
    const bytes = method === 0 ? Buffer.from(content) : inflateRawSync(content, { maxOutputLength: Math.max(size, 1) });
    if (bytes.length !== size) throw new Error(`${path} is not of the size that its entry says`);
    files.push({ path, bytes });
  }
  return files;
}
