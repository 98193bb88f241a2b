import { useCallback, useState } from "react";
import { messageOf } from "./message.ts";

type State = { status: "idle" | "busy" | "done" } | { status: "failed"; message: string };

/** Runs something on request and keeps how it went, so that a page shows failures instead of swallowing them. */
export function useAction<Arguments extends unknown[]>(action: (...given: Arguments) => Promise<void>) {
  const [state, setState] = useState<State>({ status: "idle" });
  const run = useCallback(
    async (...given: Arguments) => {
      setState({ status: "busy" });
      try {
        await action(...given);
        setState({ status: "done" });
      } catch (error) {
        setState({ status: "failed", message: messageOf(error) });
      }
    },
    [action],
  );
  return { state, run };
}
