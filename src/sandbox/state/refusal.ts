/** Google's canonical error names with their HTTP status and gRPC number. */
const statuses = {
  INVALID_ARGUMENT: [400, 3],
  FAILED_PRECONDITION: [400, 9],
  UNAUTHENTICATED: [401, 16],
  PERMISSION_DENIED: [403, 7],
  NOT_FOUND: [404, 5],
  ALREADY_EXISTS: [409, 6],
  ABORTED: [409, 10],
  RESOURCE_EXHAUSTED: [429, 8],
  INTERNAL: [500, 13],
  UNIMPLEMENTED: [501, 12],
  UNAVAILABLE: [503, 14],
} as const satisfies Record<string, readonly [number, number]>;

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
    return statuses[this.status][0];
  }
}

/** Number that gRPC gives a canonical error: what `error.code` of an operation holds. */
export function grpcCode(status: RefusalStatus): number {
  return statuses[status][1];
}

/** Canonical name that goes with an HTTP status, for faults that name only the number. */
export function statusName(httpStatus: number): RefusalStatus {
  for (const [name, [http]] of Object.entries(statuses) as [RefusalStatus, readonly [number, number]][]) {
    if (http === httpStatus) return name;
  }
  return httpStatus >= 500 ? "INTERNAL" : "INVALID_ARGUMENT";
}
