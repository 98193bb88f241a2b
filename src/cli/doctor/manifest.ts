import type { Problem } from "../../model/problem.ts";
import type { DoctorLine } from "./line.ts";

/** What became of looking for regions.yaml. */
export type ManifestState =
  | { readonly kind: "none" }
  | { readonly kind: "invalid"; readonly file: string; readonly problems: readonly Problem[] }
  | { readonly kind: "valid"; readonly file: string; readonly environment: string; readonly project: string };

export function manifestLine(manifest: ManifestState): DoctorLine {
  const line = { name: "manifest", unlocks: "all rules; without it only callers are compared with the source" };
  switch (manifest.kind) {
    case "none":
      return {
        ...line,
        state: "missing",
        detail: "no regions.yaml here or above",
        todo: "Write a first one: `regions init -o regions.yaml`.",
      };
    case "invalid": {
      const [first] = manifest.problems;
      const count = manifest.problems.length === 1 ? "1 problem" : `${manifest.problems.length} problems`;
      const at = first?.place == null ? "" : `${first.place.file}:${first.place.line}: `;
      return {
        ...line,
        state: "missing",
        detail: `${manifest.file} has ${count}: ${at}${first?.message ?? "unknown"}`,
        todo: "See all of them: `regions audit`.",
      };
    }
    case "valid": {
      const { file, environment, project } = manifest;
      return {
        ...line,
        state: "present",
        detail: `${file}, environment ${environment} (project ${project})`,
        todo: null,
      };
    }
  }
}
