import type { Google, JsonObject } from "../../clients/google.ts";
import type { Holder } from "../../model/holders.ts";
import { type HolderRead, holderGap } from "./holder-read.ts";
import { holderUrl } from "./holder-url.ts";
import { type KnownDeployed, knownList } from "./known-deployed.ts";
import { listPerLocation } from "./per-location.ts";

/**
 * Cloud Scheduler jobs with an HTTP target, those that Firebase makes for scheduled functions among them.
 * @param regions Asked where Scheduler does not name its locations.
 */
export async function readScheduler(
  google: Google,
  project: string,
  regions: readonly string[],
  known: KnownDeployed | null,
): Promise<HolderRead> {
  const seen = knownList(known, "jobs", "scheduler");
  if (seen !== null) {
    const holders = seen.items.flatMap((job) => holderOfJob(job.name, job.region, job.uri, job.state));
    return { holders, gaps: seen.gaps, read: seen.read };
  }
  const { records, gaps, read } = await listPerLocation(google, project, regions, {
    kind: "scheduler",
    api: "cloudscheduler.googleapis.com/v1",
    key: "jobs",
    // Headers, bodies and tokens of the targets are not asked for.
    query: { pageSize: "500", fields: "nextPageToken,jobs(name,state,httpTarget/uri)" },
  });
  const holders: Holder[] = [];
  const odd = [];
  for (const record of records) {
    const [, region, id] = /\/locations\/([^/]+)\/jobs\/([^/]+)$/.exec(`${record.name}`) ?? [];
    if (region === undefined || id === undefined) {
      odd.push(holderGap("scheduler", "*", "a job in Google's answer has no name"));
    } else holders.push(...holderOfJob(id, region, uriOf(record), record.state));
  }
  return { holders, gaps: [...gaps, ...odd], read };
}

function holderOfJob(id: string, region: string, uri: string | null, state: unknown): Holder[] {
  if (uri === null) return [];
  const active = state !== "PAUSED" && state !== "DISABLED";
  return [{ kind: "scheduler", id, label: id, field: "httpTarget.uri", ...holderUrl(uri), active, region }];
}

function uriOf({ httpTarget }: JsonObject): string | null {
  if (typeof httpTarget !== "object" || httpTarget === null || !("uri" in httpTarget)) return null;
  return typeof httpTarget.uri === "string" && httpTarget.uri !== "" ? httpTarget.uri : null;
}
