import type { GoogleWriter } from "../../clients/google-write.ts";
import type { HolderKind } from "../../model/holders.ts";
import type { Clock, HoldersPort, Ports } from "../ports/world.ts";
import { createAddresses } from "./addresses.ts";
import { createBacklogs } from "./backlogs.ts";
import { createCopies, type DeployerSource } from "./copies.ts";
import { createDeliveries } from "./deliveries.ts";
import { createEffects } from "./effects.ts";
import { createHolders, type HolderAdapter } from "./holders.ts";
import { createJobs } from "./jobs.ts";
import type { ProviderAccess } from "./provider-adapters.ts";
import { createQueues } from "./queues.ts";
import { createRemoval } from "./remove-unknown.ts";
import { createTraffic } from "./traffic.ts";

export interface OutsideOptions {
  readonly google: GoogleWriter;
  readonly project: string;
  readonly generation: 1 | 2;
  readonly clock: Clock;
  readonly adapters: ReadonlyMap<HolderKind, HolderAdapter>;
  readonly reaching: HoldersPort["reaching"];
  readonly deployers: DeployerSource;
  readonly access: ProviderAccess;
}

/** The ports that reach Google and the providers. */
export function createOutside(options: OutsideOptions): Omit<Ports, "clock" | "manifest" | "callers"> {
  const { google, project, generation, clock, adapters, reaching, deployers, access } = options;
  const { signal } = access;
  return {
    copies: createCopies({ google, project, deployers, removeUnknown: createRemoval(google, project), signal }),
    holders: createHolders({ adapters, addresses: createAddresses(google, project), reaching }),
    jobs: createJobs(google, project),
    queues: createQueues(google, project),
    traffic: createTraffic(google, project, generation, clock),
    backlogs: createBacklogs(google, project, clock),
    deliveries: createDeliveries(access),
    effects: createEffects(google, project),
  };
}
