import type { DeployedFunction } from "../../model/deployed.ts";
import { minutesBetween } from "../dates.ts";
import { manifestLine } from "../related.ts";
import { defineRule } from "../rule.ts";

/** A deploy or delete that runs longer than this is stuck; Google's own build limit is well below. */
const patienceMinutes = 60;

export const unhealthyFunction = defineRule({
  id: "unhealthy-function",
  area: "fleet",
  severity: "error",
  title: "a copy has failed, is offline, or is stuck in a deploy or delete",
  needs: [{ source: "deployed", facets: ["functions"], aspects: ["state"] }],
  needsManifest: false,
  check(view, out) {
    // A listing in a file is older than the look that reads it.
    const seenAt = view.fleet.facts?.origin.takenAt ?? view.snapshot.takenAt;
    for (const copy of view.fleet.functions) {
      const verdict = judgeState(copy, seenAt);
      if (verdict === "fine") out.pass();
      else if (verdict === "unknown") out.unknown(copy.name, "Google gives no state for it");
      else {
        const detail = copy.stateMessage === null ? "" : ` Google says: ${copy.stateMessage}`;
        out.fail({
          message: `${copy.name} in ${copy.region} ${verdict.text}.${detail}`,
          mend: verdict.mend,
          function: copy.name,
          place: null,
          impact: verdict.impact,
          severity: verdict.severity,
          region: copy.region,
          expected: ["ACTIVE"],
          actual: copy.state,
          related: manifestLine(view.placementOf(copy.name)),
        });
      }
    }
  },
});

interface Trouble {
  readonly text: string;
  readonly mend: string;
  readonly severity: "error" | "warning";
  readonly impact: "now" | "next";
}

function judgeState(copy: DeployedFunction, seenAt: string): Trouble | "fine" | "unknown" {
  switch (copy.state) {
    case null:
    case "UNKNOWN":
      return "unknown";
    case "FAILED":
      return {
        text: "has failed: its last deploy did not go through, and it may answer nothing",
        mend: "Read the deploy's log, mend the cause, and deploy it again.",
        severity: "error",
        impact: "now",
      };
    case "OFFLINE":
      return {
        text: "is offline: every call to it fails",
        mend: "Deploy it again.",
        severity: "error",
        impact: "now",
      };
    case "DETACH_FAILED":
      return {
        text: "could not be detached from Cloud Functions",
        mend: "Repeat or abort the detachment in the console.",
        severity: "warning",
        impact: "next",
      };
    case "DEPLOYING":
    case "DELETING": {
      const doing = copy.state === "DEPLOYING" ? "deploying" : "deleting";
      const mend = "Look at its operation in the console; if it does not move, deploy or delete it again.";
      const minutes = copy.updateTime === null ? null : minutesBetween(copy.updateTime, seenAt);
      if (minutes === null) {
        return { text: `is ${doing}, and nobody can say since when`, mend, severity: "warning", impact: "next" };
      }
      if (minutes <= patienceMinutes) return "fine";
      return {
        text: `has been ${doing} for ${duration(minutes)}: it is stuck`,
        mend,
        severity: "error",
        impact: "now",
      };
    }
    default:
      return "fine";
  }
}

function duration(minutes: number): string {
  if (minutes < 120) return `${minutes} minutes`;
  return minutes < 2880 ? `${Math.floor(minutes / 60)} hours` : `${Math.floor(minutes / 1440)} days`;
}
