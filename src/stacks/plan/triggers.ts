import { canonicalUrl } from "../../model/function-url.ts";
import type { EndpointTrigger, ScheduleRetry } from "../endpoint.ts";
import {
  copyName,
  invokerName,
  jobLogicalName,
  queueLogicalName,
  scheduleId,
  scheduleTopicLogicalName,
  toolLabel,
} from "../names.ts";
import type { Input, ResourceSpec } from "../resource.ts";
import type { Size } from "../size.ts";
import type { CopyPlan } from "./copy.ts";

type Scheduled = Extract<EndpointTrigger, { kind: "scheduled" }>;
type Task = Extract<EndpointTrigger, { kind: "task" }>;

/** What starts a copy beside the function itself: its Scheduler job (of generation 1 with a topic), or its queue. */
export function planTrigger(copy: CopyPlan, size: Size): ResourceSpec[] {
  const { endpoint } = copy.function;
  const { trigger } = endpoint;
  if (trigger.kind === "task") return [queue(copy, trigger)];
  if (trigger.kind !== "scheduled") return [];
  return endpoint.generation === 1 ? [topic(copy), jobOnTopic(copy, trigger)] : [jobOnUrl(copy, trigger, size)];
}

/** The Firebase CLI's own default, which differs by generation. */
const usualTimeZone = { 1: "America/Los_Angeles", 2: "UTC" };

/** How long Scheduler waits for an answer: the function's own time, within what Scheduler allows. */
function deadline(timeoutSeconds: number): string {
  return `${Math.max(180, Math.min(timeoutSeconds, 1800))}s`;
}

function jobOnUrl(copy: CopyPlan, trigger: Scheduled, { timeoutSeconds }: Size): ResourceSpec {
  const { project, of } = copy;
  const { email } = copy.function.account;
  const uri = canonicalUrl(project, of.region, of.function);
  return job(copy, trigger, [copyName(of), invokerName(of, `serviceAccount:${email}`, project)], {
    attemptDeadline: deadline(timeoutSeconds),
    httpTarget: { uri, httpMethod: "POST", oidcToken: { serviceAccountEmail: email, audience: uri } },
  });
}

function jobOnTopic(copy: CopyPlan, trigger: Scheduled): ResourceSpec {
  const { project, of } = copy;
  return job(copy, trigger, [copyName(of), scheduleTopicLogicalName(of)], {
    pubsubTarget: { topicName: `projects/${project}/topics/${scheduleId(of)}`, attributes: { scheduled: "true" } },
  });
}

function job(
  { project, of, parent, function: one, triggerRegion }: CopyPlan,
  trigger: Scheduled,
  dependsOn: readonly string[],
  target: ResourceSpec["inputs"],
): ResourceSpec {
  return {
    type: "gcp:cloudscheduler/job:Job",
    name: jobLogicalName(of),
    parent,
    inputs: {
      project,
      region: triggerRegion ?? of.region,
      name: scheduleId(of),
      schedule: trigger.schedule,
      timeZone: trigger.timeZone ?? usualTimeZone[one.endpoint.generation],
      retryConfig: retryInputs(trigger.retry),
      ...target,
    },
    dependsOn,
    of,
    options: {},
  };
}

function retryInputs(retry: ScheduleRetry): Input {
  const inputs = {
    retryCount: retry.retryCount ?? undefined,
    maxRetryDuration: retry.maxRetry ?? undefined,
    minBackoffDuration: retry.minBackoff ?? undefined,
    maxBackoffDuration: retry.maxBackoff ?? undefined,
    maxDoublings: retry.maxDoublings ?? undefined,
  };
  return Object.values(inputs).every((value) => value === undefined) ? undefined : inputs;
}

function topic({ project, of, parent }: CopyPlan): ResourceSpec {
  return {
    type: "gcp:pubsub/topic:Topic",
    name: scheduleTopicLogicalName(of),
    parent,
    inputs: { project, name: scheduleId(of), labels: toolLabel },
    dependsOn: [],
    of,
    options: {},
  };
}

/** Limits and attempts as the Firebase CLI sets them where the code says nothing. */
function queue({ project, of, parent }: CopyPlan, { rateLimits, retry }: Task): ResourceSpec {
  return {
    type: "gcp:cloudtasks/queue:Queue",
    name: queueLogicalName(of),
    parent,
    inputs: {
      project,
      location: of.region,
      name: of.function,
      rateLimits: {
        maxConcurrentDispatches: rateLimits.maxConcurrentDispatches ?? 1000,
        maxDispatchesPerSecond: rateLimits.maxDispatchesPerSecond ?? 500,
      },
      retryConfig: {
        maxAttempts: retry.maxAttempts ?? 3,
        maxRetryDuration: retry.maxRetry ?? undefined,
        minBackoff: retry.minBackoff ?? "0.100s",
        maxBackoff: retry.maxBackoff ?? "3600s",
        maxDoublings: retry.maxDoublings ?? 16,
      },
    },
    // First the function: a task that is enqueued must find somebody to be sent to.
    dependsOn: [copyName(of)],
    of,
    options: {},
  };
}
