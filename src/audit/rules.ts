import type { Rule } from "./rule.ts";
import { brokenFlow } from "./rules/broken-flow.ts";
import { brokenIsolation } from "./rules/broken-isolation.ts";
import { buildOrderRegion } from "./rules/build-order-region.ts";
import { discoveryMismatch } from "./rules/discovery-mismatch.ts";
import { drift } from "./rules/drift.ts";
import { duplicateFunction } from "./rules/duplicate-function.ts";
import { envRegion } from "./rules/env-region.ts";
import { expiredIgnore } from "./rules/expired-ignore.ts";
import { hostingRewrite } from "./rules/hosting-rewrite.ts";
import { mismatchedCaller } from "./rules/mismatched-caller.ts";
import { missingFunction } from "./rules/missing-function.ts";
import { nameCollision } from "./rules/name-collision.ts";
import { obsoleteRuntime } from "./rules/obsolete-runtime.ts";
import { orphanedHolder } from "./rules/orphaned-holder.ts";
import { overdueMove } from "./rules/overdue-move.ts";
import { regionQuota } from "./rules/region-quota.ts";
import { sourceRegion } from "./rules/source-region.ts";
import { staleHolder } from "./rules/stale-holder.ts";
import { taskEnqueuer } from "./rules/task-enqueuer.ts";
import { triggerLocality } from "./rules/trigger-locality.ts";
import { undecided } from "./rules/undecided.ts";
import { undeclaredExport } from "./rules/undeclared-export.ts";
import { undeclaredFunction } from "./rules/undeclared-function.ts";
import { unhealthyFunction } from "./rules/unhealthy-function.ts";
import { unknownCallee } from "./rules/unknown-callee.ts";
import { unreachableFunction } from "./rules/unreachable-function.ts";
import { unresolvedCaller } from "./rules/unresolved-caller.ts";
import { wrongKindOfCall } from "./rules/wrong-kind-of-call.ts";
import { wrongRegion } from "./rules/wrong-region.ts";

/** Every rule, in the order in which findings of equal weight are shown: what customers feel first comes first. */
export const rules: readonly Rule[] = [
  wrongRegion,
  missingFunction,
  unhealthyFunction,
  unreachableFunction,
  drift,
  mismatchedCaller,
  hostingRewrite,
  taskEnqueuer,
  envRegion,
  unknownCallee,
  wrongKindOfCall,
  staleHolder,
  orphanedHolder,
  brokenFlow,
  triggerLocality,
  regionQuota,
  brokenIsolation,
  obsoleteRuntime,
  nameCollision,
  sourceRegion,
  buildOrderRegion,
  discoveryMismatch,
  overdueMove,
  duplicateFunction,
  undeclaredFunction,
  undeclaredExport,
  unresolvedCaller,
  undecided,
  expiredIgnore,
];
