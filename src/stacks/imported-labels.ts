import type { Deployment } from "@pulumi/pulumi/automation/index.js";
import { type JsonObject, objectOf, textMapOf } from "./json.ts";

/**
 * The state with the labels of imported resources in their place; the same object where they are already. The provider
 * reads all labels into `effectiveLabels` alone, because it cannot know which of them a program will declare; a fleet's
 * program declares all, and without this every one of them would show as a change. What a killed adoption had imported
 * and not yet labelled is found by the same token.
 */
export function withImportedLabels(exported: Deployment): Deployment {
  const deployment = objectOf(exported.deployment) ?? {};
  const resources = Array.isArray(deployment.resources) ? deployment.resources : [];
  const labelled = resources.map((raw) => {
    const resource = objectOf(raw) ?? {};
    const inputs = objectOf(resource.inputs);
    const outputs = objectOf(resource.outputs);
    const effective = outputs?.effectiveLabels;
    if (inputs === null || outputs === null || effective === undefined) return raw;
    if (resource.protect !== true || inputs.labels !== undefined) return raw;
    const labels = labelsIn(effective);
    if (labels === null) return raw;
    return {
      ...resource,
      inputs: { ...inputs, labels },
      outputs: { ...outputs, labels, pulumiLabels: effective },
    };
  });
  if (labelled.every((resource, index) => resource === resources[index])) return exported;
  return { ...exported, deployment: { ...deployment, resources: labelled } };
}

/** The provider marks them as a secret, which an export shows as text beside the mark. */
function labelsIn(effective: unknown): JsonObject | null {
  const marked = objectOf(effective)?.plaintext;
  if (typeof marked !== "string") return textMapOf(effective);
  try {
    return textMapOf(JSON.parse(marked));
  } catch {
    return null;
  }
}
