import type { LiveFleet } from "../../deployers/port.ts";
import type { DeployedFacts } from "../../model/deployed.ts";
import type { Gap } from "../../model/gap.ts";

export interface SeenFleet {
  /** Null where nothing can be concluded of any region. */
  readonly live: LiveFleet | null;
  /** What bears on an adoption and could not be looked at. */
  readonly gaps: readonly Gap[];
}

/** What an adoption takes: a copy whose job or queue is not seen would get a second one by the next deployment. */
const needed: ReadonlySet<string> = new Set(["functions", "invokers", "jobs", "queues"]);

/** What of a project is live, without the regions that were not seen in full. */
export function seenFleet(facts: DeployedFacts | null, all: readonly Gap[], project: string): SeenFleet {
  const gaps = all.filter(({ source, facet }) => source === "deployed" && needed.has(facet));
  if (facts === null || gaps.some(({ region }) => region === null)) return { live: null, gaps };
  const unseen = [...new Set(gaps.flatMap(({ region }) => region ?? []))].sort();
  const isSeen = ({ region }: { readonly region: string }): boolean => !unseen.includes(region);
  return {
    gaps,
    live: {
      unseen,
      functions: facts.functions
        .filter((row) => row.project === project && isSeen(row))
        .map(({ name, region, generation, trigger, invoker }) => {
          return { name, region, generation: generation ?? 2, trigger, isPublic: invoker === "public" };
        }),
      jobs: facts.jobs.filter(isSeen).map(({ name, region }) => ({ name, region })),
      queues: facts.queues.filter(isSeen).map(({ name, region }) => ({ name, region })),
    },
  };
}
