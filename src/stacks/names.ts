import { createHash } from "node:crypto";
import type { ComponentName, Copy } from "./resource.ts";

/**
 * Every name that a deployment writes, logical and physical. What firebase-tools names, is named as it does, so that a
 * fleet it deployed can be adopted as it is.
 */

/** The engine's project, where no Pulumi.yaml beside the manifest names another. */
export const usualProjectName = "regions";

export const providerName = "google";

/** Logical name of a copy: what cannot change in place is in it. */
export function copyName({ function: name, region }: Copy): string {
  return `${name}@${region}`;
}

/** Components, so that the stack reads like regions.yaml: classes, in each its regions; then what belongs to no class. */
export function classComponent(className: string): ComponentName {
  return { type: "regions:fleet:Class", name: className };
}

export function regionComponent(className: string, region: string): ComponentName {
  return { type: "regions:fleet:Region", name: `${className}@${region}` };
}

export const sourcesComponent: ComponentName = { type: "regions:fleet:Sources", name: "sources" };
export const watchComponent: ComponentName = { type: "regions:fleet:Watch", name: "watch" };

/** Of one member who may call a copy. An account of the project is known by its first part. */
export function invokerName(copy: Copy, member: string, project: string): string {
  const who = member.slice(member.indexOf(":") + 1).replace(`@${project}.iam.gserviceaccount.com`, "");
  return `${copyName(copy)}/invoker/${who}`;
}

export const jobLogicalName = (copy: Copy): string => `${copyName(copy)}/job`;
export const queueLogicalName = (copy: Copy): string => `${copyName(copy)}/queue`;
export const scheduleTopicLogicalName = (copy: Copy): string => `${copyName(copy)}/topic`;
export const topicLogicalName = (topic: string): string => `topic/${topic}`;
export const accountLogicalName = (className: string): string => `${className}/account`;
export const roleLogicalName = (className: string, role: string): string => `${className}/${role}`;
export const selfLogicalName = (className: string, role: string): string => `${className}/itself/${role}`;
export const secretLogicalName = (className: string, secret: string): string => `${className}/secret/${secret}`;
export const bucketLogicalName = "sources/bucket";
export const archiveLogicalName = (codebase: string, sha256: string): string => `${codebase}/${sha256.slice(0, 12)}`;
export const vcpuAlertName = (region: string): string => `${region}/vcpu`;
export const errorAlertName = (region: string): string => `${region}/errors`;
export const storageAgentLogicalName = (role: string): string => `storage-agent/${role}`;
export const dashboardLogicalName = "dashboard";

/** Of the Scheduler job, and of the topic that starts a function of generation 1. */
export function scheduleId({ function: name, region }: Copy): string {
  return `firebase-schedule-${name}-${region}`;
}

/**
 * Of the account of a class: "regions-" and the class, in the 6 to 30 lower-case letters, digits and "-" that Google
 * allows. Where that does not hold the whole name, six digits of its hash keep two classes apart.
 */
export function accountId(className: string): string {
  const plain = `regions-${className}`;
  if (/^[a-z][a-z0-9-]*[a-z0-9]$/.test(plain) && plain.length <= 30) return plain;
  const slug = plain
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, "-")
    .slice(0, 23)
    .replace(/-+$/, "");
  return `${slug}-${createHash("sha256").update(className).digest("hex").slice(0, 6)}`;
}

/** Email of an account of the project. Projects of a domain ("example.com:acme") write the domain last. */
export function accountEmail(id: string, project: string): string {
  const [first = project, second] = project.split(":");
  return `${id}@${second === undefined ? first : `${second}.${first}`}.iam.gserviceaccount.com`;
}

/** Of the bucket with the archives. Names of buckets are worldwide, hence the project. */
export function bucketName(project: string): string {
  return `${project.replaceAll(/[.:]/g, "-")}-regions-sources`;
}

export function archiveObjectName(codebase: string, sha256: string): string {
  return `${codebase}-${sha256}.zip`;
}

/** Values of labels are lower-case letters, digits, "-" and "_", at most 63. */
export function labelValue(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]/g, "-")
    .slice(0, 63);
}

export const toolLabel = { "deployment-tool": "regions" } as const;
export const codebaseLabel = "firebase-functions-codebase";
export const hashLabel = "firebase-functions-hash";

/** As long as the SHA-1 that the Firebase CLI writes there. */
export function hashLabelValue(sha256: string): string {
  return sha256.slice(0, 40);
}
