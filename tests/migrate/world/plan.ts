import { parseManifest } from "../../../src/manifest/parse.ts";
import { resolveManifest } from "../../../src/manifest/resolve.ts";
import type { MoveFacts } from "../../../src/migrate/plan/facts.ts";
import { jobName } from "../../../src/migrate/plan/kinds/scheduled.ts";
import { planMove } from "../../../src/migrate/plan/plan.ts";
import { planPrune } from "../../../src/migrate/plan/prune.ts";
import type { DeployedFunction, TriggerKind } from "../../../src/model/deployed.ts";
import type { AbortRule, MoveKind, MovePlan } from "../../../src/model/move.ts";
import { copy } from "../../audit/look.ts";
import { secretMark } from "./holders.ts";
import { from, name, start, type Traits, to } from "./place.ts";
import { holderFields } from "./world.ts";

const triggers: Readonly<Record<MoveKind, TriggerKind>> = {
  webhook: "https",
  https: "https",
  callable: "callable",
  scheduled: "scheduled",
  event: "event",
  task: "task",
};

const manifest = (hasLedger: boolean): string => `version: 1
environments: { production: { project: acme-prod } }
regions: { europe-west1: {}, europe-west3: {} }
classes: { core: { region: europe-west1, allow: [europe-west3] } }
codebases:
  default: { source: functions, deployer: pulumi${hasLedger ? ", ledger: { firestore: processed_events }" : ""} }
functions: { handler: { class: core } }
`;

/** What a look at the world gives the planner. */
export function factsOf(traits: Traits): MoveFacts {
  const live: DeployedFunction = copy(name, from, { trigger: triggers[traits.kind] });
  const schedule = traits.schedule === "cron" ? "0 * * * *" : "every 60 minutes";
  const uri = `https://${from}-acme-prod.cloudfunctions.net/${name}?token=${secretMark}-job`;
  return {
    copies: [live],
    locations: [{ region: to, generations: [1, 2] }],
    jobs:
      traits.kind === "scheduled"
        ? [
            {
              name: jobName(name, from),
              project: "acme-prod",
              region: from,
              state: "ENABLED",
              schedule,
              timeZone: "UTC",
              uri,
              topic: null,
            },
          ]
        : [],
    queues:
      traits.kind === "task" ? [{ name, project: "acme-prod", region: from, state: "RUNNING", uriOverride: null }] : [],
    usage: [],
    holders: holderFields(traits).map((ref) => ({ ref, region: from, own: false, active: true, plain: true })),
    readHolders: new Set(traits.holders),
    callers:
      traits.kind === "webhook" || traits.kind === "scheduled" || traits.kind === "event"
        ? []
        : [{ at: "web/src/Page1.tsx:12", region: from }],
    unresolved: [],
    exportedAt: [],
    gaps: [],
    openMoves: [],
  };
}

/** The plan that `regions prune` would make of it. */
function pruneOf(traits: Traits): MovePlan {
  const text = manifest(traits.hasLedger).replace("europe-west1, allow: [europe-west3]", "europe-west3");
  const resolved = resolveManifest(parseManifest(text, "regions.yaml"), "production");
  const facts = factsOf(traits);
  const [live] = facts.copies;
  const copies = live === undefined ? [] : [live, { ...live, region: to }];
  return planPrune(
    resolved,
    { own: { ...facts, copies, callers: [] }, standIn: null },
    {
      function: name,
      region: null,
      replaceBy: null,
      now: new Date(start).toISOString(),
      unproven: traits.hasLedger ? null : "a test without a ledger",
      quietForMs: null,
    },
  );
}

/** The plan that `regions migrate plan` would make of that world. */
export function planOf(traits: Traits, abortOn: AbortRule | null = null, more: Partial<MoveFacts> = {}): MovePlan {
  if (traits.prunes) return pruneOf(traits);
  const resolved = resolveManifest(parseManifest(manifest(traits.hasLedger), "regions.yaml"), "production");
  return planMove(
    resolved,
    { ...factsOf(traits), ...more },
    {
      function: name,
      to,
      from: null,
      now: new Date(start).toISOString(),
      abortOn,
      unproven: traits.hasLedger ? null : "a test without a ledger",
      quietForMs: null,
      drainBy: traits.drainBy,
    },
  );
}
