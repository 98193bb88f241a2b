import type { FunctionEntry, Manifest } from "../../manifest/manifest.ts";
import type { Generation, TriggerKind } from "../../model/deployed.ts";
import { serviceNameOf } from "../../model/function-url.ts";
import { objectOf, textOf } from "../json.ts";
import type { PolicyResource } from "./rule.ts";

/** Generation of the function that a resource is; null for every other resource. */
export function generationOf({ type }: PolicyResource): Generation | null {
  if (type === "gcp:cloudfunctionsv2/function:Function") return 2;
  return type === "gcp:cloudfunctions/function:Function" ? 1 : null;
}

/** The property that holds a function's region. */
export function regionProperty(generation: Generation): "location" | "region" {
  return generation === 2 ? "location" : "region";
}

/** Where the copies of a function may stand: its wanted regions, and the one that a declared move leaves. */
export function allowedRegions({ regions, moving }: FunctionEntry): readonly string[] {
  return moving === null ? regions : [...regions, moving.from];
}

/** The function behind a Cloud Run service of a region, whose name is folded. */
export function functionOfService(manifest: Manifest, service: string, region: string): FunctionEntry | null {
  const all = [...manifest.functions.values()].filter((entry) => serviceNameOf(entry.name) === service);
  return all.find((entry) => allowedRegions(entry).includes(region)) ?? all[0] ?? null;
}

/** What starts a function, by its own resource: the kind stands in labels, as the Firebase CLI writes them. */
export function triggerOf({ props }: PolicyResource): TriggerKind {
  const labels = objectOf(props.labels) ?? {};
  if (labels["deployment-scheduled"] === "true") return "scheduled";
  if (labels["deployment-taskqueue"] === "true") return "task";
  const event = objectOf(props.eventTrigger);
  if (textOf(event?.eventType) !== null) return "event";
  return labels["deployment-callable"] === "true" ? "callable" : "https";
}

const closedKinds: readonly TriggerKind[] = ["scheduled", "task", "event"];

/** It is started by Google in the name of an account, and by nobody else. */
export function isClosed(kind: TriggerKind): boolean {
  return closedKinds.includes(kind);
}
