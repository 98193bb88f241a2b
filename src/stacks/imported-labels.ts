import type { Deployment } from "@pulumi/pulumi/automation/index.js";
import { type JsonObject, objectOf, textMapOf, textOf } from "./json.ts";

/**
 * The state with the labels of freshly imported resources in their place. The provider reads all labels into
 * `effectiveLabels` alone, because it cannot know which of them a program will declare; a fleet's program declares all,
 * and without this every one of them would show as a change.
 */
export function withImportedLabels(exported: Deployment, before: ReadonlySet<string>): Deployment {
  const deployment = objectOf(exported.deployment) ?? {};
  const resources = Array.isArray(deployment.resources) ? deployment.resources : [];
  const labelled = resources.map((raw) => {
    const resource = objectOf(raw) ?? {};
    const inputs = objectOf(resource.inputs);
    const outputs = objectOf(resource.outputs);
    const effective = outputs?.effectiveLabels;
    if (inputs === null || outputs === null || effective === undefined) return raw;
    if (before.has(textOf(resource.urn) ?? "") || Object.keys(textMapOf(inputs.labels)).length > 0) return raw;
    const labels = labelsIn(effective);
    if (labels === null) return raw;
    return {
      ...resource,
      inputs: { ...inputs, labels },
      outputs: { ...outputs, labels, pulumiLabels: effective },
    };
  });
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
