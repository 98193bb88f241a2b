import {
  archiveLogicalName,
  codebaseLabel,
  copyName,
  hashLabel,
  hashLabelValue,
  labelValue,
  regionComponent,
  roleLogicalName,
  scheduleTopicLogicalName,
  secretLogicalName,
  storageAgentLogicalName,
  toolLabel,
  topicLogicalName,
} from "../names.ts";
import type { ProjectFacts } from "../read-endpoints.ts";
import type { ComponentName, Copy, Input } from "../resource.ts";
import { eventReceiver, storagePublisher } from "../roles.ts";
import { type FleetFunction, fullEmail } from "./fleet.ts";
import { listensToStorage } from "./storage-agent.ts";

/** What is the same for one copy whatever its generation. */
export interface CopyPlan {
  readonly function: FleetFunction;
  readonly of: Copy;
  readonly project: string;
  /** Its component. */
  readonly parent: ComponentName;
  readonly labels: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string>>;
  readonly secrets: Input;
  /** Members of its invoker binding. */
  readonly invokers: readonly Invoker[];
  /** Where an event trigger of generation 2, or a job of generation 1, stands; null = the copy's own region. */
  readonly triggerRegion: string | null;
  readonly dependsOn: readonly string[];
}

export interface Invoker {
  /** As IAM writes it. */
  readonly member: string;
  /** Logical names of what has to be there first: IAM refuses an account that does not exist. */
  readonly dependsOn: readonly string[];
}

export function planCopy(
  one: FleetFunction,
  region: string,
  project: ProjectFacts,
  /** Emails of the accounts whose tasks it takes. */
  taskCallers: readonly string[],
  triggerRegion: string | null,
  /** Logical names of the accounts that are part of the plan, by their emails. */
  accounts: ReadonlyMap<string, string>,
): CopyPlan {
  const of = { function: one.entry.name, region };
  const { projectId } = project;
  const { secrets } = one.endpoint;
  return {
    function: one,
    of,
    project: projectId,
    parent: regionComponent(one.entry.class, region),
    labels: labelsOf(one),
    variables: variablesOf(one, of, project),
    secrets:
      secrets.length === 0
        ? undefined
        : secrets.map(({ variable, secret }) => ({ key: variable, projectId, secret, version: "latest" })),
    invokers: invokersOf(one, projectId, taskCallers).map((member) => {
      const account = accounts.get(member.replace(/^serviceAccount:/, ""));
      return { member, dependsOn: account === undefined ? [copyName(of)] : [copyName(of), account] };
    }),
    triggerRegion,
    dependsOn: dependsOn(one, of, projectId),
  };
}

/** The kind stands in labels, as the Firebase CLI writes them: an HTTPS endpoint does not say that it is a callable. */
function labelsOf({ entry, endpoint, codebase }: FleetFunction): Record<string, string> {
  const { trigger } = endpoint;
  return {
    ...endpoint.labels,
    ...toolLabel,
    ...(trigger.kind === "callable" ? { "deployment-callable": "true" } : {}),
    ...(trigger.kind === "callable" && trigger.isGenkit ? { "genkit-action": "true" } : {}),
    ...(trigger.kind === "scheduled" ? { "deployment-scheduled": "true" } : {}),
    ...(trigger.kind === "task" ? { "deployment-taskqueue": "true" } : {}),
    ...(entry.codebase === "default" ? {} : { [codebaseLabel]: labelValue(entry.codebase) }),
    [hashLabel]: hashLabelValue(codebase.archive.sha256),
  };
}

/** What the code reads from its environment: the codebase's own values, then what Firebase's SDK expects of a platform. */
function variablesOf({ endpoint, codebase }: FleetFunction, of: Copy, project: ProjectFacts): Record<string, string> {
  const { projectId, storageBucket, databaseURL } = project;
  const firebase = {
    projectId,
    ...(databaseURL === null ? {} : { databaseURL }),
    ...(storageBucket === null ? {} : { storageBucket }),
  };
  return {
    ...codebase.endpoints.variables,
    ...endpoint.environmentVariables,
    FIREBASE_CONFIG: JSON.stringify(firebase),
    GCLOUD_PROJECT: projectId,
    ...(endpoint.generation === 2
      ? {
          EVENTARC_CLOUD_EVENT_SOURCE: `projects/${projectId}/locations/${of.region}/services/${of.function}`,
          FUNCTION_REGION: of.region,
        }
      : { EVENTARC_CLOUD_EVENT_SOURCE: `projects/${projectId}/locations/${of.region}/functions/${of.function}` }),
  };
}

/** Everybody for callables and open https functions; else whoever the code names, and the identity that starts it. */
function invokersOf(one: FleetFunction, project: string, taskCallers: readonly string[]): string[] {
  const { trigger } = one.endpoint;
  const account = (email: string): string => `serviceAccount:${email}`;
  switch (trigger.kind) {
    case "callable":
      return ["allUsers"];
    case "https":
      return trigger.invoker === null ? ["allUsers"] : named(trigger.invoker, project);
    case "task":
      return [...new Set([...named(trigger.invoker ?? [], project), ...taskCallers.map(account)])];
    default:
      return [account(one.account.email)];
  }
}

/** As the Firebase CLI reads the list: "public", "private", or accounts. */
function named(invoker: readonly string[], project: string): string[] {
  if (invoker.includes("public")) return ["allUsers"];
  return invoker.filter((one) => one !== "private").map((one) => `serviceAccount:${fullEmail(one, project)}`);
}

function dependsOn(one: FleetFunction, of: Copy, project: string): string[] {
  const { entry, endpoint, codebase, account } = one;
  const { trigger, generation, secrets } = endpoint;
  const names = [archiveLogicalName(entry.codebase, codebase.archive.sha256)];
  // Its roles depend on the account, so these wait for it, too.
  if (account.own) {
    names.push(`${entry.class}/account`);
    for (const { secret } of secrets) names.push(secretLogicalName(entry.class, secret));
    if (trigger.kind === "event" && generation === 2) names.push(roleLogicalName(entry.class, eventReceiver));
  }
  if (trigger.kind === "scheduled" && generation === 1) names.push(scheduleTopicLogicalName(of));
  if (listensToStorage(one)) names.push(storageAgentLogicalName(storagePublisher));
  const topic = trigger.kind === "event" ? ownTopic(trigger.filters.topic, project) : null;
  if (topic !== null) names.push(topicLogicalName(topic));
  return names;
}

/** Short name of a topic of the project itself; null for none, or one of another project. */
export function ownTopic(written: string | undefined, project: string): string | null {
  if (written === undefined) return null;
  const full = /^projects\/([^/]+)\/topics\/([^/]+)$/.exec(written);
  if (full === null) return written;
  return full[1] === project ? (full[2] ?? null) : null;
}
