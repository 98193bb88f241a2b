import { pathToFileURL } from "node:url";

/** One line of docs/benchmarks.md. */
export interface Figure {
  readonly what: string;
  /** What it is measured against, in the same run. */
  readonly against: string;
  readonly ratio: number;
  /** Highest ratio that is good enough. */
  readonly target: number;
  /** Absolute times of this run, for orientation alone. */
  readonly detail: string;
}

export function figureText(figure: Figure): string {
  const verdict = figure.ratio <= figure.target ? "met" : "MISSED";
  return `${figure.what}: ${figure.ratio.toFixed(2)} × ${figure.against} (target ${figure.target}, ${verdict}; ${figure.detail})`;
}

/** Prints the figures of a bench that is run by itself. */
export async function printIfMain(url: string, measure: () => Promise<Figure | readonly Figure[]>): Promise<void> {
  const main = process.argv[1];
  if (main === undefined || pathToFileURL(main).href !== url) return;
  for (const figure of [await measure()].flat()) console.log(figureText(figure));
}
