/** Google's canonical error names with their HTTP status. */
const statuses = {
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  ABORTED: 409,
  RESOURCE_EXHAUSTED: 429,
  INTERNAL: 500,
  UNIMPLEMENTED: 501,
  UNAVAILABLE: 503,
} as const satisfies Record<string, number>;

export type RefusalStatus = keyof typeof statuses;

/** A request the stand-in refuses as the real service would; the route's service writes it in its own error shape. */
export class Refusal extends Error {
  readonly status: RefusalStatus;
  constructor(status: RefusalStatus, message: string) {
    super(message);
    this.name = "Refusal";
    this.status = status;
  }

  get httpStatus(): number {
    return statuses[this.status];
  }
}

/** Canonical name that goes with an HTTP status, for faults that name only the number. */
export function statusName(httpStatus: number): RefusalStatus {
  for (const [name, http] of Object.entries(statuses) as [RefusalStatus, number][]) {
    if (http === httpStatus) return name;
  }
  return httpStatus >= 500 ? "INTERNAL" : "INVALID_ARGUMENT";
}
