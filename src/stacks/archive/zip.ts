import { crc32, deflateRawSync } from "node:zlib";

export interface ZipEntry {
  /** Relative, with "/". */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly executable: boolean;
}

/** More cannot be said in the plain format: counts have 16 bits, sizes 32. */
const mostEntries = 0xffff;
const mostBytes = 0xffff_ffff;

/** Archives of this size and below are stored as they are: compressed bytes differ from one release of zlib to the next. */
const storedUpTo = 64 * 1024 * 1024;

const utf8Names = 1 << 11;
const madeByUnix = 3 << 8;
const version = 20;
/** 1980-01-01, the first day that the format knows. */
const date = (1 << 5) | 1;
const regularFile = 0o100000;

/**
 * A zip archive whose bytes depend on the entries alone: sorted by path, without times, owners or extra fields. Throws
 * RangeError where the plain format cannot hold them (65,535 files, 4 GiB).
 */
export function zip(entries: readonly ZipEntry[]): Buffer {
  const sorted = [...entries].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const total = sorted.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
  if (sorted.length > mostEntries) throw new RangeError(`an archive holds at most ${mostEntries} files`);
  if (total > mostBytes) throw new RangeError("an archive holds at most 4 GiB");
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { path, bytes, executable } of sorted) {
    const name = Buffer.from(path, "utf8");
    const packed = total <= storedUpTo ? bytes : deflateRawSync(bytes, { level: 9 });
    const header = Buffer.alloc(26);
    header.writeUInt16LE(version, 0);
    header.writeUInt16LE(utf8Names, 2);
    header.writeUInt16LE(packed === bytes ? 0 : 8, 4);
    header.writeUInt16LE(0, 6);
    header.writeUInt16LE(date, 8);
    header.writeUInt32LE(crc32(bytes), 10);
    header.writeUInt32LE(packed.byteLength, 14);
    header.writeUInt32LE(bytes.byteLength, 18);
    header.writeUInt16LE(name.length, 22);
    files.push(signed(0x04034b50), header, name, Buffer.from(packed));
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(((regularFile | (executable ? 0o755 : 0o644)) << 16) >>> 0, 6);
    tail.writeUInt32LE(offset, 10);
    const madeBy = Buffer.alloc(2);
    madeBy.writeUInt16LE(madeByUnix | version, 0);
    directory.push(signed(0x02014b50), madeBy, header, tail, name);
    offset += 4 + header.length + name.length + packed.byteLength;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(sorted.length, 4);
  end.writeUInt16LE(sorted.length, 6);
  end.writeUInt32LE(listed.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...files, listed, signed(0x06054b50), end]);
}

function signed(signature: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(signature, 0);
  return bytes;
}
