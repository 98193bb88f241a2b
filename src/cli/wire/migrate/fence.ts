import type { Lock } from "../../../migrate/ports/journal-store.ts";
import { Refused } from "../../../migrate/ports/world.ts";

/** How long one attempt of a call may take, with some to spare: see `attemptMs` of the clients. */
const attemptMs = 60_000;

export interface Fence {
  /** As the real one; what changes something goes out only while the lock holds for as long as it may take. */
  readonly fetch: typeof fetch;
  /** Fires with the command's own, or once the lock is lost: nothing more is tried then. */
  readonly signal: AbortSignal;
  /** Throws Refused where the lock does not hold for that long any more. For whatever is changed beside the network. */
  check(): void;
  /** The lock that counts from now on, and that stops everything once somebody else has it. */
  watch(lock: Lock): Lock;
}

/**
 * Keeps what a suspended process was about to send from going out once somebody else may have taken its move over. The look
 * at the lock and the sending are one turn of the event loop; what was sent by then lands before the lock has run out.
 */
export function createFence(signal: AbortSignal, send: typeof fetch = fetch): Fence {
  let watched: Lock | null = null;
  const lost = new AbortController();

  function check(): void {
    if (watched !== null && watched.leftMs() < attemptMs && !lost.signal.aborted) {
      const held =
        "The lock of the move has run out: this process was suspended, or could not renew it. Nothing more was sent; resume to go on.";
      lost.abort(new Refused(held));
    }
    lost.signal.throwIfAborted();
  }

  return {
    signal: AbortSignal.any([signal, lost.signal]),
    check,
    watch(lock) {
      watched = lock;
      const orStop = async (work: Promise<void>): Promise<void> => {
        try {
          await work;
        } catch (error) {
          if (error instanceof Refused) lost.abort(error);
          throw error;
        }
      };
      return {
        ...lock,
        renew: () => orStop(lock.renew()),
        sending: () => orStop(lock.sending()),
        settled: () => orStop(lock.settled()),
      };
    },
    fetch: async (input, init) => {
      const method = init?.method ?? (input instanceof Request ? input.method : "GET");
      if (method !== "GET") check();
      return send(input, init);
    },
  };
}
