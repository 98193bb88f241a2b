/** One credential, permission or tool. */
export interface DoctorLine {
  readonly name: string;
  /** "missing": something asks for it or cannot do without it. "not configured": nobody asks for it. */
  readonly state: "present" | "missing" | "not configured";
  /** What was seen, or why it could not be; never a secret. */
  readonly detail: string;
  /** What works with it and not without it. */
  readonly unlocks: string;
  /** What to type or ask for; null when there is nothing to do. */
  readonly todo: string | null;
}
