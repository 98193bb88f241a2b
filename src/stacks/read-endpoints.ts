import type { Endpoint, EndpointTrigger, EndpointVpc } from "./endpoint.ts";
import { evaluateText, type ParamValue } from "./expressions.ts";
import { type JsonObject, numberOf, objectOf, textMapOf, textOf, textsOf } from "./json.ts";

/** What a project tells its functions, and what the SDK's built-in parameters stand for. */
export interface ProjectFacts {
  readonly projectId: string;
  /** Default bucket, such as acme-prod.firebasestorage.app. */
  readonly storageBucket: string | null;
  readonly databaseURL: string | null;
}

export interface Endpoints {
  readonly endpoints: ReadonlyMap<string, Endpoint>;
  /** Of the env files and the resolved parameters: what every function of the codebase gets. */
  readonly variables: Readonly<Record<string, string>>;
  /** Why it cannot be deployed as it is, as sentences; empty when it can. */
  readonly problems: readonly string[];
}

/**
 * Reads the manifest (`v1alpha1`) that the firebase-functions SDK wrote of a codebase, with its parameters resolved by
 * the values of its env files, as the Firebase CLI does without asking anybody.
 */
export function readEndpoints(
  wire: unknown,
  values: Readonly<Record<string, string>>,
  project: ProjectFacts,
): Endpoints {
  const manifest = objectOf(wire);
  const written = objectOf(manifest?.endpoints);
  if (manifest === null || written === null) {
    return { endpoints: new Map(), variables: {}, problems: ["what the SDK wrote is no manifest of functions"] };
  }
  const problems: string[] = [];
  const { params, secrets } = resolveParams(manifest.params, values, project, problems);
  const endpoints = new Map<string, Endpoint>();
  for (const [name, raw] of Object.entries(written)) {
    const complaints: string[] = [];
    const resolved = objectOf(resolve(raw, params, complaints));
    if (resolved?.omit === true) continue;
    const endpoint = resolved === null ? "it is no object" : endpointOf(name, resolved);
    if (complaints.length > 0) problems.push(...complaints.map((reason) => `${name}: ${reason}`));
    else if (typeof endpoint === "string") problems.push(`${name}: ${endpoint}`);
    else endpoints.set(name, endpoint);
  }
  for (const { secrets: used } of endpoints.values()) for (const { variable } of used) secrets.add(variable);
  return { endpoints, variables: variablesOf(values, params, secrets, problems), problems };
}

/** What the SDK calls the project's own facts in expressions. */
function builtIn(project: ProjectFacts): Map<string, ParamValue> {
  return new Map<string, ParamValue>([
    ["PROJECT_ID", project.projectId],
    ["GCLOUD_PROJECT", project.projectId],
    ["STORAGE_BUCKET", project.storageBucket ?? ""],
    ["DATABASE_URL", project.databaseURL ?? ""],
  ]);
}

function resolveParams(
  written: unknown,
  values: Readonly<Record<string, string>>,
  project: ProjectFacts,
  problems: string[],
): { params: Map<string, ParamValue>; secrets: Set<string> } {
  const params = builtIn(project);
  const secrets = new Set<string>();
  for (const raw of Array.isArray(written) ? written : []) {
    const param = objectOf(raw);
    const name = textOf(param?.name);
    if (param === null || name === null) continue;
    const type = textOf(param.type) ?? "string";
    if (type === "secret") {
      secrets.add(name);
      continue;
    }
    const given = Object.hasOwn(values, name) ? values[name] : undefined;
    // A default may be an expression of parameters that were declared before.
    const fallback = given === undefined ? resolve(param.default, params, problems) : undefined;
    const value = given === undefined ? typed(type, fallback) : typed(type, given);
    if (value === null) {
      problems.push(
        given === undefined
          ? `the parameter ${name} has no value: write it to .env, or to .env.${project.projectId}`
          : `the parameter ${name} is to be ${type === "int" ? "a number" : `a ${type}`}, and its env file says "${given}"`,
      );
    } else params.set(name, value);
  }
  return { params, secrets };
}

/** A value of the type that a parameter has; null where it is none. */
function typed(type: string, value: unknown): ParamValue | null {
  if (value === undefined || value === null) return null;
  if (type === "int" || type === "float") {
    const number = typeof value === "number" ? value : Number(typeof value === "string" ? value.trim() || "x" : "x");
    return Number.isNaN(number) || (type === "int" && !Number.isInteger(number)) ? null : number;
  }
  if (type === "boolean") {
    if (typeof value === "boolean") return value;
    return value === "true" ? true : value === "false" ? false : null;
  }
  if (type === "list") {
    const texts = textsOf(value);
    if (texts !== null || typeof value !== "string") return texts;
    try {
      return textsOf(JSON.parse(value));
    } catch {
      return value.split(",").map((part) => part.trim());
    }
  }
  return typeof value === "string" ? value : String(value);
}

/** The same JSON with every expression in its place replaced by its value. */
function resolve(value: unknown, params: ReadonlyMap<string, ParamValue>, problems: string[]): unknown {
  if (typeof value === "string") {
    if (!value.includes("{{")) return value;
    const evaluated = evaluateText(value, params);
    if (evaluated.kind === "value") return evaluated.value;
    problems.push(evaluated.reason);
    return null;
  }
  if (Array.isArray(value)) return value.map((one) => resolve(one, params, problems));
  const object = objectOf(value);
  if (object === null) return value;
  return Object.fromEntries(Object.entries(object).map(([key, one]) => [key, resolve(one, params, problems)]));
}

function endpointOf(name: string, raw: JsonObject): Endpoint | string {
  const generation = raw.platform === "gcfv1" ? 1 : 2;
  const trigger = triggerOf(raw);
  if (typeof trigger === "string") return trigger;
  const secrets = (Array.isArray(raw.secretEnvironmentVariables) ? raw.secretEnvironmentVariables : []).flatMap(
    (one) => {
      const variable = textOf(objectOf(one)?.key);
      return variable === null ? [] : [{ variable, secret: textOf(objectOf(one)?.secret) ?? variable }];
    },
  );
  return {
    name,
    generation,
    entryPoint: textOf(raw.entryPoint) ?? name,
    trigger,
    memoryMiB: numberOf(raw.availableMemoryMb),
    cpu: raw.cpu === "gcf_gen1" ? "gcf_gen1" : numberOf(raw.cpu),
    minInstances: numberOf(raw.minInstances),
    maxInstances: numberOf(raw.maxInstances),
    concurrency: numberOf(raw.concurrency),
    timeoutSeconds: numberOf(raw.timeoutSeconds),
    ingress: textOf(raw.ingressSettings),
    vpc: vpcOf(objectOf(raw.vpc)),
    serviceAccount: accountOf(raw),
    labels: textMapOf(raw.labels),
    environmentVariables: textMapOf(raw.environmentVariables),
    secrets,
  };
}

/** "default" is the SDK's word for the platform's own account. */
function accountOf(raw: JsonObject): string | null {
  const account = textOf(raw.serviceAccount) ?? textOf(raw.serviceAccountEmail);
  return account === "default" ? null : account;
}

function vpcOf(raw: JsonObject | null): EndpointVpc | null {
  const connector = textOf(raw?.connector);
  const networkInterfaces = (Array.isArray(raw?.networkInterfaces) ? raw.networkInterfaces : []).map((one) => {
    const item = objectOf(one);
    return { network: textOf(item?.network), subnetwork: textOf(item?.subnetwork), tags: textsOf(item?.tags) ?? [] };
  });
  if (connector === null && networkInterfaces.length === 0) return null;
  return { connector, networkInterfaces, egress: textOf(raw?.egressSettings) };
}

function triggerOf(raw: JsonObject): EndpointTrigger | string {
  const keys = Object.keys(raw).filter((key) => key.endsWith("Trigger") && objectOf(raw[key]) !== null);
  const [key] = keys;
  if (key === undefined) return "it has no trigger";
  if (keys.length > 1) return `it has ${keys.length} triggers`;
  const trigger = objectOf(raw[key]) ?? {};
  switch (key) {
    case "httpsTrigger":
      return { kind: "https", invoker: textsOf(trigger.invoker) };
    case "callableTrigger":
      return { kind: "callable", isGenkit: textOf(trigger.genkitAction) !== null };
    case "eventTrigger":
      return {
        kind: "event",
        eventType: textOf(trigger.eventType) ?? "",
        filters: textMapOf(trigger.eventFilters),
        pathPatterns: textMapOf(trigger.eventFilterPathPatterns),
        retry: trigger.retry === true,
        region: textOf(trigger.region),
        channel: textOf(trigger.channel),
      };
    case "scheduleTrigger": {
      const schedule = textOf(trigger.schedule);
      if (schedule === null) return "its schedule is empty";
      const retry = objectOf(trigger.retryConfig) ?? {};
      return {
        kind: "scheduled",
        schedule,
        timeZone: textOf(trigger.timeZone),
        retry: { retryCount: numberOf(retry.retryCount), ...backoff(retry) },
      };
    }
    case "taskQueueTrigger": {
      const limits = objectOf(trigger.rateLimits) ?? {};
      const retry = objectOf(trigger.retryConfig) ?? {};
      return {
        kind: "task",
        rateLimits: {
          maxConcurrentDispatches: numberOf(limits.maxConcurrentDispatches),
          maxDispatchesPerSecond: numberOf(limits.maxDispatchesPerSecond),
        },
        retry: { maxAttempts: numberOf(retry.maxAttempts), ...backoff(retry) },
        invoker: textsOf(trigger.invoker),
      };
    }
    case "blockingTrigger": {
      const isModelHook = /ailogic/i.test(textOf(trigger.eventType) ?? "");
      return isModelHook
        ? { kind: "other", what: "an AI Logic hook" }
        : { kind: "blocking", what: "a blocking function of Firebase Authentication" };
    }
    case "dataConnectGraphqlTrigger":
      return { kind: "other", what: "a resolver of SQL Connect" };
    default:
      return `its trigger "${key}" is not known here`;
  }
}

/** Seconds as the SDK of generation 2 writes them, or durations as that of generation 1 does. */
function backoff(retry: JsonObject) {
  const duration = (name: string): string | null => {
    const seconds = numberOf(retry[`${name}Seconds`]);
    return seconds === null ? textOf(retry[`${name}Duration`]) : `${seconds}s`;
  };
  return {
    maxRetry: duration("maxRetry"),
    minBackoff: duration("minBackoff"),
    maxBackoff: duration("maxBackoff"),
    maxDoublings: numberOf(retry.maxDoublings),
  };
}

/** What the platform sets itself; the Firebase CLI refuses these names in env files, too. */
const reserved =
  /^(?:X_GOOGLE_.*|FIREBASE_.*|EXT_.*|KIT_.*|CLOUD_RUNTIME_CONFIG|EVENTARC_CLOUD_EVENT_SOURCE|ENTRY_POINT|GCP_PROJECT|GCLOUD_PROJECT|GOOGLE_CLOUD_PROJECT|FUNCTION_(?:TRIGGER_TYPE|NAME|MEMORY_MB|TIMEOUT_SEC|IDENTITY|REGION|TARGET|SIGNATURE_TYPE)|K_(?:SERVICE|REVISION|CONFIGURATION)|PORT)$/;

function variablesOf(
  values: Readonly<Record<string, string>>,
  params: ReadonlyMap<string, ParamValue>,
  secrets: ReadonlySet<string>,
  problems: string[],
): Record<string, string> {
  const variables: Record<string, string> = {};
  const builtInNames = new Set(["PROJECT_ID", "GCLOUD_PROJECT", "STORAGE_BUCKET", "DATABASE_URL"]);
  for (const [name, value] of params) {
    if (!builtInNames.has(name)) variables[name] = Array.isArray(value) ? JSON.stringify(value) : String(value);
  }
  for (const [name, value] of Object.entries(values)) {
    if (reserved.test(name)) problems.push(`an env file sets ${name}, which is the platform's to set: rename it`);
    // A secret's value stays in Secret Manager, even where an env file has one for the emulator.
    else if (!secrets.has(name)) variables[name] = value;
  }
  return Object.fromEntries(Object.entries(variables).sort(([a], [b]) => (a < b ? -1 : 1)));
}
