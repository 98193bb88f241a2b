import { constants, open } from "node:fs/promises";

/** As `readFile` in UTF-8, without waiting for ever where a pipe stands in place of the file. */
export async function readPlainFile(path: string): Promise<string> {
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    return (await handle.stat()).isFIFO() ? "" : await handle.readFile("utf8");
  } finally {
    await handle.close();
  }
}
