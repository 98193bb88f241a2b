import type { FunctionEntry, Manifest } from "../../../manifest/manifest.ts";
import { objectOf, textOf } from "../../json.ts";
import { accountOfClass } from "../../plan/fleet.ts";
import { generationOf, regionProperty } from "../function-resource.ts";
import { jobTarget } from "../job-target.ts";
import type { PolicyResource, ResourceRule, Violation } from "../rule.ts";
import { listed } from "../wording.ts";

/** No class can act as another, and classes that are kept apart share no region. */
export const classIsolation: ResourceRule = {
  name: "class-isolation",
  description: "A class acts as its own account alone, and stays out of the regions of classes it is isolated from.",
  *check(resource, manifest) {
    const generation = generationOf(resource);
    if (generation !== null) {
      const entry = manifest.functions.get(textOf(resource.props.name) ?? "");
      if (entry === undefined) return;
      yield* checkRegion(entry, textOf(resource.props[regionProperty(generation)]), manifest);
      for (const email of accountsOfFunction(resource)) yield* checkAccount(entry, entry.name, email, manifest);
    } else if (resource.type === "gcp:cloudscheduler/job:Job") {
      const entry = jobTarget(resource, manifest)?.entry ?? null;
      if (entry === null) return;
      const job = `Job ${textOf(resource.props.name) ?? resource.name}`;
      for (const email of accountsOfJob(resource)) yield* checkAccount(entry, job, email, manifest);
    } else yield* checkGrant(resource, manifest);
  },
};

/** Who is at home stays: the guest is at fault, and of two guests the one whose class asks to be apart speaks up. */
function* checkRegion(entry: FunctionEntry, region: string | null, manifest: Manifest): Iterable<Violation> {
  const own = manifest.classes.get(entry.class);
  // A copy outside its regions is region-per-manifest's, and one that a move leaves is on its way out.
  if (own === undefined || region === null || !entry.regions.includes(region)) return;
  const others = [...manifest.classes.values()].filter((other) => {
    if (!own.isolatedFrom.includes(other.name) && !other.isolatedFrom.includes(own.name)) return false;
    if (!livesIn(other.name, region, manifest)) return false;
    return other.region === region || (own.region !== region && own.isolatedFrom.includes(other.name));
  });
  if (others.length === 0) return;
  yield {
    place: entry.place,
    message: `A surge in ${entry.name} of class ${own.name} can starve ${listed(others.map(({ name }) => name))}: it would run in ${region} beside them, and they are isolated from each other.`,
    mend: `Give it only regions that no such class uses (class ${own.name} is at home in ${own.region}).`,
  };
}

function livesIn(className: string, region: string, manifest: Manifest): boolean {
  return [...manifest.functions.values()].some((one) => one.class === className && one.regions.includes(region));
}

function* checkAccount(entry: FunctionEntry, what: string, email: string, manifest: Manifest): Iterable<Violation> {
  const owners = ownersOf(email, manifest);
  if (owners.length === 0 || owners.includes(entry.class)) return;
  const own = accountOfClass(manifest, entry.class).email;
  yield {
    place: entry.place,
    message: `${what} would act as ${email}, the account of class ${listed(owners)}: class ${entry.class} could do all that ${listed(owners)} may.`,
    mend: `Use ${own}, the account of class ${entry.class}.`,
  };
}

/** Roles that let whoever holds them act as an account. */
const actingRoles = [
  "roles/iam.serviceAccountUser",
  "roles/iam.serviceAccountTokenCreator",
  "roles/iam.serviceAccountOpenIdTokenCreator",
  "roles/iam.workloadIdentityUser",
  "roles/iam.serviceAccountKeyAdmin",
  "roles/iam.serviceAccountAdmin",
];

/** Being allowed to act as an account is as good as having it. On the whole project it is all of them. */
function* checkGrant({ type, props }: PolicyResource, manifest: Manifest): Iterable<Violation> {
  const onAccount = /^gcp:serviceaccount\/iAM(Member|Binding):/.test(type);
  if (!onAccount && !/^gcp:projects\/iAM(Member|Binding):/.test(type)) return;
  const role = textOf(props.role);
  if (role === null || !actingRoles.includes(role)) return;
  const account = onAccount ? (textOf(props.serviceAccountId)?.split("/").at(-1) ?? "") : null;
  const owners = account === null ? [] : ownersOf(account, manifest);
  if (account !== null && owners.length === 0) return;
  for (const member of [props.member, ...(Array.isArray(props.members) ? props.members : [])]) {
    const email = /^serviceAccount:(.+)$/.exec(textOf(member) ?? "")?.[1];
    const holders = email === undefined ? [] : ownersOf(email, manifest);
    if (holders.length === 0 || holders.some((one) => owners.includes(one))) continue;
    const holder = manifest.classes.get(holders[0] ?? "")?.place ?? null;
    const victim = account === null ? "every other class" : `class ${listed(owners)}`;
    yield {
      place: holder,
      message: `${role} on ${account ?? "the project"} lets class ${listed(holders)} act as ${victim}.`,
      mend: `Grant it on the account of class ${listed(holders)} alone (${email}), or not at all.`,
    };
  }
}

/** Classes whose functions act as an account; several where the manifest gives them one together. */
function ownersOf(email: string, manifest: Manifest): string[] {
  return [...manifest.classes.keys()].filter((name) => accountOfClass(manifest, name).email === email);
}

function accountsOfFunction({ props }: PolicyResource): Set<string> {
  return new Set(
    [props, objectOf(props.serviceConfig), objectOf(props.eventTrigger)].flatMap((one) => {
      return textOf(one?.serviceAccountEmail) ?? [];
    }),
  );
}

function accountsOfJob({ props }: PolicyResource): Set<string> {
  const target = objectOf(props.httpTarget);
  return new Set(
    [target?.oidcToken, target?.oauthToken].flatMap((token) => textOf(objectOf(token)?.serviceAccountEmail) ?? []),
  );
}
