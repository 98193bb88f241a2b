/** When a runtime stops being supported. */
export interface RuntimeDates {
  /** YYYY-MM-DD; from then on no fixes. Null where Google gives none. */
  readonly deprecated: string | null;
  /** YYYY-MM-DD; from then on nothing can be created or updated on it, and what runs may be disabled. */
  readonly decommissioned: string | null;
  /** false: the dates were seen in one place only and not confirmed. */
  readonly confirmed: boolean;
}

/**
 * Used where the live `runtimes` call was not made. Origin: Google's page "Runtime support", and the table in
 * firebase-tools (src/deploy/functions/runtimes/supported/types.ts), compared on 2026-11-22. They differ in one cell:
 * firebase-tools has nodejs22 decommissioned on 2028-10-31, a year after Google's own page; Google's date is kept.
 * Runtimes whose dates are given only as a span of months (go126, go127) or not at all are left out: for them the
 * answer is "not checked".
 */
export const runtimeTable: ReadonlyMap<string, RuntimeDates> = new Map([
  ["nodejs6", dates("2019-04-17", "2020-08-31")],
  ["nodejs8", dates("2020-06-05", "2021-02-28")],
  ["nodejs10", dates("2024-01-30", "2025-01-30")],
  ["nodejs12", dates("2024-01-30", "2025-01-30")],
  ["nodejs14", dates("2024-01-30", "2025-01-30")],
  ["nodejs16", dates("2024-01-30", "2025-01-30")],
  ["nodejs18", dates("2025-04-30", "2025-10-30")],
  ["nodejs20", dates("2026-04-30", "2026-10-30")],
  ["nodejs22", dates("2027-04-30", "2027-10-31")],
  ["nodejs24", dates("2028-04-30", "2028-10-31")],
  ["python39", { ...dates("2025-10-05", "2026-04-05"), confirmed: false }],
  ["python310", dates("2026-10-04", "2027-04-04")],
  ["python311", dates("2027-10-24", "2028-04-24")],
  ["python312", dates("2028-10-02", "2029-04-02")],
  ["python313", dates("2029-10-10", "2030-04-10")],
  ["python314", dates("2030-10-10", "2031-04-10")],
  ["go122", dates("2026-01-28", "2026-07-28")],
  ["go123", dates("2026-02-21", "2026-08-21")],
  ["go124", dates("2026-09-02", "2027-03-02")],
  ["java11", dates("2024-10-31", "2025-10-31")],
  ["java17", dates("2027-10-31", null)],
  ["java21", dates("2031-09-30", null)],
  ["java25", dates("2031-10-31", null)],
]);

function dates(deprecated: string, decommissioned: string | null): RuntimeDates {
  return { deprecated, decommissioned, confirmed: true };
}
