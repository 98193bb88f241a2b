import { createHash } from "node:crypto";
import { invokersOf } from "../../clients/deployed-copy.ts";
import type { Google, JsonObject } from "../../clients/google.ts";
import { GoogleError } from "../../clients/google-error.ts";
import type { CopyStates, Deployer, Outcome } from "../../deployers/port.ts";
import type { FunctionState } from "../../model/deployed.ts";
import { InputError } from "../../model/problem.ts";
import { type Copies, type CopyLook, Refused, Unseen } from "../ports/world.ts";

/** A deployer for regions.yaml as it is now, or as it would be without one copy. */
export interface DeployerSource extends CopyStates {
  /** `without`: a region in which the function is not to be any longer. */
  open(name: string, without: string | null): Promise<{ readonly deployer: Deployer; close(): Promise<void> }>;
}

export interface CopiesOptions {
  readonly google: Google;
  readonly project: string;
  readonly deployers: DeployerSource;
  /** Deletes a copy that no deployer knows, with its job, its queue and its trigger. */
  readonly removeUnknown: (name: string, region: string) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Copies as Google has them, deployed and removed by whichever tool the codebase is deployed with. */
export function createCopies({ google, project, deployers, removeUnknown, signal }: CopiesOptions): Copies {
  const urlOf = (name: string, region: string): string =>
    `https://cloudfunctions.googleapis.com/v2/projects/${project}/locations/${region}/functions/${name}`;

  async function read(url: string, what: string): Promise<JsonObject | null> {
    try {
      return await google.get(url);
    } catch (error) {
      if (!(error instanceof GoogleError)) throw error;
      if (error.kind === "not-found") return null;
      throw new Unseen(`${what}: ${error.reason}`);
    }
  }

  async function refusing<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof InputError) throw new Refused(error.problems.map(sentence).join("\n"));
      throw error;
    }
  }

  const withDeployer = (
    name: string,
    without: string | null,
    work: (deployer: Deployer) => Promise<void>,
  ): Promise<void> =>
    refusing(async () => {
      const { deployer, close } = await deployers.open(name, without);
      await work(deployer).finally(close);
    });

  const only = (name: string, regions: readonly string[]) => ({
    scope: { classes: [], regions, functions: [name] },
    refresh: false,
    signal,
  });

  return {
    async look(name, region) {
      const found = await read(urlOf(name, region), `${name} in ${region}`);
      return found === null ? null : lookOf(found, await invokers(found, name, region));
    },

    deploy: (name) => withDeployer(name, null, async (deployer) => refuseFailed(await deployer.deploy(only(name, [])))),

    async remove(name, region) {
      const known = await refusing(() => deployers.knows(name, region));
      if (known === "deployed") {
        await withDeployer(name, region, async (deployer) => refuseFailed(await deployer.deploy(only(name, [region]))));
        return;
      }
      // First: a copy that is live and in no state is deleted at the next try, and a state of what is gone would stay.
      if (known === "adopted") await refusing(() => deployers.forget(name, region));
      await removeUnknown(name, region);
    },
  };

  /** Null: the service that would tell is not known. */
  async function invokers(found: JsonObject, name: string, region: string): Promise<readonly string[] | null> {
    const isFirst = found.environment === "GEN_1";
    const service = textAt(objectAt(found, "serviceConfig"), "service")?.split("/").at(-1) ?? null;
    if (!isFirst && service === null) return null;
    const copy = {
      name: `projects/${project}/locations/${region}/functions/${name}`,
      service: isFirst ? null : service,
    };
    try {
      return await invokersOf(google, copy);
    } catch (error) {
      if (!(error instanceof GoogleError)) throw error;
      if (error.kind === "not-found") return [];
      throw new Unseen(`who may call ${name} in ${region}: ${error.reason}`);
    }
  }
}

const states: ReadonlySet<string> = new Set(["ACTIVE", "FAILED", "DEPLOYING", "DELETING", "OFFLINE"]);

function lookOf(found: JsonObject, invokers: readonly string[] | null): CopyLook {
  const state = typeof found.state === "string" && states.has(found.state) ? (found.state as FunctionState) : "UNKNOWN";
  const fields = Object.fromEntries(Object.entries(settingsOf(found)).map(([field, value]) => [field, digest(value)]));
  const settings = { settings: digest(fields), fields };
  if (invokers === null) return { state, ...settings, isPublic: null };
  return { state, ...settings, isPublic: invokers.includes("allUsers"), invokers };
}

/** Variables that the platform sets by itself, each with the copy's own region in it, or only after a change. */
const ofPlatform = new Set(["FUNCTION_REGION", "EVENTARC_CLOUD_EVENT_SOURCE", "LOG_EXECUTION_ID", "FUNCTION_TARGET"]);

/**
 * What both copies must share, by what people call it. A connector lies in the region of its copy; everything else is the
 * same text.
 */
function settingsOf(found: JsonObject): Readonly<Record<string, unknown>> {
  const build = objectAt(found, "buildConfig");
  const service = objectAt(found, "serviceConfig");
  const event = objectAt(found, "eventTrigger");
  const variables = Object.entries(objectAt(service, "environmentVariables")).filter(([key]) => !ofPlatform.has(key));
  const secrets = Array.isArray(service.secretEnvironmentVariables)
    ? (service.secretEnvironmentVariables as JsonObject[])
    : [];
  return {
    runtime: build.runtime,
    "entry point": build.entryPoint,
    memory: service.availableMemory,
    cpu: service.availableCpu,
    timeout: service.timeoutSeconds,
    minInstances: service.minInstanceCount,
    maxInstances: service.maxInstanceCount,
    concurrency: service.maxInstanceRequestConcurrency,
    "service account": service.serviceAccountEmail,
    ingress: service.ingressSettings,
    connector: textAt(service, "vpcConnector")?.split("/").at(-1) ?? null,
    ...Object.fromEntries(variables.map(([key, value]) => [`variable ${key}`, value])),
    ...Object.fromEntries(secrets.map((secret) => [`secret ${textAt(secret, "key") ?? "?"}`, secret])),
    "event type": event.eventType,
    "event filters": event.eventFilters,
    "retry of events": event.retryPolicy,
    "trigger's region": event.triggerRegion,
  };
}

function digest(value: unknown): string {
  return createHash("sha256").update(canonical(value)).digest("hex").slice(0, 16);
}

/** What is left out and what is null is the same nothing. */
function canonical(value: unknown): string {
  return JSON.stringify(value ?? null, (_key, one: unknown) =>
    typeof one === "object" && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : (one ?? null),
  );
}

function refuseFailed({ failures }: Outcome): void {
  if (failures.length > 0) throw new Refused(failures.map(({ message }) => message).join("\n"));
}

function sentence({ message, mend }: { readonly message: string; readonly mend: string | null }): string {
  return mend === null ? message : `${message} ${mend}`;
}

function objectAt(value: JsonObject, key: string): JsonObject {
  const found = value[key];
  return typeof found === "object" && found !== null && !Array.isArray(found) ? (found as JsonObject) : {};
}

function textAt(value: JsonObject, key: string): string | null {
  const found = value[key];
  return typeof found === "string" && found !== "" ? found : null;
}
