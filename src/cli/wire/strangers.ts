import type { DeployedFacts } from "../../model/deployed.ts";
import type { Gap } from "../../model/gap.ts";

/** The gap of a list that holds functions, and none of them of this project: it says nothing of it. */
export function strangersOnly(deployed: DeployedFacts | null, project: string | null, file: string): Gap | null {
  const projects = new Set(deployed?.functions.map((row) => row.project));
  // A project may be named by its number, or not at all: nobody can tell such a row from one of ours.
  const ours = [...projects].some((one) => one === project || one === "" || /^\d+$/.test(one));
  if (project === null || projects.size === 0 || ours) return null;
  const reason = `${file} lists project ${[...projects].sort().join(", ")}, and this is project ${project}`;
  return { source: "deployed", facet: "functions", scope: "*", region: null, reason };
}
