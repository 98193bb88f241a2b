const firstMs = 500;
const longestMs = 10_000;

/** Full jitter: a random wait between 0 and 0.5 s, 1 s, 2 s, … at most 10 s. `attempt` counts from 1. */
export function jitteredMs(attempt: number, random: () => number): number {
  return Math.floor(random() * Math.min(longestMs, firstMs * 2 ** (attempt - 1)));
}

/** Milliseconds that a Retry-After header asks for: seconds or an HTTP date. Null without one, or one of neither form. */
export function retryAfterMs(header: string | null, now: number): number | null {
  const text = header?.trim() ?? "";
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  // Date.parse accepts much that is no date; an HTTP date has the weekday, the month's name and GMT.
  if (!/^[A-Za-z]{3,9}, .*GMT$/.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}

/** Waits, or rejects with the signal's reason as soon as it is aborted. */
export function sleepMs(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
