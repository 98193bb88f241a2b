import { createInterface } from "node:readline/promises";

/**
 * A question and its answer at a terminal. The end of input answers nothing. Ctrl-C, which a terminal that is read
 * line by line hands on as a key, calls `interrupt`; rejects once `signal` has fired.
 */
export async function askAt(
  terminal: { readonly input: NodeJS.ReadableStream; readonly output: NodeJS.WritableStream },
  question: string,
  signal: AbortSignal,
  interrupt: () => void,
): Promise<string> {
  const lines = createInterface({ ...terminal, terminal: true });
  try {
    const ended = new Promise<string>((resolve) => lines.once("close", () => resolve("")));
    lines.once("SIGINT", interrupt);
    let answered = false;
    const answer = lines.question(question, { signal }).then((text) => {
      answered = true;
      return text;
    });
    try {
      return await Promise.race([answer, ended]);
    } finally {
      // What comes next must not stand behind the question.
      if (!answered) terminal.output.write("\n");
    }
  } finally {
    lines.close();
  }
}
