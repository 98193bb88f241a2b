import { crc32, deflateRawSync } from "node:zlib";

/** A ZIP of files by path: sorted, without times, so that equal files make equal bytes. */
export function zip(files: readonly (readonly [string, Buffer])[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [path, content] of [...files].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))) {
    const name = Buffer.from(path);
    const packed = deflateRawSync(content);
    const entry = entryOf(name, content, packed);
    const local = Buffer.concat([number(0x04034b50, 4), entry, number(0, 2), name, packed]);
    const rest = [number(0, 2), number(0, 2), number(0, 2), number(0, 2), number(0o100644 * 0x10000, 4)];
    directory.push(Buffer.concat([number(0x02014b50, 4), number(0x031e, 2), entry, ...rest, number(offset, 4), name]));
    parts.push(local);
    offset += local.length;
  }
  const index = Buffer.concat(directory);
  const count = number(directory.length, 2);
  const end = [number(0x06054b50, 4), number(0, 2), number(0, 2), count, count, number(index.length, 4)];
  return Buffer.concat([...parts, index, ...end, number(offset, 4), number(0, 2)]);
}

/** What both headers of a file say: version, flags (names in UTF-8), method, the first of January 1980, sizes. */
function entryOf(name: Buffer, content: Buffer, packed: Buffer): Buffer {
  return Buffer.concat([
    number(20, 2),
    number(0x0800, 2),
    number(8, 2),
    number(0, 2),
    number(0x21, 2),
    number(crc32(content), 4),
    number(packed.length, 4),
    number(content.length, 4),
    number(name.length, 2),
  ]);
}

function number(value: number, bytes: 2 | 4): Buffer {
  const buffer = Buffer.alloc(bytes);
  if (bytes === 2) buffer.writeUInt16LE(value);
  else buffer.writeUInt32LE(value >>> 0);
  return buffer;
}
