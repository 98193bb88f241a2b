import type { Gap } from "../../model/gap.ts";
import type { HolderKind } from "../../model/holders.ts";
import { holderGap } from "./holder-read.ts";

/** How each provider's access is written in an environment of regions.yaml. Google's are read with its credentials. */
const accessNames: Record<HolderKind, string> = {
  stripe: "`stripe: { key }`",
  twilio: "`twilio: { account, token }`",
  telegram: "`telegram: { token }`",
  scheduler: "Google credentials",
  "task-queue": "Google credentials",
  push: "Google credentials",
};

/**
 * Gaps for kinds of holders that functions name and nobody can be asked about. One per kind, with the functions that
 * name it.
 * @param configured Kinds whose provider can be asked.
 */
export function missingAccess(
  functions: Iterable<{ readonly name: string; readonly holders: readonly HolderKind[] }>,
  configured: ReadonlySet<HolderKind>,
): readonly Gap[] {
  const wanted = new Map<HolderKind, string[]>();
  for (const { name, holders } of functions) {
    for (const kind of holders) {
      if (!configured.has(kind)) wanted.set(kind, [...(wanted.get(kind) ?? []), name]);
    }
  }
  return [...wanted].map(([kind, names]) =>
    holderGap(kind, kind, `${listed(names)} asked for by name, and the environment gives no ${accessNames[kind]}`),
  );
}

function listed(names: readonly string[]): string {
  const [first = "", second = "", ...others] = names;
  if (names.length === 1) return `the holders of ${first} are`;
  if (names.length === 2) return `the holders of ${first} and ${second} are`;
  return `the holders of ${first}, ${second} and ${others.length} more are`;
}
