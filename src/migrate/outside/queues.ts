import type { GoogleWriter } from "../../clients/google-write.ts";
import { waitingTasks } from "../../clients/queue-tasks.ts";
import { overrideQueue, taskQueue } from "../../clients/task-queue.ts";
import { canonicalUrl, parseFunctionUrl } from "../../model/function-url.ts";
import type { LocatedName } from "../../model/move.ts";
import type { Queues } from "../ports/world.ts";
import { seen } from "./seen.ts";

/** Queues of Cloud Tasks. `account`: whose token the function's tasks are sent with. */
export function createQueues(
  google: GoogleWriter,
  project: string,
  account: (name: string, region: string) => Promise<string>,
): Queues {
  const nameOf = ({ region, name }: LocatedName): string => `projects/${project}/locations/${region}/queues/${name}`;
  const calledOf = ({ region, name }: LocatedName): string => `the queue ${name} in ${region}`;
  return {
    async look(queue) {
      return seen(calledOf(queue), async () => {
        const found = await taskQueue(google, nameOf(queue));
        if (found === null) return null;
        let waiting = 0;
        let lastDue: string | null = null;
        for await (const { scheduleTime } of waitingTasks(google, nameOf(queue))) {
          waiting += 1;
          if (lastDue === null || Date.parse(scheduleTime) > Date.parse(lastDue)) lastDue = scheduleTime;
        }
        const target = found.override === null ? null : parseFunctionUrl(found.override.url);
        return { state: found.state, waiting, lastDue, overriddenTo: target?.region ?? null };
      });
    },
    async override(queue, name, to) {
      await seen(calledOf(queue), async () => {
        const url = to === null ? null : canonicalUrl(project, to, name);
        const next = url === null ? null : { url, serviceAccountEmail: await account(name, to ?? ""), audience: url };
        await overrideQueue(google, nameOf(queue), next);
      });
    },
  };
}
