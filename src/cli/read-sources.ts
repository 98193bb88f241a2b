import { didYouMean } from "../manifest/nearest.ts";
import { type SourceName, sourceNames } from "../model/gap.ts";
import { InputError } from "../model/problem.ts";

/**
 * Names of sources in the order of a report, each once. Throws InputError with all that are none.
 * @param option what gave them, as it is to be named: "--sources"
 */
export function readSources(option: string, words: readonly string[]): readonly SourceName[] {
  const problems: { word: string; mend: string }[] = [];
  const found = new Set<SourceName>();
  for (const word of words.map((part) => part.trim())) {
    const name = sourceNames.find((one) => one === word);
    if (name !== undefined) found.add(name);
    else problems.push({ word, mend: didYouMean(word, sourceNames) ?? `The sources are ${sourceNames.join(", ")}.` });
  }
  if (problems.length > 0) {
    throw new InputError(
      problems.map(({ word, mend }) => ({
        place: null,
        message: `${option} names "${word}", which is no source.`,
        mend,
        excerpt: null,
      })),
    );
  }
  return sourceNames.filter((name) => found.has(name));
}
