import type { Google } from "../../clients/google.ts";
import type { Holder } from "../../model/holders.ts";
import { collect, type HolderRead, holderGap } from "./holder-read.ts";
import { holderUrl } from "./holder-url.ts";
import { isSwitchedOffHere, type KnownDeployed } from "./known-deployed.ts";
import { recordsOf } from "./per-location.ts";

/** Subscriptions that Eventarc and Cloud Functions make for one copy; they come and go with it. */
const madeForACopy = /^(?:eventarc|gcf)-/;

/** Pub/Sub push subscriptions of the project; they stand in no region. */
export async function readPush(
  google: Google,
  project: string,
  known: Promise<KnownDeployed | null>,
): Promise<HolderRead> {
  const url = `https://pubsub.googleapis.com/v1/projects/${project}/subscriptions`;
  const fields = "nextPageToken,subscriptions(name,detached,pushConfig/pushEndpoint)";
  const { items, error } = await collect(recordsOf(google, url, "subscriptions", { pageSize: "1000", fields }));
  const holders = items.flatMap((record): Holder[] => {
    const id = `${record.name}`.split("/").at(-1) ?? "";
    const { pushConfig } = record;
    if (id === "" || madeForACopy.test(id)) return [];
    if (typeof pushConfig !== "object" || pushConfig === null || !("pushEndpoint" in pushConfig)) return [];
    const { pushEndpoint } = pushConfig;
    if (typeof pushEndpoint !== "string" || pushEndpoint === "") return [];
    const active = record.detached !== true;
    const field = "pushConfig.pushEndpoint";
    return [{ kind: "push", id, label: id, field, ...holderUrl(pushEndpoint), active, region: null }];
  });
  if (error !== null && isSwitchedOffHere(error, project, await known)) return { holders, gaps: [], read: true };
  const gaps = error === null ? [] : [holderGap("push", "*", error.reason)];
  return { holders, gaps, read: error === null || holders.length > 0 };
}
