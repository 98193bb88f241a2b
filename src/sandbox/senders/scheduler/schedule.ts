import { Cron } from "croner";

/** When a job is due. */
export type Schedule =
  /** At times of a calendar; also what App Engine's syntax says of days. */
  | { readonly kind: "calendar"; readonly next: (after: Date) => Date | null }
  /** So long after the last run has ended. */
  | { readonly kind: "interval"; readonly ms: number };

/** A schedule or time zone that cannot be read; the message says why. */
export class ScheduleError extends Error {}

const weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const ordinals = ["1st", "2nd", "3rd", "4th", "5th"];
const ordinalWords = ["first", "second", "third", "fourth", "fifth"];

/** Reads unix-cron with five fields, or App Engine's words ("every 5 minutes", "every mon,fri 09:00"). */
export function readSchedule(text: string, timeZone: string): Schedule {
  try {
    new Intl.DateTimeFormat("en", { timeZone });
  } catch {
    throw new ScheduleError(`the time zone "${timeZone}" is not known`);
  }
  const words = text.trim().toLowerCase().replace(/\s+/g, " ");
  const interval =
    /^every (\d+) (minutes?|mins?|hours?)(?: (synchronized|from (\d{1,2}):(\d{2}) to (\d{1,2}):(\d{2})))?$/.exec(words);
  if (interval !== null) return intervalOf(interval, timeZone);
  const day = dayPattern(words);
  if (day !== null) return calendar([day], timeZone);
  const fields = words.split(" ");
  if (fields.length !== 5) {
    throw new ScheduleError(`"${text}" is neither unix-cron with five fields nor a schedule in words`);
  }
  return calendar([fields.join(" ")], timeZone);
}

function intervalOf(match: RegExpExecArray, timeZone: string): Schedule {
  const [, count = "0", unit = "", aligned, fromHour, fromMinute, toHour, toMinute] = match;
  const minutes = Number(count) * (unit.startsWith("h") ? 60 : 1);
  if (minutes < 1 || minutes > 1440) throw new ScheduleError("an interval has between 1 minute and 24 hours");
  if (aligned === undefined) return { kind: "interval", ms: minutes * 60_000 };
  // Aligned intervals begin with the day, or with the window, and start over with the next.
  const from = Number(fromHour ?? 0) * 60 + Number(fromMinute ?? 0);
  const to = toHour === undefined ? 1439 : Number(toHour) * 60 + Number(toMinute ?? 0);
  const until = to < from ? to + 1440 : to;
  const patterns: string[] = [];
  for (let at = from; at <= until; at += minutes) patterns.push(`${at % 60} ${Math.floor(at / 60) % 24} * * *`);
  return calendar(patterns, timeZone);
}

/** "every day 00:00", "every mon,thu 09:00", "1,15 of month 07:00", "1st monday of sep,oct 17:00" as unix-cron. */
function dayPattern(words: string): string | null {
  const match = /^(?:every )?(.+?)(?: of ([a-z, ]+?))? (\d{1,2}):(\d{2})$/.exec(words);
  if (match === null) return null;
  const [, days = "", monthWords = "month", hour = "", minute = ""] = match;
  const time = `${Number(minute)} ${Number(hour)}`;
  const monthField = monthWords === "month" ? "*" : listOf(monthWords, (word) => numberIn(months, word, 1));
  if (monthField === null) return null;
  if (days === "day") return `${time} * ${monthField} *`;
  if (/^\d/.test(days) && /^[\d,]+$/.test(days)) return `${time} ${days} ${monthField} *`;
  const [, which, names = days] =
    /^((?:[a-z]*\d?(?:st|nd|rd|th)|first|second|third|fourth|fifth)(?:,\S+)*) (.+)$/.exec(days) ?? [];
  const dayField = listOf(names, (word) => numberIn(weekdays, word, 0));
  if (dayField === null) return null;
  if (which === undefined) return `${time} * ${monthField} ${dayField}`;
  const nth = which.split(",").map((word) => Math.max(ordinals.indexOf(word), ordinalWords.indexOf(word)) + 1);
  if (nth.includes(0)) return null;
  const each = dayField.split(",").flatMap((name) => nth.map((count) => `${name}#${count}`));
  return `${time} * ${monthField} ${each.join(",")}`;
}

function listOf(words: string, read: (word: string) => number | null): string | null {
  const numbers = words.split(/, ?/).map(read);
  return numbers.includes(null) ? null : numbers.join(",");
}

/** "monday" and "mon" alike. */
function numberIn(names: readonly string[], word: string, first: number): number | null {
  const index = names.indexOf(word.slice(0, 3));
  return index < 0 || !/^[a-z]{3,9}$/.test(word) ? null : index + first;
}

function calendar(patterns: readonly string[], timezone: string): Schedule {
  let crons: Cron[];
  try {
    crons = patterns.map((pattern) => new Cron(pattern, { timezone, mode: "5-part", paused: true }));
  } catch (error) {
    throw new ScheduleError(error instanceof Error ? error.message : String(error));
  }
  return {
    kind: "calendar",
    next(after) {
      const times = crons.flatMap((cron) => cron.nextRun(after) ?? []);
      return times.length === 0 ? null : new Date(Math.min(...times.map((time) => time.getTime())));
    },
  };
}
