import { decode, type FileText, readBytes } from "./text.ts";

/**
 * The texts of a tree. What was read once is kept as bytes outside of V8's heap while there is room: strings of a whole
 * tree are copied by every collection, which takes longer than making them again.
 */
export class TextStore {
  readonly #root: string;
  readonly #kept = new Map<string, Buffer | Exclude<FileText, { readonly kind: "text" }>>();
  #slab = Buffer.alloc(0);
  #used = 0;
  #room = maxKept;

  constructor(root: string) {
    this.#root = root;
  }

  /** Reads a file, or makes its text again. Never throws. */
  text(file: string): FileText {
    const known = this.#kept.get(file);
    if (known !== undefined) return "kind" in known ? known : decode(known);
    const read = readBytes(this.#root, file);
    if (read.kind !== "bytes") {
      this.#kept.set(file, read);
      return read;
    }
    const text = decode(read.bytes);
    if (text.kind !== "text") this.#kept.set(file, text);
    else this.#keep(file, read.bytes);
    return text;
  }

  #keep(file: string, bytes: Buffer): void {
    if (bytes.length > this.#slab.length - this.#used) {
      const size = Math.max(slabBytes, bytes.length);
      if (size > this.#room) return;
      this.#room -= size;
      this.#slab = Buffer.allocUnsafeSlow(size);
      this.#used = 0;
    }
    const copy = this.#slab.subarray(this.#used, this.#used + bytes.length);
    bytes.copy(copy);
    this.#used += bytes.length;
    this.#kept.set(file, copy);
  }
}

/** Bytes that are kept at most, and those that are asked of the system at a time. */
const maxKept = 96 * 1024 * 1024;
const slabBytes = 4 * 1024 * 1024;
