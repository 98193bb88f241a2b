import type { GoogleWriter } from "../../clients/google-write.ts";
import { waitingTasks } from "../../clients/queue-tasks.ts";
import { overrideQueue, taskQueue } from "../../clients/task-queue.ts";
import { canonicalUrl, parseFunctionUrl } from "../../model/function-url.ts";
import type { LocatedName } from "../../model/move.ts";
import { type Queues, Refused } from "../ports/world.ts";
import { seen } from "./seen.ts";

/** Queues of Cloud Tasks. */
export function createQueues(google: GoogleWriter, project: string): Queues {
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
        if (to === null) return overrideQueue(google, nameOf(queue), null);
        const url = canonicalUrl(project, to, name);
        const serviceAccountEmail = await accountOf(nameOf(queue));
        return overrideQueue(google, nameOf(queue), { url, serviceAccountEmail, audience: url });
      });
    },
  };
  /** Whose token the waiting tasks are sent with: an override replaces it, and has to name one. */
  async function accountOf(queue: string): Promise<string> {
    for await (const { whole } of waitingTasks(google, queue)) {
      const { httpRequest } = whole.reveal() as { httpRequest?: { oidcToken?: { serviceAccountEmail?: unknown } } };
      const email = httpRequest?.oidcToken?.serviceAccountEmail;
      if (typeof email === "string") return email;
    }
    throw new Refused(
      "no waiting task names the account whose token it is sent with: let the queue run empty instead.",
    );
  }
}
