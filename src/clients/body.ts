/** Larger answers are no answers: the largest page of any service that is read here has a tenth of this. */
export const mostBodyBytes = 100 * 1024 * 1024;

/** An answer that does not end within `mostBodyBytes`. */
export class BodyTooLarge extends Error {}

/** The text of an answer. Stops reading, and rejects with BodyTooLarge, where it would fill the memory. */
export async function bodyText(response: Response): Promise<string> {
  if (response.body === null) return "";
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.byteLength;
    // Leaving the loop closes the connection.
    if (bytes > mostBodyBytes) throw new BodyTooLarge();
    chunks.push(chunk);
  }
  return new TextDecoder().decode(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
}
