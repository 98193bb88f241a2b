const millisecondsPerDay = 86_400_000;

/** Whole days from `from` to `to` (YYYY-MM-DD or RFC 3339); null where either is no date. */
export function daysBetween(from: string, to: string): number | null {
  const start = Date.parse(from);
  const end = Date.parse(to);
  if (Number.isNaN(start) || Number.isNaN(end)) return null;
  return Math.floor((end - start) / millisecondsPerDay);
}

/** Whole minutes from `from` to `to` (RFC 3339); null where either is no date. */
export function minutesBetween(from: string, to: string): number | null {
  const start = Date.parse(from);
  const end = Date.parse(to);
  if (Number.isNaN(start) || Number.isNaN(end)) return null;
  return Math.floor((end - start) / 60_000);
}

/** YYYY-MM-DD compares as text. True on the day itself. */
export function isReached(date: string, today: string): boolean {
  return date <= today;
}
