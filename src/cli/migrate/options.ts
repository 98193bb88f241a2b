import type { AbortRule } from "../../model/move.ts";
import { inputError } from "../input-error.ts";

const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** "90m", "36h", "3d" in ms. Throws InputError. */
export function durationOf(text: string, option: string): number {
  const [, digits = "", unit = ""] = /^(\d+)([smhd])$/.exec(text.trim()) ?? [];
  const ms = Number(digits) * (units[unit] ?? Number.NaN);
  if (digits !== "" && ms > 0) return ms;
  throw inputError(`${option} is ${text}, which is no length of time.`, "Write it as 90m, 36h or 3d.");
}

/** "newCopy5xx=1%,within=15m". Throws InputError. */
export function abortRuleOf(text: string | null): AbortRule | null {
  if (text === null) return null;
  const [, percent, within] =
    /^newCopy5xx=(\d+(?:\.\d+)?)%(?:,within=(\d+[smhd]))?$/.exec(text.replaceAll(/\s/g, "")) ?? [];
  const share = Number(percent) / 100;
  if (percent === undefined || !(share > 0 && share <= 1)) {
    throw inputError(`--abort-on is ${text}, which is no rule.`, "Write it as newCopy5xx=1%,within=15m.");
  }
  const minutes = within === undefined ? 15 : durationOf(within, "--abort-on") / 60_000;
  if (!Number.isInteger(minutes))
    throw inputError("--abort-on counts in whole minutes.", "Write it as newCopy5xx=1%,within=15m.");
  return { share, withinMinutes: minutes };
}
