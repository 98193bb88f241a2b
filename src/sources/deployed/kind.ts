import type { Generation, TriggerKind } from "../../model/deployed.ts";
import { type JsonObject, textAt } from "./json.ts";

/**
 * What kind of function a record is. The first evidence that fits wins, in the order firebase-tools uses: its labels
 * (set at deploy, so a callable made by other means looks like plain https), then the event trigger.
 */
export function kindOf(labels: JsonObject, generation: Generation | null, hasEventTrigger: boolean): TriggerKind {
  const set = (name: string) => {
    const value = textAt(labels, name);
    return value !== null && value !== "false";
  };
  if (set("deployment-scheduled")) return "scheduled";
  if (set("deployment-taskqueue")) return "task";
  if (set("deployment-callable")) return "callable";
  // A typo of old releases, only ever written for generation 1.
  if (generation !== 2 && set("deployment-callabled")) return "callable";
  // SQL Connect resolvers and AI Logic hooks.
  if (set("deployment-fdcgraphql") || set("ailogic-event-type")) return "other";
  if (set("deployment-blocking")) return "blocking";
  return hasEventTrigger ? "event" : "https";
}

/** Kind of a function from the type of its event, as listings of firebase print it in place of a trigger. */
export function kindOfEventType(eventType: string): TriggerKind {
  if (/ailogic/i.test(eventType)) return "other";
  // Auth blocking functions: "providers/cloud.auth/eventTypes/user.beforeSignIn".
  return /\.before[A-Z]\w*$/.test(eventType) ? "blocking" : "event";
}

/** "cli-firebase--agent" is "firebase", "cli-gcloud" is "gcloud", "regions" itself; null without the label. */
export function deployerOf(labels: JsonObject): string | null {
  const tool = textAt(labels, "deployment-tool");
  if (tool === null) return null;
  if (tool === "cli-firebase") return "firebase";
  return tool.replace(/^cli-/, "").split("-", 1)[0] || null;
}

/** Firebase codebase: the label, "default" where firebase deployed without one, null for other deployers. */
export function codebaseOf(labels: JsonObject): string | null {
  return textAt(labels, "firebase-functions-codebase") ?? (deployerOf(labels) === "firebase" ? "default" : null);
}
