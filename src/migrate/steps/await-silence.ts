import { silenceOf } from "./silence.ts";
import type { WorkOf } from "./work.ts";

/** Nothing has reached the old copy for as long as anybody may still have its address. */
export const awaitSilence: WorkOf<"await-silence"> = ({ forMs, why }, { move, ports, switchedAt, startedAt }) => ({
  forward: {
    probe: () => silenceOf(ports.traffic, move.function, move.from, { since: switchedAt ?? startedAt, forMs, why }),
    apply: null,
  },
  backward: null,
});
