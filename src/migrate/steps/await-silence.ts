import { silenceOf, silentFrom } from "./silence.ts";
import type { WorkOf } from "./work.ts";

/** Nothing has reached the old copy for as long as anybody may still have its address. */
export const awaitSilence: WorkOf<"await-silence"> = ({ forMs, why }, context) => ({
  forward: {
    probe() {
      const { move, ports } = context;
      return silenceOf(ports.traffic, move.function, move.from, { since: silentFrom(context), forMs, why });
    },
    apply: null,
  },
  backward: null,
});
