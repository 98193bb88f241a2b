import type { Manifest } from "../manifest/manifest.ts";
import { InputError } from "../model/problem.ts";
import { projectsIn, type StackState } from "../stacks/state.ts";

/** Two fleets that share a backend and a stack's name would delete each other. Throws InputError. */
export function refuseForeign(state: StackState, { environment }: Manifest): void {
  const { name, project, place } = environment;
  const foreign = projectsIn(state).filter((one) => one !== project);
  if (foreign.length === 0) return;
  const message = `The state of environment ${name} holds functions of project ${foreign.join(" and ")}, and ${name} is project ${project}.`;
  throw new InputError([
    { place, message, mend: "Give each fleet a backend, or an environment's name, of its own.", excerpt: null },
  ]);
}
