import type { DeployerSourceOptions } from "../../../src/cli/wire/migrate/deployer-source.ts";
import type { Deployer, Outcome } from "../../../src/deployers/port.ts";
import type { FunctionEntry, Manifest } from "../../../src/manifest/manifest.ts";
import type { DeployerSource } from "../../../src/migrate/outside/copies.ts";

/*
 * An implementation of the Deployer port for tests, which stands in the program in place of the file that chooses a
 * deployer for a move: it brings a copy to the sandbox by its API as the like of a copy that is live, with what hangs on it,
 * and deletes what the manifest does not name. Its state is what is live.
 */

type Json = Record<string, unknown>;
type Ask = (method: string, path: string, body?: Json) => Promise<Json | null>;

export function createDeployerSource({ load, services, io }: DeployerSourceOptions): DeployerSource {
  async function ask(method: string, path: string, body?: Json): Promise<Json | null> {
    // Told from the move's own calls in the sandbox's log.
    const mark = `${path.includes("?") ? "&" : "?"}asked-by=deployer`;
    const response = await fetch(`${services.endpoint.base}/${path}${mark}`, {
      method,
      headers: { authorization: `Bearer ${await services.token()}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.any([io.signal, AbortSignal.timeout(30_000)]),
    });
    const answer = (await response.json()) as Json;
    if (response.status === 404) return null;
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
    return answer;
  }

  return {
    async open(name, without) {
      const { manifest } = await load();
      const deployer = deployerOf(manifest, ask, (entry) =>
        wantedOf(entry).filter((region) => entry.name !== name || region !== without),
      );
      return { deployer, close: async () => {} };
    },
    async knows(name, region) {
      const { project } = (await load()).manifest.environment;
      const copies = await liveIn(project, ask);
      return copies.some((copy) => copy.function === name && copy.region === region) ? "deployed" : null;
    },
    forget: () => unused("forget"),
  };
}

async function liveIn(project: string, ask: Ask): Promise<{ readonly function: string; readonly region: string }[]> {
  const path = `cloudfunctions.googleapis.com/v2/projects/${project}/locations/-/functions`;
  const { functions = [] } = ((await ask("GET", path)) ?? {}) as { functions?: { name: string }[] };
  return functions.map(({ name }) => {
    const [, , , region = "", , id = ""] = name.split("/");
    return { function: id, region };
  });
}

function deployerOf(manifest: Manifest, ask: Ask, wanted: (entry: FunctionEntry) => readonly string[]): Deployer {
  const { project } = manifest.environment;
  const functionsIn = (region: string) => `cloudfunctions.googleapis.com/v2/${placeIn(region)}/functions`;
  const placeIn = (region: string) => `projects/${project}/locations/${region}`;
  const jobIn = (name: string, region: string) =>
    `cloudscheduler.googleapis.com/v1/${placeIn(region)}/jobs/firebase-schedule-${name}-${region}`;
  const queueIn = (name: string, region: string) => `cloudtasks.googleapis.com/v2/${placeIn(region)}/queues/${name}`;

  async function create(name: string, from: string, region: string): Promise<void> {
    const like = await ask("GET", `${functionsIn(from)}/${name}`);
    if (like === null) throw new Error(`${name} is not live in ${from}`);
    await ask("POST", `${functionsIn(region)}?functionId=${name}`, bodyLike(like));
    // Lets the operation end.
    const made = await ask("GET", `${functionsIn(region)}/${name}`);
    const policy = await ask("GET", `run.googleapis.com/v2/${serviceOf(like)}:getIamPolicy`);
    const bindings = policy?.bindings ?? [];
    await ask("POST", `run.googleapis.com/v2/${serviceOf(made)}:setIamPolicy`, { policy: { bindings } });
    const job = await ask("GET", jobIn(name, from));
    if (job !== null) {
      const { uri } = (made?.serviceConfig ?? {}) as Json;
      const target = job.httpTarget as Json;
      const oidcToken = { ...(target.oidcToken as Json), audience: uri };
      const { schedule, timeZone, retryConfig, attemptDeadline } = job;
      await ask("POST", `cloudscheduler.googleapis.com/v1/${placeIn(region)}/jobs`, {
        name: `${placeIn(region)}/jobs/firebase-schedule-${name}-${region}`,
        ...{ schedule, timeZone, retryConfig, attemptDeadline },
        httpTarget: { ...target, uri, oidcToken },
      });
    }
    const queue = await ask("GET", queueIn(name, from));
    if (queue !== null) {
      const { rateLimits, retryConfig } = queue;
      await ask("POST", `cloudtasks.googleapis.com/v2/${placeIn(region)}/queues`, {
        name: `${placeIn(region)}/queues/${name}`,
        ...{ rateLimits, retryConfig },
      });
    }
  }

  async function remove(name: string, region: string): Promise<void> {
    // The job first, so that it calls nobody who is gone.
    await ask("DELETE", jobIn(name, region));
    await ask("DELETE", `${functionsIn(region)}/${name}`);
    await ask("DELETE", queueIn(name, region));
    // Lets the operation end.
    await ask("GET", `${functionsIn(region)}/${name}`);
  }

  return {
    async deploy({ scope }): Promise<Outcome> {
      const copies = await liveIn(project, ask);
      const isAsked = (name: string, region: string): boolean =>
        (scope.functions.length === 0 || scope.functions.includes(name)) &&
        (scope.regions.length === 0 || scope.regions.includes(region));
      for (const entry of manifest.functions.values()) {
        const there = copies.filter((copy) => copy.function === entry.name).map(({ region }) => region);
        for (const region of wanted(entry)) {
          const [from] = there;
          if (!isAsked(entry.name, region) || there.includes(region) || from === undefined) continue;
          await create(entry.name, from, region);
        }
        for (const region of there) {
          if (isAsked(entry.name, region) && !wanted(entry).includes(region)) await remove(entry.name, region);
        }
      }
      return { changes: [], unchanged: 0, failures: [], notes: [] };
    },
    async readState() {
      const copies = await liveIn(project, ask);
      return { copies: copies.map((copy) => ({ ...copy, generation: 2, adopted: false })), interrupted: 0 };
    },
    preview: () => unused("preview"),
    adopt: () => unused("adopt"),
    compareSizes: () => unused("compareSizes"),
    destroy: () => unused("destroy"),
  };
}

async function unused(name: string): Promise<never> {
  throw new Error(`no move asks this deployer for ${name}`);
}

function wantedOf({ regions, moving }: FunctionEntry): readonly string[] {
  return moving === null ? regions : [...regions, moving.from];
}

function serviceOf(copy: Json | null): string {
  return String((copy?.serviceConfig as Json | undefined)?.service);
}

/** What another copy of the same function is made from. */
function bodyLike({ labels, buildConfig, serviceConfig, eventTrigger }: Json): Json {
  const { runtime, entryPoint } = buildConfig as Json;
  const { service: _service, uri: _uri, revision: _revision, ...service } = serviceConfig as Json;
  const { trigger: _trigger, ...event } = (eventTrigger ?? {}) as Json;
  return {
    labels,
    buildConfig: { runtime, entryPoint },
    serviceConfig: service,
    ...(eventTrigger === undefined ? {} : { eventTrigger: event }),
  };
}
