import { setTimeout as sleep } from "node:timers/promises";
import type { Faults } from "../faults.ts";
import type { Blobs } from "../state/blobs.ts";
import { numberAt } from "../state/json.ts";
import { defaultAccount, functionName, partsOf } from "../state/names.ts";
import { settle } from "../state/operations.ts";
import { countRequest } from "../state/requests.ts";
import type { FunctionResource, State } from "../state/state.ts";
import { hostOf } from "./address.ts";
import { ChildFailure } from "./child.ts";
import { Children } from "./children.ts";
import type { CopyAddress, Delivery, DeliveryAnswer, DeliveryRequest } from "./delivery.ts";
import { archiveOf, type Bases, entryPointOf, ownVariables, sharedVariables, signatureOf } from "./environment.ts";
import { mayInvoke } from "./invoker.ts";
import { Places } from "./places.ts";
import { RunLog } from "./run-log.ts";

export interface RuntimeOptions {
  readonly state: () => State;
  readonly now: () => Date;
  readonly faults: Faults;
  readonly blobs: Blobs;
  /** Token of the sandbox: with it a caller passes IAM. The code never sees it. */
  readonly token: string;
  /** Folder of the project, whose packages the code runs with. */
  readonly root: string;
  readonly idleMs: number;
  /** Where children find the sandbox; asked when one starts. */
  readonly bases: () => Promise<Bases>;
}

/** Runs the deployed code: one child process per archive and region, started when it is first called. */
export class Runtime implements Delivery {
  readonly log = new RunLog();
  readonly children: Children;
  readonly #options: RuntimeOptions;
  readonly #places = new Places();
  /** When it was last looked which children are still needed; `Date.now()`. */
  #lookedAt = 0;

  constructor(options: RuntimeOptions) {
    this.#options = options;
    const { blobs, now, root, idleMs } = options;
    this.children = new Children({ blobs, log: this.log, now, root, idleMs });
  }

  /** See Delivery. Waits for a fault's delay, counts the request, and answers as Google's front end would. */
  async deliver(copy: CopyAddress, request: DeliveryRequest): Promise<DeliveryAnswer> {
    const { now, faults } = this.#options;
    const state = this.#options.state();
    settle(state, now());
    const name = functionName(state, copy.region, copy.id);
    const resource = state.functions[name];
    if (resource === undefined) return page(404, "The requested URL was not found on this server.");
    const subject = { host: hostOf(state, copy), method: request.method, path: `/${copy.id}${request.path}` };
    const fault = faults.take(subject);
    if (fault.delayMs > 0) await sleep(fault.delayMs);
    if (fault.answer === null && !this.#mayInvoke(state, resource, request)) {
      // Google's front end refuses it; the copy never sees it, and it is not counted.
      return page(403, "Your client does not have permission to get this URL from this server.");
    }
    const answer =
      fault.answer === null
        ? await this.#places.use(name, placesOf(resource), () => this.#answer(state, resource, request))
        : page(fault.answer.kind === "status" ? fault.answer.status : 502, "The service is currently unavailable.");
    countRequest(state, name, answer.status, now());
    return answer;
  }

  #mayInvoke(state: State, resource: FunctionResource, { headers }: DeliveryRequest): boolean {
    return this.#isOurs(headers.authorization) || mayInvoke(state, resource, headers.authorization);
  }

  /** The sandbox's own token opens every copy, whose code does not see it. */
  #isOurs(authorization: string | undefined): boolean {
    return authorization === `Bearer ${this.#options.token}`;
  }

  async #answer(state: State, resource: FunctionResource, request: DeliveryRequest): Promise<DeliveryAnswer> {
    const headers = { ...request.headers };
    if (this.#isOurs(headers.authorization)) delete headers.authorization;
    const { region, id } = partsOf(resource.name);
    // Its first deployment has not ended, or has failed.
    if (resource.serviceConfig.revision === undefined) {
      return page(404, "The requested URL was not found on this server.");
    }
    const archive = archiveOf(state, resource);
    if (archive === null) {
      return page(501, `The sandbox has no code of ${id} in ${region}: it comes from the seed. Deploy it first.`);
    }
    try {
      const child = await this.#child(state, resource, archive);
      const key = `${resource.name} ${resource.updateTime} ${String(resource.serviceConfig.revision)}`;
      const timeoutMs = (numberAt(resource.serviceConfig, "timeoutSeconds") ?? 60) * 1000;
      return await child.use(async () => {
        await child.serve({
          key,
          entryPoint: entryPointOf(resource),
          signature: signatureOf(resource),
          variables: ownVariables(state, resource),
        });
        return child.deliver(key, { ...request, headers }, timeoutMs);
      });
    } catch (error) {
      if (!(error instanceof ChildFailure)) throw error;
      const text = `${id} in ${region}: ${error.message}.`;
      const at = this.#options.now().toISOString();
      this.log.add({ at, region, archive: archive.slice(0, 12), from: "sandbox", text });
      if (error.reason === "timeout") return page(504, "upstream request timeout");
      return page(500, error.reason === "start" ? `The sandbox cannot run ${text}` : "Internal Server Error");
    }
  }

  async #child(state: State, resource: FunctionResource, archive: string) {
    const { region } = partsOf(resource.name);
    const now = Date.now();
    // Looking at every function for every request would be most of the work of a large fleet.
    if (!this.children.has(region, archive) || now - this.#lookedAt > lookMs) {
      this.#lookedAt = now;
      void this.children.endUnused(usedIn(state));
    }
    const bases = await this.#options.bases();
    return this.children.get(region, archive, (folder) => ({
      start: {
        folder,
        project: state.project,
        projectNumber: state.projectNumber,
        region,
        account: String(resource.serviceConfig.serviceAccountEmail ?? defaultAccount(state, 2)),
      },
      // Code reads variables while it is loaded, too, when no function is running: then it sees those of all.
      env: {
        ...Object.assign(
          {},
          ...siblingsOf(state, region, archive)
            .map((other) => ownVariables(state, other))
            .reverse(),
        ),
        ...sharedVariables(state, folder, bases),
      },
    }));
  }
}

/** Requests that the copy takes at once, when as many instances run as may. */
function placesOf({ serviceConfig }: FunctionResource): number {
  const instances = numberAt(serviceConfig, "maxInstanceCount") ?? 100;
  return Math.max(1, instances * (numberAt(serviceConfig, "maxInstanceRequestConcurrency") ?? 1));
}

/** How long a child of an archive that nothing is deployed from any more may be left alone. */
const lookMs = 1000;

/** Region and archive of every deployed copy that has code. */
function usedIn(state: State): Set<string> {
  const used = new Set<string>();
  for (const one of Object.values(state.functions)) {
    const digest = archiveOf(state, one);
    if (digest !== null) used.add(`${partsOf(one.name).region} ${digest}`);
  }
  return used;
}

function siblingsOf(state: State, region: string, archive: string): FunctionResource[] {
  return Object.values(state.functions).filter(
    (other) => partsOf(other.name).region === region && archiveOf(state, other) === archive,
  );
}

function page(status: number, text: string): DeliveryAnswer {
  const body = Buffer.from(
    `<html><head><title>${status}</title></head><body><h1>${status}</h1><p>${text}</p></body></html>\n`,
  );
  return { status, headers: { "content-type": "text/html; charset=UTF-8" }, body };
}
