import { inputError } from "./input-error.ts";

/** A day as an option gives it, YYYY-MM-DD. Throws InputError for anything else. */
export function readDay(option: string, text: string): string {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  // The second look refuses days that the calendar lacks: Date rolls February 30th over into March.
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text) {
    throw inputError(`${option} is "${text}", which is no day.`, "Write it as YYYY-MM-DD.");
  }
  return text;
}
