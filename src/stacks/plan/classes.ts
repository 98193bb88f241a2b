import type { Manifest } from "../../manifest/manifest.ts";
import {
  accountId,
  accountLogicalName,
  classComponent,
  roleLogicalName,
  secretLogicalName,
  selfLogicalName,
} from "../names.ts";
import type { Inputs, ResourceSpec, ResourceType } from "../resource.ts";
import { accountUser, eventReceiver, secretAccessor, taskEnqueuer, usualRoles } from "../roles.ts";
import { accountOfClass, type FleetFunction } from "./fleet.ts";

/**
 * What every class is given once: an account of its own, its roles, and access to the secrets its functions name. A
 * class whose account somebody else looks after is given nothing. `enqueuers` are the emails of accounts that enqueue
 * tasks.
 */
export function planClasses(
  manifest: Manifest,
  functions: readonly FleetFunction[],
  enqueuers: ReadonlySet<string>,
): ResourceSpec[] {
  const byClass = Map.groupBy(functions, ({ entry }) => entry.class);
  return [...byClass].flatMap(([name, members]) => {
    const account = accountOfClass(manifest, name);
    return account.own ? planClass(manifest, name, account.email, members, enqueuers.has(account.email)) : [];
  });
}

function planClass(
  manifest: Manifest,
  name: string,
  email: string,
  members: readonly FleetFunction[],
  enqueues: boolean,
): ResourceSpec[] {
  const { project } = manifest.environment;
  const member = `serviceAccount:${email}`;
  const account = accountLogicalName(name);
  const parent = classComponent(name);
  const granted = (type: ResourceType, logical: string, inputs: Inputs): ResourceSpec => {
    return { type, name: logical, parent, inputs, dependsOn: [account], of: null, options: {} };
  };
  const own = members.filter((one) => one.account.own);
  const roles = new Set<string>(manifest.classes.get(name)?.roles ?? usualRoles);
  if (own.some(({ endpoint }) => endpoint.generation === 2 && endpoint.trigger.kind === "event"))
    roles.add(eventReceiver);
  if (enqueues) roles.add(taskEnqueuer);
  const secrets = new Set(own.flatMap(({ endpoint }) => endpoint.secrets.map(({ secret }) => secret)));
  return [
    {
      type: "gcp:serviceaccount/account:Account",
      name: account,
      parent,
      inputs: {
        project,
        accountId: accountId(name),
        displayName: `Functions of class ${name}`,
        description: `What the functions of class ${name} of ${manifest.file} act as.`,
      },
      dependsOn: [],
      of: null,
      options: {},
    },
    ...[...roles]
      .sort()
      .map((role) =>
        granted("gcp:projects/iAMMember:IAMMember", roleLogicalName(name, role), { project, role, member }),
      ),
    ...(enqueues
      ? [
          granted("gcp:serviceaccount/iAMMember:IAMMember", selfLogicalName(name, accountUser), {
            serviceAccountId: `projects/${project}/serviceAccounts/${email}`,
            role: accountUser,
            member,
          }),
        ]
      : []),
    ...[...secrets].sort().map((secret) =>
      granted("gcp:secretmanager/secretIamMember:SecretIamMember", secretLogicalName(name, secret), {
        project,
        secretId: secret,
        role: secretAccessor,
        member,
      }),
    ),
  ];
}
