import { useEffect, useState } from "react";
import { messageOf } from "./message.ts";

type Polled<Value> = { status: "loading" } | { status: "loaded"; value: Value } | { status: "failed"; message: string };

const shortestMs = 3_000;
const longestMs = 30_000;

/**
 * Loads something again and again while the page is in sight, until `isFinal` says that it will not change any more: every
 * three seconds at first, less often the longer nothing changes. An attempt that fails does not take away what an earlier
 * one has brought. Both functions must be the same on every render.
 */
export function usePolled<Value>(load: () => Promise<Value>, isFinal: (value: Value) => boolean): Polled<Value> {
  const [polled, setPolled] = useState<Polled<Value>>({ status: "loading" });
  useEffect(() => {
    let isGone = false;
    let timer: number | undefined;
    let pauseMs = shortestMs;
    let last: string | null = null;
    const look = async () => {
      let isOver = false;
      if (document.visibilityState === "visible") {
        pauseMs = Math.min(pauseMs * 1.1, longestMs);
        try {
          const value = await load();
          const text = JSON.stringify(value);
          if (isGone) return;
          if (text !== last) {
            setPolled({ status: "loaded", value });
            pauseMs = shortestMs;
          }
          last = text;
          isOver = isFinal(value);
        } catch (error) {
          if (!isGone && last === null) setPolled({ status: "failed", message: messageOf(error) });
        }
      }
      if (!isGone && !isOver) timer = window.setTimeout(look, pauseMs);
    };
    void look();
    return () => {
      isGone = true;
      window.clearTimeout(timer);
    };
  }, [load, isFinal]);
  return polled;
}
