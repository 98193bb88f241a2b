import { isObject, type JsonObject } from "../state/json.ts";
import { Refusal } from "../state/refusal.ts";

export interface MultipartUpload {
  /** The first part: the resource's fields. */
  readonly fields: JsonObject;
  /** The second part: the content. */
  readonly bytes: Buffer;
  readonly contentType: string | null;
}

/** Cloud Storage's `multipart/related`: the fields as JSON, then the content. Refuses anything else. */
export function readMultipart(header: string, body: Buffer): MultipartUpload {
  const boundary = /^multipart\/related\s*;.*boundary="?([^";]+)"?/i.exec(header)?.[1];
  if (boundary === undefined) throw malformed("the content type names no boundary");
  const parts = split(body, Buffer.from(`--${boundary}`));
  const [first, second] = parts;
  if (first === undefined || second === undefined || parts.length !== 2) throw malformed("it must have two parts");
  let fields: unknown;
  try {
    fields = JSON.parse(first.content.toString("utf8"));
  } catch {
    throw malformed("its first part is no JSON");
  }
  if (!isObject(fields)) throw malformed("its first part is no object");
  return { fields, bytes: second.content, contentType: second.contentType };
}

interface Part {
  readonly contentType: string | null;
  readonly content: Buffer;
}

/** Between two boundaries: a line end, headers, an empty line, the content, a line end. */
function split(body: Buffer, boundary: Buffer): Part[] {
  const parts: Part[] = [];
  let start = body.indexOf(boundary);
  while (start >= 0) {
    const from = start + boundary.length;
    const next = body.indexOf(boundary, from);
    if (next < 0) break;
    const part = body.subarray(from, next);
    const lead = lineEnd(part, 0);
    const blank = blankLine(part, lead);
    const headers = part.subarray(lead, blank.at).toString("utf8");
    const tail = part.at(-1) === 10 ? (part.at(-2) === 13 ? 2 : 1) : 0;
    parts.push({
      contentType: /^content-type:\s*(.+?)\s*$/im.exec(headers)?.[1] ?? null,
      content: part.subarray(blank.after, part.length - tail),
    });
    start = next;
  }
  return parts;
}

function lineEnd(part: Buffer, at: number): number {
  return part[at] === 13 && part[at + 1] === 10 ? at + 2 : part[at] === 10 ? at + 1 : at;
}

function blankLine(part: Buffer, from: number): { at: number; after: number } {
  // Clients end their lines with CRLF or LF.
  const crlf = part.indexOf("\r\n\r\n", from);
  const lf = part.indexOf("\n\n", from);
  if (crlf >= 0 && (lf < 0 || crlf < lf)) return { at: crlf, after: crlf + 4 };
  if (lf >= 0) return { at: lf, after: lf + 2 };
  throw malformed("a part has no headers");
}

function malformed(reason: string): Refusal {
  return new Refusal("INVALID_ARGUMENT", `Malformed multipart body: ${reason}.`);
}
