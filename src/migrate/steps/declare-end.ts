import { lineChanged } from "./declare-move.ts";
import type { WorkOf } from "./work.ts";

/** regions.yaml says that the move is over. */
export const declareEnd: WorkOf<"declare-end"> = (_action, { move, ports }) => {
  const { function: name, from, to } = move;
  return {
    forward: {
      async probe() {
        const standing = await ports.manifest.standing(name, from, to);
        if (standing === "after") return { is: "done", evidence: `regions.yaml has ${name} in ${to} alone` };
        if (standing === "moving") return { is: "todo" };
        return { is: "changed", what: lineChanged(name) };
      },
      apply: () => ports.manifest.write(name, from, to, "after", ""),
    },
    backward: null,
  };
};
