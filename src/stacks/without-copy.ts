import type { Deployment } from "@pulumi/pulumi/automation/index.js";
import { objectOf, textOf } from "./json.ts";
import { parseUrn } from "./parts.ts";
import type { Copy } from "./resource.ts";

/** The state as if it had never known one copy, nor what hangs on it alone: job, queue, invoker, archive. */
export function withoutCopy(exported: Deployment, { function: name, region }: Copy): Deployment {
  const deployment = objectOf(exported.deployment) ?? {};
  const resources = Array.isArray(deployment.resources) ? deployment.resources : [];
  const copy = `${name}@${region}`;
  const left = resources.filter((raw) => {
    const logical = parseUrn(textOf(objectOf(raw)?.urn) ?? "").name;
    return logical !== copy && !logical.startsWith(`${copy}/`);
  });
  return { ...exported, deployment: { ...deployment, resources: left } };
}
