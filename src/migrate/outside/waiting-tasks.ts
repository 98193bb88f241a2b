import { textAt } from "../../clients/change-address.ts";
import type { Google } from "../../clients/google.ts";
import { waitingTasks } from "../../clients/queue-tasks.ts";
import { taskQueue } from "../../clients/task-queue.ts";
import { parseFunctionUrl, serviceNameOf } from "../../model/function-url.ts";
import type { LocatedName } from "../../model/move.ts";
import { seen } from "./seen.ts";

/**
 * What waits for a copy in queues that are of no task function: each of their tasks has an address of its own. "3 tasks of
 * the queue reports in europe-west1 that lead to …"; null: nothing. Rejects with Unseen where a queue cannot be read.
 */
export async function tasksWaitingFor(
  google: Google,
  project: string,
  queues: readonly LocatedName[],
  name: string,
  region: string,
): Promise<string | null> {
  for (const queue of queues) {
    const called = `the queue ${queue.name} in ${queue.region}`;
    const full = `projects/${project}/locations/${queue.region}/queues/${queue.name}`;
    const found = await seen(called, () => taskQueue(google, full));
    if (found === null || overridesAll(found.record)) continue;
    let count = 0;
    let lastDue = "";
    await seen(`what waits in ${called}`, async () => {
      for await (const { url, scheduleTime } of waitingTasks(google, full)) {
        const target = url === null ? null : parseFunctionUrl(url);
        if (target?.region !== region || serviceNameOf(target.name) !== serviceNameOf(name)) continue;
        count += 1;
        if (lastDue === "" || Date.parse(scheduleTime) > Date.parse(lastDue)) lastDue = scheduleTime;
      }
    });
    if (count > 0) {
      const tasks = count === 1 ? "a task" : `${count} tasks`;
      return `${tasks} of ${called} to be done by ${name} in ${region}, the last due ${lastDue}`;
    }
  }
  return null;
}

/** Whatever address a task has, it is sent to the queue's. */
function overridesAll(record: Readonly<Record<string, unknown>>): boolean {
  const override = "httpTarget.uriOverride";
  return (
    textAt(record, `${override}.host`) !== "" &&
    textAt(record, `${override}.uriOverrideEnforceMode`) !== "IF_NOT_EXISTS"
  );
}
