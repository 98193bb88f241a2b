import type { Manifest } from "../manifest/manifest.ts";
import type { Drift } from "../model/state.ts";
import { partOf } from "../stacks/parts.ts";
import type { OpenStack, RunOptions, RunResult, Site } from "../stacks/run.ts";
import { copiesIn, type StackState } from "../stacks/state.ts";
import { readCommits } from "./commit-notes.ts";
import { findState } from "./find-state.ts";
import type { Comparison, StateReader } from "./port.ts";

/** Reads the state that the Pulumi engine keeps. The engine and its SDK are loaded by the first call. */
export function createPulumiStateReader({
  site,
  manifest,
}: {
  readonly site: Site;
  readonly manifest: Manifest;
}): StateReader {
  return {
    async deployedCommits() {
      const { findStack } = await import("../stacks/run.ts");
      const stack = await findStack(site);
      return stack === null ? [] : readCommits(stack);
    },

    async compare({ signal }) {
      const found = await findState(site, manifest);
      if (found === null) return null;
      const { stack, state } = found;
      const { drifts, compared, unread } = await compareAll(stack, state, { signal });
      const copies = copiesIn(state).map(({ function: name, region, generation, adopted, urn }) => {
        return { function: name, region, generation, adopted, compared: compared.has(urn) };
      });
      return { facts: { copies, drifts, compared: compared.size, interrupted: state.pending.length }, unread };
    },
  };
}

/**
 * One look at everything. The engine ends at the first resource that cannot be read; then each region is looked at by
 * itself, so that one that cannot be reached hides no other.
 */
async function compareAll(
  stack: OpenStack,
  state: StackState,
  options: RunOptions,
): Promise<{
  readonly drifts: readonly Drift[];
  readonly compared: ReadonlySet<string>;
  readonly unread: Comparison["unread"];
}> {
  const parts = state.resources.flatMap(({ urn }) => {
    const part = partOf(urn);
    return part === null ? [] : [{ urn, region: part.region }];
  });
  if (parts.length === 0) return { drifts: [], compared: new Set(), unread: [] };
  const whole = await stack.compare(options);
  const drifts = [...whole.drifts];
  const compared = new Set(whole.compared);
  if (whole.complete) return { drifts, compared, unread: [] };
  // Nothing at all was read: what is wrong is wrong everywhere.
  if (compared.size === 0) return { drifts, compared, unread: [{ region: null, reason: reasonOf(whole) }] };
  const unread: { region: string | null; reason: string }[] = [];
  const left = parts.filter(({ urn }) => !compared.has(urn));
  for (const [region, group] of Map.groupBy(left, (part) => part.region)) {
    const again = await stack.compare({ ...options, targets: group.map(({ urn }) => urn) });
    const fresh = again.compared.filter((urn) => !compared.has(urn));
    for (const urn of fresh) compared.add(urn);
    drifts.push(...again.drifts);
    if (!again.complete) unread.push({ region, reason: reasonOf(again) });
  }
  return { drifts, compared, unread };
}

function reasonOf({ failures }: RunResult): string {
  return (failures[0]?.message ?? "it could not be looked at").split("\n")[0] ?? "";
}
