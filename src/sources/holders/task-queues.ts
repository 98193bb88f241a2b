import type { Google, JsonObject } from "../../clients/google.ts";
import type { Gap } from "../../model/gap.ts";
import type { Holder } from "../../model/holders.ts";
import { type HolderRead, holderGap, reasonOf } from "./holder-read.ts";
import { holderUrl } from "./holder-url.ts";
import { type KnownDeployed, knownList } from "./known-deployed.ts";
import { listPerLocation } from "./per-location.ts";

interface Override {
  readonly id: string;
  readonly region: string;
  readonly state: unknown;
  /** `httpTarget.uriOverride` as Google writes it. */
  readonly uriOverride: Readonly<Record<string, unknown>>;
}

/**
 * Queues that send all their tasks to another address than each task's own. Any other queue holds no URL: its tasks do,
 * and a task function's queue lives and goes with its copy.
 * @param regions Asked where Tasks does not name its locations.
 */
export async function readTaskQueues(
  google: Google,
  project: string,
  regions: readonly string[],
  known: KnownDeployed | null,
): Promise<HolderRead> {
  const seen = knownList(known, "queues", "task-queue");
  if (seen !== null) {
    const overridden = seen.items.filter((queue) => queue.uriOverride !== null);
    const asked = await Promise.all(overridden.map((queue) => readOverride(google, project, queue.region, queue.name)));
    const overrides = asked.flatMap((answer) => (answer.override === null ? [] : [answer.override]));
    const gaps = asked.flatMap((answer) => (answer.gap === null ? [] : [answer.gap]));
    return { holders: overrides.flatMap(holderOf), gaps: [...seen.gaps, ...gaps], read: seen.read };
  }
  const { records, gaps, read } = await listPerLocation(google, project, regions, {
    kind: "task-queue",
    api: "cloudtasks.googleapis.com/v2",
    key: "queues",
    query: { pageSize: "1000", fields: "nextPageToken,queues(name,state,httpTarget/uriOverride)" },
  });
  return { holders: records.flatMap((record) => holderOf(overrideOf(record))), gaps, read };
}

/** The look at what is deployed keeps the host alone; which function it is stands in the path. */
async function readOverride(
  google: Google,
  project: string,
  region: string,
  id: string,
): Promise<{ override: Override | null; gap: Gap | null }> {
  try {
    const url = `https://cloudtasks.googleapis.com/v2/projects/${project}/locations/${region}/queues/${id}`;
    return { override: overrideOf(await google.get(url)), gap: null };
  } catch (thrown) {
    return { override: null, gap: holderGap("task-queue", id, reasonOf(thrown), region) };
  }
}

function overrideOf(queue: JsonObject): Override | null {
  const [, region, id] = /\/locations\/([^/]+)\/queues\/([^/]+)$/.exec(`${queue.name}`) ?? [];
  const { uriOverride } = objectOf(queue.httpTarget);
  if (region === undefined || id === undefined || uriOverride === undefined) return null;
  return { id, region, state: queue.state, uriOverride: objectOf(uriOverride) };
}

function holderOf(override: Override | null): Holder[] {
  if (override === null) return [];
  const { id, region, state, uriOverride } = override;
  const { host, port, scheme } = uriOverride;
  if (typeof host !== "string" || host === "") return [];
  const path = objectOf(uriOverride.pathOverride).path;
  const address = typeof port === "string" || typeof port === "number" ? `${host}:${port}` : host;
  const url = `${scheme === "HTTP" ? "http" : "https"}://${address}${typeof path === "string" ? path : ""}`;
  // A paused queue takes tasks and sends none.
  const active = state !== "PAUSED" && state !== "DISABLED";
  const field = "httpTarget.uriOverride";
  // Without a path the host is that of every function of a region: no secret, and which one it is each task says.
  const shown = regionsHost.test(url) ? { url, target: null } : holderUrl(url);
  return [{ kind: "task-queue", id, label: id, field, ...shown, active, region }];
}

const regionsHost = /^https:\/\/[a-z0-9-]+\.cloudfunctions\.net\/?$/;

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
