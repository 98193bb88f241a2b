import { decode, encodingOf, type FileText, readBytes } from "./text.ts";

/**
 * The texts of a tree. Small strings of a whole tree are copied by every collection and searched one by one; so what
 * is read lies in slabs of some megabytes, and a file's text is a piece of one.
 */
export class TextStore {
  readonly #root: string;
  readonly #lying = new Map<string, Lying>();
  /** What has no text, or one in an encoding of its own. */
  readonly #apart = new Map<string, FileText>();
  /** Texts for which there was no room. */
  readonly #passing = new Set<string>();
  #room: number;

  /** @param room Bytes that are kept at most; what is beyond is read again each time. */
  constructor(root: string, room: number = usualRoom) {
    this.#root = root;
    this.#room = room;
  }

  /** Reads a file, or makes its text again. Never throws. */
  text(file: string): FileText {
    const lying = this.#lying.get(file);
    if (lying !== undefined) return { kind: "text", text: textOf(lying) };
    const apart = this.#apart.get(file);
    if (apart !== undefined) return apart;
    const read = readBytes(this.#root, file);
    return read.kind === "bytes" ? decode(read.bytes) : read;
  }

  /** The file has been read, and is a text. */
  isText(file: string): boolean {
    return this.#lying.has(file) || this.#passing.has(file) || this.#apart.get(file)?.kind === "text";
  }

  /** Which of the files hold each of the words. */
  holding(files: readonly string[], words: readonly string[]): ReadonlyMap<string, ReadonlySet<string>> {
    const found = new Map(words.map((word) => [word, new Set<string>()]));
    const see = (file: string, text: string): void => {
      for (const [word, holders] of found) if (text.includes(word)) holders.add(file);
    };
    const any = anyOf(words);
    const searched = new Map<Slab, Set<string>>();
    const unread: string[] = [];
    for (const file of files) {
      const lying = this.#lying.get(file);
      if (lying === undefined) {
        if (!this.#apart.has(file)) unread.push(file);
        continue;
      }
      const wanted = searched.get(lying.slab);
      if (wanted === undefined) searched.set(lying.slab, new Set([file]));
      else wanted.add(file);
    }
    for (const [slab, wanted] of searched) {
      for (const lying of hits(slab, any)) if (wanted.has(lying.file)) see(lying.file, textOf(lying));
    }
    for (const slab of this.#read(unread)) for (const lying of hits(slab, any)) see(lying.file, textOf(lying));
    for (const file of files) {
      const apart = this.#apart.get(file);
      if (apart?.kind === "text") see(file, apart.text);
    }
    return found;
  }

  /** Reads files slab by slab. A slab for which there is no room is gone once the next one is asked for. */
  *#read(files: readonly string[]): Generator<Slab> {
    const bytes = Buffer.allocUnsafeSlow(Math.min(slabBytes, 64 * 1024 + files.length * usualBytes));
    let used = 0;
    let batch: Omit<Lying, "slab">[] = [];
    const finish = (): Slab => {
      const slab: Slab = { text: bytes.toString("latin1", 0, used), files: [] };
      const isKept = used <= this.#room;
      if (isKept) this.#room -= used;
      for (const each of batch) {
        const lying = { ...each, slab };
        slab.files.push(lying);
        if (isKept) this.#lying.set(each.file, lying);
        else this.#passing.add(each.file);
      }
      used = 0;
      batch = [];
      return slab;
    };
    for (const file of files) {
      const read = readBytes(this.#root, file);
      if (read.kind !== "bytes") {
        this.#apart.set(file, read);
        continue;
      }
      const encoding = encodingOf(read.bytes);
      if (encoding === "other" || read.bytes.length >= bytes.length) {
        this.#apart.set(file, decode(read.bytes));
        continue;
      }
      if (used + read.bytes.length + 1 > bytes.length) yield finish();
      read.bytes.copy(bytes, used);
      const end = used + read.bytes.length;
      batch.push({ file, start: used, end, encoding });
      // No word goes across the end of a file.
      bytes[end] = 0;
      used = end + 1;
    }
    if (batch.length > 0) yield finish();
  }
}

/** Files one behind the other, each byte as a character, in one string: so long a string is kept outside of V8's heap. */
interface Slab {
  readonly text: string;
  readonly files: Lying[];
}

/** A file's place in a slab. */
interface Lying {
  readonly file: string;
  readonly slab: Slab;
  readonly start: number;
  readonly end: number;
  readonly encoding: "ascii" | "utf8";
}

function textOf({ slab, start, end, encoding }: Lying): string {
  const piece = slab.text.slice(start, end);
  if (encoding === "ascii") return piece;
  const text = Buffer.from(piece, "latin1").toString("utf8");
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

/** Files of a slab in which an expression finds something. */
function* hits(slab: Slab, any: RegExp): Generator<Lying> {
  let at = 0;
  any.lastIndex = 0;
  for (let match = any.exec(slab.text); match !== null; match = any.exec(slab.text)) {
    let lying = slab.files[at];
    while (lying !== undefined && lying.end <= match.index) lying = slab.files[++at];
    if (lying === undefined) return;
    yield lying;
    any.lastIndex = lying.end;
  }
}

/** Finds any of the words among bytes. What holds "httpsCallableFromURL" holds "httpsCallable". */
function anyOf(words: readonly string[]): RegExp {
  const shortest = words.filter((word) => !words.some((other) => other !== word && word.includes(other)));
  const written = shortest.map((word) =>
    Buffer.from(word, "utf8")
      .toString("latin1")
      .replace(/[$()*+.?[\\\]^{|}]/g, "\\$&"),
  );
  return new RegExp(written.join("|"), "g");
}

/** Bytes that are kept, those of one slab, and those of a usual file. */
const usualRoom = 96 * 1024 * 1024;
const slabBytes = 4 * 1024 * 1024;
const usualBytes = 32 * 1024;
