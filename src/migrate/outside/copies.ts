import { createHash } from "node:crypto";
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
      return found === null ? null : lookOf(found, await isPublic(found, name, region));
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

  /** Generation 1 has bindings of its own; generation 2 those of its service. */
  async function isPublic(found: JsonObject, name: string, region: string): Promise<boolean | null> {
    const service = textAt(objectAt(found, "serviceConfig"), "service");
    const isFirst = found.environment === "GEN_1";
    if (!isFirst && service === null) return null;
    const url = isFirst
      ? `https://cloudfunctions.googleapis.com/v1/projects/${project}/locations/${region}/functions/${name}:getIamPolicy`
      : `https://run.googleapis.com/v2/${service}:getIamPolicy`;
    const policy = await read(url, `who may call ${name} in ${region}`);
    const bindings = Array.isArray(policy?.bindings) ? (policy.bindings as JsonObject[]) : [];
    return bindings.some(({ role, members }) => {
      const opens = role === "roles/run.invoker" || role === "roles/cloudfunctions.invoker";
      return opens && Array.isArray(members) && members.includes("allUsers");
    });
  }
}

const states: ReadonlySet<string> = new Set(["ACTIVE", "FAILED", "DEPLOYING", "DELETING", "OFFLINE"]);

function lookOf(found: JsonObject, isPublic: boolean | null): CopyLook {
  const state = typeof found.state === "string" && states.has(found.state) ? (found.state as FunctionState) : "UNKNOWN";
  const settings = settingsOf(found);
  const parts = Object.entries(settings).map(([name, value]) => [name, hashOf(value)]);
  return { state, settings: hashOf(settings), parts: Object.fromEntries(parts), isPublic };
}

/** Variables that the platform sets by itself, each with the copy's own region in it, or only after a change. */
const ofPlatform = new Set(["FUNCTION_REGION", "EVENTARC_CLOUD_EVENT_SOURCE", "LOG_EXECUTION_ID", "FUNCTION_TARGET"]);

/** What both copies must share. A connector lies in the region of its copy; everything else is the same text. */
function settingsOf(found: JsonObject): Readonly<Record<string, unknown>> {
  const build = objectAt(found, "buildConfig");
  const service = objectAt(found, "serviceConfig");
  const event = objectAt(found, "eventTrigger");
  const variables = Object.entries(objectAt(service, "environmentVariables")).filter(([key]) => !ofPlatform.has(key));
  return {
    runtime: build.runtime,
    entryPoint: build.entryPoint,
    memory: service.availableMemory,
    cpu: service.availableCpu,
    timeout: service.timeoutSeconds,
    minimum: service.minInstanceCount,
    maximum: service.maxInstanceCount,
    concurrency: service.maxInstanceRequestConcurrency,
    account: service.serviceAccountEmail,
    ingress: service.ingressSettings,
    connector: textAt(service, "vpcConnector")?.split("/").at(-1) ?? null,
    variables: Object.fromEntries(variables),
    secrets: service.secretEnvironmentVariables,
    event: event.eventType,
    filters: event.eventFilters,
    retries: event.retryPolicy,
    triggerRegion: event.triggerRegion,
  };
}

function hashOf(value: unknown): string {
  return createHash("sha256").update(canonical(value)).digest("hex").slice(0, 16);
}

function canonical(value: unknown): string {
  return JSON.stringify(value ?? null, (_key, one: unknown) =>
    typeof one === "object" && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
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
