import type { Problem } from "../../model/problem.ts";
import { sourcesComponent, storageAgentLogicalName } from "../names.ts";
import type { ResourceSpec } from "../resource.ts";
import { storagePublisher } from "../roles.ts";
import { type FleetFunction, problem, type TriggerPlaces } from "./fleet.ts";

/** Whether a copy is started by Eventarc for what happens in a bucket. Generation 1 hears of it without Eventarc. */
export function listensToStorage({ endpoint: { generation, trigger } }: FleetFunction): boolean {
  return generation === 2 && trigger.kind === "event" && trigger.eventType.startsWith("google.cloud.storage.");
}

/**
 * What Cloud Storage's own account needs before a function can listen to a bucket: nothing where none does. Where its
 * address could not be read there are problems: a plan without the role would take it away from functions that have it.
 */
export function planStorageAgent(
  functions: readonly FleetFunction[],
  { storageAgent }: TriggerPlaces,
  project: string,
): { readonly resources: readonly ResourceSpec[]; readonly problems: readonly Problem[] } {
  const listeners = functions.filter(listensToStorage);
  if (listeners.length === 0) return { resources: [], problems: [] };
  if ("unread" in storageAgent) {
    const problems = listeners.map(({ entry }) => {
      const message = `${entry.name} listens to a bucket, and the account that Cloud Storage publishes as could not be read (${storageAgent.unread}), which must be given ${storagePublisher}.`;
      return problem(entry, message, "Whoever deploys needs resourcemanager.projects.get; see docs/permissions.md.");
    });
    return { resources: [], problems };
  }
  const role = storagePublisher;
  const spec: ResourceSpec = {
    type: "gcp:projects/iAMMember:IAMMember",
    name: storageAgentLogicalName(role),
    parent: sourcesComponent,
    inputs: { project, role, member: `serviceAccount:${storageAgent.email}` },
    dependsOn: [],
    of: null,
    // Functions that others deploy need it, too.
    options: { retainOnDelete: true },
  };
  return { resources: [spec], problems: [] };
}
