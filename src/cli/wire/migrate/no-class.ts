import type { Manifest } from "../../../manifest/manifest.ts";
import { didYouMean } from "../../../manifest/nearest.ts";
import type { InputError } from "../../../model/problem.ts";
import { inputError } from "../../input-error.ts";

/** A class is named that the manifest does not have. */
export function noClass(name: string, { file, classes }: Manifest): InputError {
  const mend = didYouMean(name, classes.keys()) ?? `Declared are ${[...classes.keys()].join(", ")}.`;
  return inputError(`${file} declares no class ${name}.`, mend);
}
