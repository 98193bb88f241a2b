import { z } from "zod";

let found: Promise<string> | null = null;

/**
 * Region of the copy that is running, as its surroundings tell: no code knows it. Deployers set FUNCTION_REGION or the
 * copy's resource name; on Cloud Run without either the metadata server knows. "unknown" anywhere else.
 */
export function copyRegion(environment: NodeJS.ProcessEnv = process.env): Promise<string> {
  const set = environment.FUNCTION_REGION;
  if (set !== undefined && set !== "") return Promise.resolve(set);
  const named = environment.EVENTARC_CLOUD_EVENT_SOURCE?.match(/\/locations\/([^/]+)\//)?.[1];
  if (named !== undefined) return Promise.resolve(named);
  if (environment.K_SERVICE === undefined) return Promise.resolve("unknown");
  found ??= fromMetadata(environment.GCE_METADATA_HOST ?? "metadata.google.internal");
  return found;
}

/** The metadata server answers "projects/NUMBER/regions/NAME". */
async function fromMetadata(host: string): Promise<string> {
  try {
    const answer = await fetch(`http://${host}/computeMetadata/v1/instance/region`, {
      headers: { "metadata-flavor": "Google" },
      signal: AbortSignal.timeout(2_000),
    });
    return z.string().parse((await answer.text()).match(/\/regions\/([\w-]+)$/)?.[1]);
  } catch {
    found = null;
    return "unknown";
  }
}
