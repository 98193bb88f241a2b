import { counted } from "../audit/wording.ts";
import type { ChecklistLine, DeployedCommit } from "../model/verification.ts";
import type { VerifyFacts } from "./facts.ts";

const id = "commit";

/** The code that is live, by what deployments have noted of theirs. */
export function commitLine({ deployments, wantedCommit, commit, manifest }: VerifyFacts): ChecklistLine {
  const isAsked = wantedCommit !== null;
  const unknown = (evidence: string): ChecklistLine => {
    return { id, outcome: isAsked ? "not checked" : "not asked", evidence, details: [] };
  };
  if ("unread" in deployments) return unknown(deployments.unread);
  const last = deployments.found.findIndex(({ whole }) => whole);
  const live = deployments.found[last];
  if (live === undefined) return unknown("no deployment of everything has noted its commit");
  const later = deployments.found.slice(0, last);
  const others = later.filter((one) => one.id !== live.id || one.clean !== live.clean);
  const details = others.map((one) => `a part of the fleet was deployed after it from ${told(one)}`);
  const foreign = [...manifest.codebases.values()].filter(({ deployer }) => deployer !== "pulumi");
  if (foreign.length > 0) {
    details.push(`the Firebase CLI notes no commit of ${foreign.map(({ name }) => name).join(", ")}`);
  }
  const evidence = `live is ${told(live)}`;
  const wanted = wantedCommit ?? commit?.id ?? null;
  const isIt = wanted !== null && live.id?.startsWith(wanted) === true && live.clean !== false && others.length === 0;
  if (isAsked && !isIt) {
    const rest = others.length === 0 ? "" : `, with ${counted(others.length, "part", "parts")} from elsewhere`;
    return { id, outcome: "failed", evidence: `${evidence}${rest}, and not ${short(wantedCommit)}`, details };
  }
  if (isIt && live.clean === null) return unknown(`${evidence}; whether its files were changed is not known`);
  if (isAsked && foreign.length > 0) return { id, outcome: "not checked", evidence, details };
  if (isIt && foreign.length === 0) return { id, outcome: "passed", evidence, details };
  const here = commit === null ? "" : `; the code here is ${short(commit.id)}`;
  return { id, outcome: "not asked", evidence: `${evidence}${here}`, details };
}

function told({ id: full, clean, at }: DeployedCommit): string {
  if (full === null) return `code outside of any commit, deployed ${at.slice(0, 10)}`;
  return `${short(full)}${clean === false ? " with uncommitted changes" : ""}, deployed ${at.slice(0, 10)}`;
}

function short(commit: string): string {
  return commit.slice(0, 12);
}
