import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Manifest } from "../../../manifest/manifest.ts";
import { optionsMark } from "../../../model/generated-code.ts";

/**
 * Has the module that a codebase of the Firebase CLI takes its regions from name those of `manifest`, which may be
 * regions.yaml as it would be without one copy: the CLI deploys and leaves what the source says. Only a module that
 * `regions generate options` has written is written again; where there is none, the deployer says what to do by hand.
 */
export async function writeOptions(root: string, manifest: Manifest, name: string): Promise<void> {
  const codebase = manifest.codebases.get(manifest.functions.get(name)?.codebase ?? "");
  if (codebase === undefined || codebase.deployer !== "firebase" || codebase.options === null) return;
  const file = join(root, codebase.options);
  const present = existsSync(file) ? readFileSync(file, "utf8") : "";
  if (!present.startsWith(optionsMark)) return;
  const [{ optionsModule }, { writeWhole }] = await Promise.all([
    import("../../../generate/options-module.ts"),
    import("../../write-file.ts"),
  ]);
  const wanted = optionsModule(manifest, codebase);
  if (wanted !== present) writeWhole(file, wanted, codebase.options);
}
