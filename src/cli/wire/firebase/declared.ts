import type { PlannedCodebase } from "../../../firebase/planned-deploy.ts";
import type { Manifest } from "../../../manifest/manifest.ts";
import type { DeclaredFacts } from "../../../model/declared.ts";
import type { Gap } from "../../../model/gap.ts";
import type { Io } from "../../io.ts";
import { discoveryPatience } from "../codebases.ts";
import { type Read, readDeclaredHere } from "../read-code.ts";

export interface DeclaredCodebase {
  readonly codebase: PlannedCodebase;
  readonly facts: DeclaredFacts | null;
  /** What was not understood; empty where the answer is whole. */
  readonly gaps: readonly Gap[];
  /** The SDK's own discovery has given the answer, too. */
  readonly discovered: boolean;
}

/**
 * What a codebase declares, as sure as it can be known: its source is read, and where that leaves anything open, or it
 * is asked for, its SDK's own discovery runs as well. That executes its code, as the deployment is about to.
 */
export async function readSurely(
  root: string,
  manifest: Manifest,
  at: { readonly name: string; readonly source: string },
  io: Io,
  discover: boolean,
): Promise<DeclaredCodebase> {
  const ask = { codebases: [at], projectId: manifest.environment.project };
  const bySource = discover ? null : await readDeclaredHere(root, manifest, null, null, ask);
  if (bySource !== null && isSure(bySource)) return told(at.name, bySource, false);
  const run = { patienceMs: discoveryPatience(io), signal: io.signal };
  const read = await readDeclaredHere(root, manifest, null, null, { ...ask, discover: run });
  const hasRun = (read.facts?.discovery?.codebases.length ?? 0) > 0;
  return told(at.name, read, hasRun);
}

function isSure({ facts, gaps }: Read<DeclaredFacts>): boolean {
  return (
    facts !== null && gaps.length === 0 && facts.unresolved.length === 0 && facts.functions.every((one) => one.certain)
  );
}

function told(name: string, { facts, gaps }: Read<DeclaredFacts>, discovered: boolean): DeclaredCodebase {
  const [open] = facts?.unresolved ?? [];
  const [gap] = gaps;
  const incomplete =
    open !== undefined
      ? `${open.file}:${open.line} cannot be told: ${open.reason}`
      : gap !== undefined
        ? `what codebase ${name} declares could not be read in full: ${gap.reason}`
        : facts === null
          ? `what codebase ${name} declares could not be read`
          : null;
  const unresolved = (facts?.unresolved ?? []).map(
    ({ file, line, reason }): Gap => ({
      source: "declared",
      facet: "files",
      scope: `${file}:${line}`,
      region: null,
      reason,
    }),
  );
  const codebase = { name, functions: facts?.functions ?? [], incomplete };
  return { codebase, facts, gaps: [...gaps, ...unresolved], discovered };
}
