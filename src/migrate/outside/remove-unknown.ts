import { removeCopy } from "../../clients/deployed-copy.ts";
import type { GoogleWriter } from "../../clients/google-write.ts";
import { deleteJob } from "../../clients/scheduler-write.ts";
import { Refused, Unseen } from "../ports/world.ts";
import { seen } from "./seen.ts";

/**
 * Deletes a copy that no deployer knows, through Google's API. Its Scheduler job goes first, so that it calls nobody who is
 * gone; its triggers go with it. Its queue stays: a queue that is deleted takes its tasks along, and its name is blocked.
 */
export function createRemoval(google: GoogleWriter, project: string): (name: string, region: string) => Promise<void> {
  return async (name, region) => {
    const place = `projects/${project}/locations/${region}`;
    const what = `${name} in ${region}`;
    await seen(`the job of ${what}`, () => deleteJob(google, `${place}/jobs/firebase-schedule-${name}-${region}`));
    const removal = await seen(what, () => removeCopy(google, `${place}/functions/${name}`));
    if (removal.outcome === "failed") throw new Refused(`${what} was not deleted: ${removal.reason}`);
    if (removal.outcome === "under-way") throw new Unseen(`the deletion of ${what} to end`);
  };
}
