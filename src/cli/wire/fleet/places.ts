import type { Google } from "../../../clients/google.ts";
import { GoogleError } from "../../../clients/google-error.ts";
import { readBuckets } from "../../../sources/deployed/buckets.ts";
import { readDatabases } from "../../../sources/deployed/databases.ts";
import type { TriggerPlaces } from "../../../stacks/plan/fleet.ts";
import type { ProjectFacts } from "../../../stacks/read-endpoints.ts";

export interface ProjectLook {
  readonly places: TriggerPlaces;
  readonly project: ProjectFacts;
  /** What could not be read, as sentences. */
  readonly notes: readonly string[];
}

/**
 * What a plan must know of the project: where its databases and buckets lie, and the bucket and the database that
 * Firebase's SDK takes for its own where the code names none.
 */
export async function lookAtProject(google: Google, projectId: string): Promise<ProjectLook> {
  const [databases, buckets, config, storageAgent] = await Promise.all([
    readDatabases(google, projectId),
    readBuckets(google, projectId),
    sdkConfig(google, projectId),
    storageAgentOf(google, projectId),
  ]);
  const byName = (items: readonly { readonly name: string; readonly location: string }[]) =>
    new Map(items.map(({ name, location }) => [name, location]));
  const gaps = [...databases.gaps, ...buckets.gaps].map(({ facet, reason }) => `${facet}: ${reason}`);
  return {
    places: { databases: byName(databases.items), buckets: byName(buckets.items), storageAgent },
    project: config.facts,
    notes: [...gaps, ...config.notes],
  };
}

/** The default bucket of projects since October 2024; older ones have PROJECT.appspot.com, which only Google knows. */
async function sdkConfig(google: Google, projectId: string): Promise<{ facts: ProjectFacts; notes: string[] }> {
  const usual: ProjectFacts = { projectId, storageBucket: `${projectId}.firebasestorage.app`, databaseURL: null };
  try {
    const answer = await google.get(`https://firebase.googleapis.com/v1beta1/projects/${projectId}/adminSdkConfig`);
    const text = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);
    return {
      facts: { projectId, storageBucket: text(answer.storageBucket), databaseURL: text(answer.databaseURL) },
      notes: [],
    };
  } catch (error) {
    if (!(error instanceof GoogleError)) throw error;
    // A project without Firebase has no such configuration, and its functions need none.
    if (error.kind === "not-found") return { facts: usual, notes: [] };
    const taken = `Firebase's configuration of the project could not be read (${error.reason}); ${usual.storageBucket} is taken for its default bucket`;
    return { facts: usual, notes: [taken] };
  }
}

/** Cloud Storage's own account; asking for it makes Google make it. Only fleets that listen to buckets need it. */
async function storageAgentOf(google: Google, projectId: string): Promise<TriggerPlaces["storageAgent"]> {
  try {
    const answer = await google.get(`https://storage.googleapis.com/storage/v1/projects/${projectId}/serviceAccount`);
    const email = answer.email_address;
    return typeof email === "string" && email !== "" ? { email } : { unread: "Cloud Storage names none" };
  } catch (error) {
    if (!(error instanceof GoogleError)) throw error;
    return { unread: error.reason };
  }
}
