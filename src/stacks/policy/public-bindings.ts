import { objectOf, textOf, textsOf } from "../json.ts";
import type { PolicyResource } from "./rule.ts";

/** What opens one function to everybody. */
export interface PublicBinding {
  /** allUsers, or allAuthenticatedUsers: whoever has a Google account, which is everybody, too. */
  readonly member: string;
  /** The function's name, or that of its Cloud Run service. */
  readonly name: string;
  readonly nameIs: "function" | "service";
  readonly region: string | null;
}

/** Resources that say who may call one function or service, and where they name it. */
const bindingTypes: readonly {
  readonly type: RegExp;
  readonly name: string;
  readonly nameIs: PublicBinding["nameIs"];
  readonly region: string;
}[] = [
  { type: /^gcp:cloudfunctions\/functionIam/, name: "cloudFunction", nameIs: "function", region: "region" },
  { type: /^gcp:cloudfunctionsv2\/functionIam/, name: "cloudFunction", nameIs: "function", region: "location" },
  { type: /^gcp:cloudrunv2\/serviceIam/, name: "name", nameIs: "service", region: "location" },
  { type: /^gcp:cloudrun\/iam/, name: "service", nameIs: "service", region: "location" },
];

const everybody = ["allUsers", "allAuthenticatedUsers"];

/** Null for what is no such binding, and for one that names accounts alone. */
export function publicBinding({ type, props }: PolicyResource): PublicBinding | null {
  const kind = bindingTypes.find((one) => one.type.test(type));
  if (kind === undefined) return null;
  const member = membersOf(props).find((one) => everybody.includes(one));
  if (member === undefined) return null;
  // Both may be written in full: projects/P/locations/R/services/N.
  const [, fullRegion, fullName] = /\/locations\/([^/]+)\/[a-z]+\/([^/]+)$/.exec(String(props[kind.name])) ?? [];
  const name = fullName ?? textOf(props[kind.name]);
  if (name === null) return null;
  return { member, name, nameIs: kind.nameIs, region: fullRegion ?? textOf(props[kind.region]) };
}

/** Of a member, a binding, or a whole policy, which is JSON in a text. */
function membersOf(props: PolicyResource["props"]): readonly string[] {
  const policy = textOf(props.policyData);
  if (policy !== null) return bindingsOf(policy).flatMap((binding) => textsOf(objectOf(binding)?.members) ?? []);
  const member = textOf(props.member);
  return member === null ? (textsOf(props.members) ?? []) : [member];
}

function bindingsOf(policy: string): readonly unknown[] {
  try {
    const { bindings } = objectOf(JSON.parse(policy)) ?? {};
    return Array.isArray(bindings) ? bindings : [];
  } catch {
    // The provider refuses it.
    return [];
  }
}
