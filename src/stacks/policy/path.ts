import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where the pack lies as seen from this file: from the bundle's chunks, from the bundle, from source. */
const candidates = ["../policy-pack", "./policy-pack"];

/**
 * The policy pack, for `--policy-pack` and the Automation API's `policyPacks`: a folder, which every engine on every
 * system starts through its host for Node.js. Its environment: REGIONS_MANIFEST and REGIONS_ENV, as read-manifest.ts
 * says; a folder's pack runs in its own folder, so a caller that knows the manifest names it. Throws when the
 * installation lacks the pack.
 */
export function policyPackPath(): string {
  const folders = candidates.map((candidate) => fileURLToPath(new URL(candidate, import.meta.url)));
  const found = folders.find((folder) => existsSync(join(folder, "PulumiPolicy.yaml")));
  if (found === undefined) throw new Error("the policy pack is missing from this installation");
  return found;
}
