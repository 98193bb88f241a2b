import type { Google } from "../../clients/google.ts";
import { GoogleError } from "../../clients/google-error.ts";
import type { InvokerAccess, TriggerKind } from "../../model/deployed.ts";
import type { Gap } from "../../model/gap.ts";
import type { ListedFunction } from "./functions.ts";
import { gapOf } from "./gaps.ts";
import { type JsonObject, objectsAt, textAt, textsAt } from "./json.ts";

/** Kinds that clients call without Google credentials, so that a missing binding breaks them. */
const openKinds: ReadonlySet<TriggerKind> = new Set(["callable", "https", "blocking"]);
const invokerRoles = new Set(["roles/run.invoker", "roles/cloudfunctions.invoker"]);
/** After so many refusals and no answer, the rest of a region is not asked: it would be refused as well. */
const refusalsBeforeStop = 3;
const askedAtOnce = 64;

export interface InvokerFacts {
  /** By "REGION/ID". */
  readonly access: ReadonlyMap<string, InvokerAccess>;
  readonly gaps: readonly Gap[];
}

export function invokerKey(region: string, name: string): string {
  return `${region}/${name}`;
}

/**
 * Who may call each function: the IAM policy of the Cloud Run service (generation 2) or of the function (generation 1),
 * one call each. Functions whose access is known already, and kinds that only Google calls, are not asked.
 */
export async function readInvokers(
  google: Google,
  project: string,
  functions: readonly ListedFunction[],
): Promise<InvokerFacts> {
  const access = new Map<string, InvokerAccess>();
  const regions = new Map<string, Region>();
  const waiting = functions.filter(({ fact }) => fact.invoker === null && openKinds.has(fact.trigger)).values();
  await Promise.all(Array.from({ length: askedAtOnce }, work));

  async function work(): Promise<void> {
    for (const listed of waiting) {
      const region = regions.get(listed.region) ?? { answered: 0, failures: [], skipped: 0 };
      regions.set(listed.region, region);
      if (region.answered === 0 && region.failures.length >= refusalsBeforeStop) region.skipped += 1;
      else await ask(listed, region);
    }
  }

  async function ask(listed: ListedFunction, region: Region): Promise<void> {
    const { fact } = listed;
    try {
      const policy = await google.get(policyUrl(project, listed), { "options.requestedPolicyVersion": "3" });
      region.answered += 1;
      access.set(invokerKey(fact.region, fact.name), accessOf(policy));
    } catch (thrown) {
      if (!(thrown instanceof GoogleError)) throw thrown;
      // A function that failed to deploy has no service yet; its state says so.
      if (thrown.kind === "not-found" && fact.state !== "ACTIVE") return;
      region.failures.push(thrown);
    }
  }

  const gaps = [...regions].flatMap(([name, region]) => gapsOf(name, region));
  return { access, gaps };
}

interface Region {
  answered: number;
  readonly failures: GoogleError[];
  skipped: number;
}

function policyUrl(project: string, { fact, service }: ListedFunction): string {
  if (service !== null) {
    const name = `projects/${project}/locations/${fact.region}/services/${service}`;
    return `https://run.googleapis.com/v2/${name}:getIamPolicy`;
  }
  const name = `projects/${project}/locations/${fact.region}/functions/${fact.name}`;
  return `https://cloudfunctions.googleapis.com/v1/${name}:getIamPolicy`;
}

/** Public where anybody on the internet is bound. All signed-in Google users are not anybody: browsers send no token. */
function accessOf(policy: JsonObject): InvokerAccess {
  const open = objectsAt(policy, "bindings").some(
    (binding) => invokerRoles.has(textAt(binding, "role") ?? "") && textsAt(binding, "members").includes("allUsers"),
  );
  return open ? "public" : "restricted";
}

/** One gap per region and kind of failure, not one per function. */
function gapsOf(region: string, { failures, skipped }: Region): readonly Gap[] {
  const byKind = new Map<string, GoogleError[]>();
  for (const failure of failures) byKind.set(failure.kind, [...(byKind.get(failure.kind) ?? []), failure]);
  return [...byKind.values()].flatMap((alike, index) => {
    const [first] = alike;
    if (first === undefined) return [];
    const number = alike.length + (index === 0 ? skipped : 0);
    const count = number === 1 ? "1 function" : `${number} functions`;
    return [gapOf("invokers", region, `who may call ${count} could not be read: ${first.reason}`)];
  });
}
