/** Field of a profile with its points of a month (UTC): "points.m202611". Firestore indexes each by itself. */
export function monthField(day: Date): string {
  return `points.m${day.toISOString().slice(0, 7).replace("-", "")}`;
}

/** Some day of the month before that of `day`. */
export function monthBefore(day: Date): Date {
  return new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() - 1, 1));
}
