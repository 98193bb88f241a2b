import { useEffect, useState } from "react";
import { messageOf } from "./message.ts";

type Polled<Value> = { status: "loading" } | { status: "loaded"; value: Value } | { status: "failed"; message: string };

const everyMs = 3_000;

/**
 * Loads something again and again while the page is in sight, until `isFinal` says that it will not change any more. An
 * attempt that fails does not take away what an earlier one has brought. Both functions must be the same on every render.
 */
export function usePolled<Value>(load: () => Promise<Value>, isFinal: (value: Value) => boolean): Polled<Value> {
  const [polled, setPolled] = useState<Polled<Value>>({ status: "loading" });
  useEffect(() => {
    let isGone = false;
    let timer: number | undefined;
    const look = async () => {
      let isOver = false;
      if (document.visibilityState === "visible") {
        try {
          const value = await load();
          isOver = isFinal(value);
          if (!isGone) setPolled({ status: "loaded", value });
        } catch (error) {
          const message = messageOf(error);
          if (!isGone) setPolled((last) => (last.status === "loaded" ? last : { status: "failed", message }));
        }
      }
      if (!isGone && !isOver) timer = window.setTimeout(look, everyMs);
    };
    void look();
    return () => {
      isGone = true;
      window.clearTimeout(timer);
    };
  }, [load, isFinal]);
  return polled;
}
