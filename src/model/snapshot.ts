import type { CallerFacts } from "./callers.ts";
import type { DeclaredFacts } from "./declared.ts";
import type { DeployedFacts } from "./deployed.ts";
import type { Gap, SourceName, SourceStatus } from "./gap.ts";
import type { HolderFacts } from "./holders.ts";
import type { StateFacts } from "./state.ts";

/** All facts of one look. A part is null when its source was not asked for or could not be read at all. */
export interface Snapshot {
  readonly version: 1;
  /** Google project id; null when no environment names one. */
  readonly project: string | null;
  /** RFC 3339. */
  readonly takenAt: string;
  readonly sources: Readonly<Record<SourceName, SourceStatus>>;
  readonly gaps: readonly Gap[];
  readonly declared: DeclaredFacts | null;
  readonly callers: CallerFacts | null;
  readonly deployed: DeployedFacts | null;
  readonly holders: HolderFacts | null;
  readonly state: StateFacts | null;
}
