import type { Manifest } from "./manifest.ts";

/** This tool deploys some of the fleet, so that there is a plan and a state; the rest is the Firebase CLI's. */
export function hasOwnCodebase({ codebases }: Pick<Manifest, "codebases">): boolean {
  return [...codebases.values()].some(({ deployer }) => deployer === "pulumi");
}
