import type { WorkOf } from "./work.ts";

/** regions.yaml names the new region, and the one that is left until the day that the plan gives. */
export const declareMove: WorkOf<"declare-move"> = ({ until, found }, { move, ports }) => {
  const { function: name, from, to } = move;
  return {
    forward: {
      async probe() {
        const standing = await ports.manifest.standing(name, from, to);
        if (standing === "moving") return { is: "done", evidence: `regions.yaml moves ${name} from ${from} to ${to}` };
        if (standing === found) return { is: "todo" };
        return { is: "changed", what: lineChanged(name) };
      },
      apply: () => ports.manifest.write(name, from, to, "moving", until),
    },
    backward: {
      async probe() {
        const standing = await ports.manifest.standing(name, from, to);
        if (standing === found) {
          return {
            is: "done",
            evidence: `regions.yaml has ${name} in ${found === "before" ? from : to}, as before the move`,
          };
        }
        if (standing === "moving") return { is: "todo" };
        return { is: "changed", what: lineChanged(name) };
      },
      apply: () => ports.manifest.write(name, from, to, found, until),
    },
  };
};

export function lineChanged(name: string): string {
  return `the line of ${name} in regions.yaml is neither as the move found it nor as the move wrote it. Put it back, and resume.`;
}
