import type { Generation, TriggerKind } from "../../../model/deployed.ts";
import { asRecord } from "../../code/tsconfig.ts";

/** A function as the SDK's manifest (`v1alpha1`) has it. */
export interface WireFunction {
  readonly name: string;
  readonly generation: Generation;
  readonly trigger: TriggerKind;
  /** As it is written: regions, or expressions such as "{{ params.REGION }}"; empty when none is named. */
  readonly regions: readonly string[];
  /** The endpoint is left out of the deployment: yes, no, or decided by a parameter. */
  readonly omit: boolean | string;
}

export interface WireManifest {
  readonly functions: readonly WireFunction[];
  /** Default values of parameters, as text; null = without one. */
  readonly defaults: ReadonlyMap<string, string | null>;
  /** What is wrong or not known here, as sentences; the rest is read all the same. */
  readonly remarks: readonly string[];
}

const topKeys = new Set([
  "specVersion",
  "endpoints",
  "params",
  "requiredAPIs",
  "requiredRoles",
  "extensions",
  "lifecycleHooks",
  "runtime",
]);

const triggerKinds: ReadonlyMap<string, TriggerKind> = new Map([
  ["httpsTrigger", "https"],
  ["callableTrigger", "callable"],
  ["eventTrigger", "event"],
  ["scheduleTrigger", "scheduled"],
  ["taskQueueTrigger", "task"],
  ["blockingTrigger", "blocking"],
  ["dataConnectGraphqlTrigger", "other"],
]);

/** Reads a manifest leniently: newer SDKs add keys, and one odd entry must not hide the others. Null: it is none. */
export function readWire(value: unknown): WireManifest | null {
  const manifest = asRecord(value);
  const endpoints = asRecord(manifest?.endpoints);
  if (manifest === null || endpoints === null) return null;
  const remarks: string[] = [];
  if (manifest.specVersion !== "v1alpha1") {
    remarks.push(
      `its version is ${JSON.stringify(manifest.specVersion ?? null)}, and v1alpha1 is the one that is known`,
    );
  }
  for (const key of Object.keys(manifest)) if (!topKeys.has(key)) remarks.push(`its key "${key}" is not known`);
  const functions: WireFunction[] = [];
  for (const [name, raw] of Object.entries(endpoints)) {
    const endpoint = asRecord(raw);
    const read = endpoint === null ? "it is no object" : functionOf(name, endpoint);
    if (typeof read === "string") remarks.push(`${name} cannot be read: ${read}`);
    else functions.push(read);
  }
  const defaults = new Map<string, string | null>();
  for (const raw of Array.isArray(manifest.params) ? manifest.params : []) {
    const param = asRecord(raw);
    if (typeof param?.name !== "string") continue;
    const fallback = param.default;
    defaults.set(
      param.name,
      typeof fallback === "string" ? fallback : Array.isArray(fallback) ? fallback.join(",") : null,
    );
  }
  return { functions, defaults, remarks };
}

function functionOf(name: string, endpoint: Record<string, unknown>): WireFunction | string {
  const keys = [...triggerKinds.keys()].filter((key) => asRecord(endpoint[key]) !== null);
  const [key] = keys;
  if (key === undefined) {
    const strange = Object.keys(endpoint).find((one) => one.endsWith("Trigger"));
    return strange === undefined ? "it has no trigger" : `its trigger "${strange}" is not known`;
  }
  if (keys.length > 1) return `it has ${keys.length} triggers`;
  const region = endpoint.region;
  const regions =
    typeof region === "string"
      ? [region]
      : Array.isArray(region)
        ? region
        : region === undefined || region === null
          ? []
          : null;
  if (regions?.every((one) => typeof one === "string") !== true)
    return "its region is neither text nor a list of texts";
  const eventType = asRecord(endpoint[key])?.eventType;
  const isModelHook = typeof eventType === "string" && /ailogic/i.test(eventType);
  const { omit } = endpoint;
  return {
    name,
    generation: endpoint.platform === "gcfv1" ? 1 : 2,
    trigger: isModelHook ? "other" : (triggerKinds.get(key) ?? "other"),
    regions,
    omit: typeof omit === "boolean" || typeof omit === "string" ? omit : false,
  };
}

/** Name of the parameter that a region expression is, alone; null for a plain region or anything more. */
export function paramOf(region: string): string | null {
  return /^\{\{\s*params\.(\w+)\s*\}\}$/.exec(region)?.[1] ?? null;
}
