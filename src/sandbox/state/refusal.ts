/** Google's canonical error names with their HTTP status. */
const statuses = {
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  ABORTED: 409,
  /** Cloud Storage alone: a condition of the request does not hold. */
  CONDITION_NOT_MET: 412,
  RESOURCE_EXHAUSTED: 429,
  INTERNAL: 500,
  UNIMPLEMENTED: 501,
  UNAVAILABLE: 503,
} as const satisfies Record<string, number>;

export type RefusalStatus = keyof typeof statuses;

/** One field of a request that the service does not take, as Google names it: "build_config.runtime". */
export interface FieldViolation {
  readonly field: string;
  readonly description: string;
}

/** A request the stand-in refuses as the real service would; the route's service writes it in its own error shape. */
export class Refusal extends Error {
  readonly status: RefusalStatus;
  readonly violations: readonly FieldViolation[];
  constructor(status: RefusalStatus, message: string, violations: readonly FieldViolation[] = []) {
    super(message);
    this.name = "Refusal";
    this.status = status;
    this.violations = violations;
  }

  get httpStatus(): number {
    return statuses[this.status];
  }
}

/** 400 in the way of Cloud Functions: "The request has errors", with the field both in the message and in the details. */
export function invalidField(field: string, description: string): Refusal {
  return new Refusal("INVALID_ARGUMENT", `The request has errors: ${field}: ${description}`, [{ field, description }]);
}

/** Canonical name that goes with an HTTP status, for faults that name only the number. */
export function statusName(httpStatus: number): RefusalStatus {
  for (const [name, http] of Object.entries(statuses) as [RefusalStatus, number][]) {
    if (http === httpStatus) return name;
  }
  return httpStatus >= 500 ? "INTERNAL" : "INVALID_ARGUMENT";
}
