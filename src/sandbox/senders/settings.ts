import { isObject, type JsonObject } from "../state/json.ts";
import type { Shelf } from "./shelf.ts";

/** What real providers leave open, or do differently by account; tests draw both. */
export interface SenderSettings {
  /** "live": tries for three days, ever rarer. "test": three tries within hours. */
  readonly stripeRetries: "live" | "test";
  /** Which URL a pending retry goes to after the endpoint's URL has changed. Not documented. */
  readonly stripeRetryUrl: "current" | "first";
  /** The audience that a queue's override of the host gives a task's own token. Not documented. */
  readonly tasksOverrideAudience: "task" | "target";
  /** What becomes of a webhook's secret token where setWebhook names none. Not documented. */
  readonly telegramOmittedSecret: "cleared" | "kept";
}

export const defaultSettings: SenderSettings = {
  stripeRetries: "live",
  stripeRetryUrl: "current",
  tasksOverrideAudience: "task",
  telegramOmittedSecret: "cleared",
};

const choices: Readonly<Record<keyof SenderSettings, readonly string[]>> = {
  stripeRetries: ["live", "test"],
  stripeRetryUrl: ["current", "first"],
  tasksOverrideAudience: ["task", "target"],
  telegramOmittedSecret: ["cleared", "kept"],
};

export function settingsOf(shelf: Shelf): SenderSettings {
  return { ...defaultSettings, ...shelf.get("settings", "senders") };
}

/** Changes the settings that are named. Returns what is wrong with them, or null. */
export function changeSettings(shelf: Shelf, change: unknown): string | null {
  if (!isObject(change)) return "Settings are an object.";
  for (const [name, value] of Object.entries(change)) {
    const allowed = choices[name as keyof SenderSettings];
    if (allowed === undefined)
      return `The setting "${name}" is not known; known: ${Object.keys(defaultSettings).join(", ")}.`;
    if (typeof value !== "string" || !allowed.includes(value)) {
      return `The setting "${name}" must be one of ${allowed.join(", ")}.`;
    }
  }
  shelf.put("settings", "senders", { ...settingsOf(shelf), ...change } as JsonObject);
  return null;
}
