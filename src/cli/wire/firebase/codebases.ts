import type { CodebaseEntry, Manifest } from "../../../manifest/manifest.ts";

/** Codebases of the manifest that the Firebase CLI deploys, with the functions that it gives them. */
export function firebaseCodebases(manifest: Manifest): readonly CodebaseEntry[] {
  const used = new Set([...manifest.functions.values()].map(({ codebase }) => codebase));
  return [...manifest.codebases.values()].filter(({ name, deployer }) => deployer === "firebase" && used.has(name));
}
