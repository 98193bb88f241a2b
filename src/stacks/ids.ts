import { accountEmail } from "./names.ts";
import type { ResourceSpec, ResourceType } from "./resource.ts";

type Known = (text: (key: string) => string) => string;

/** Ids that follow from the inputs. Google names alert policies and dashboards itself; archives have no importer. */
const ids: Partial<Record<ResourceType, Known>> = {
  "gcp:cloudfunctionsv2/function:Function": (at) =>
    `projects/${at("project")}/locations/${at("location")}/functions/${at("name")}`,
  "gcp:cloudfunctions/function:Function": (at) =>
    `projects/${at("project")}/locations/${at("region")}/functions/${at("name")}`,
  "gcp:cloudscheduler/job:Job": (at) => `projects/${at("project")}/locations/${at("region")}/jobs/${at("name")}`,
  "gcp:cloudtasks/queue:Queue": (at) => `projects/${at("project")}/locations/${at("location")}/queues/${at("name")}`,
  "gcp:pubsub/topic:Topic": (at) => `projects/${at("project")}/topics/${at("name")}`,
  "gcp:storage/bucket:Bucket": (at) => at("name"),
  "gcp:serviceaccount/account:Account": (at) =>
    `projects/${at("project")}/serviceAccounts/${accountEmail(at("accountId"), at("project"))}`,
};

/** The id a resource has once it is there; null where only Google knows it, or nothing could be read by it. */
export function idOf({ type, inputs }: Pick<ResourceSpec, "type" | "inputs">): string | null {
  return ids[type]?.((key) => String(inputs[key])) ?? null;
}
