/** gRPC's numbers of the refusals that Firestore gives. */
const codes = {
  INVALID_ARGUMENT: 3,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
} as const;

/** A refusal in Firestore's own terms. */
export class FirestoreError extends Error {
  readonly code: number;
  constructor(status: keyof typeof codes, message: string) {
    super(message);
    this.name = "FirestoreError";
    this.code = codes[status];
  }
}
