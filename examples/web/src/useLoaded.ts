import { useEffect, useState } from "react";
import { messageOf } from "./message.ts";

type Loaded<Value> = { status: "loading" } | { status: "loaded"; value: Value } | { status: "failed"; message: string };

/** Loads something once, when the component appears. `load` must be the same function on every render. */
export function useLoaded<Value>(load: () => Promise<Value>): Loaded<Value> {
  const [loaded, setLoaded] = useState<Loaded<Value>>({ status: "loading" });
  useEffect(() => {
    let gone = false;
    load().then(
      (value) => gone || setLoaded({ status: "loaded", value }),
      (error: unknown) => gone || setLoaded({ status: "failed", message: messageOf(error) }),
    );
    return () => {
      gone = true;
    };
  }, [load]);
  return loaded;
}
