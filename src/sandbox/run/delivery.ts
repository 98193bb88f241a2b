/** One function in one region, as delivery names it: `http://127.0.0.1:PORT/PROJECT/REGION/ID` is its local address. */
export interface CopyAddress {
  readonly region: string;
  /** The function's id as it is deployed, with its case. */
  readonly id: string;
}

/** What arrives at a copy. `headers` in lower case; `host` is the canonical host that the sender believes it calls. */
export interface DeliveryRequest {
  readonly method: string;
  /** Path and query after the copy's own address: "/" or "/retry?attempt=2". */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface DeliveryAnswer {
  /** 404 where no such copy is deployed, 403 where its service lets nobody in, 500 where its code failed. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/**
 * How the sandbox's senders (Stripe, Twilio, Scheduler, queues, events) reach the deployed code. Never rejects for what
 * the code does: a copy that is not there, fails or takes too long is an answer. Rejects only while the sandbox ends.
 */
export interface Delivery {
  deliver(copy: CopyAddress, request: DeliveryRequest): Promise<DeliveryAnswer>;
}
