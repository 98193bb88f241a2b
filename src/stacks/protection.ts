import type { Deployment } from "@pulumi/pulumi/automation/index.js";
import { objectOf } from "./json.ts";

/** The state with nothing protected in it, for whoever wants everything deleted. */
export function withoutProtection(exported: Deployment): Deployment {
  const deployment = objectOf(exported.deployment) ?? {};
  const resources = Array.isArray(deployment.resources) ? deployment.resources : [];
  const free = resources.map((raw) => {
    const { protect, ...resource } = objectOf(raw) ?? {};
    return resource;
  });
  return { ...exported, deployment: { ...deployment, resources: free } };
}
