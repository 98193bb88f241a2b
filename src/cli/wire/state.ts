import type { Manifest } from "../../manifest/manifest.ts";
import type { Gap } from "../../model/gap.ts";
import { InputError } from "../../model/problem.ts";
import type { StateFacts } from "../../model/state.ts";
import type { Io } from "../io.ts";
import type { Read } from "./read-code.ts";
import type { Services } from "./services.ts";
import { findEngineHere, withStateSite } from "./site.ts";

/**
 * The environment's state, compared with what is there. Builds no codebase and runs none of their code. Whatever keeps
 * the state from being read is a gap; so is a state that is not there, since it may lie elsewhere.
 */
export async function readStateHere(
  root: string,
  manifest: Manifest,
  services: () => Promise<Services>,
  io: Io,
): Promise<Read<StateFacts>> {
  const { environment } = manifest;
  try {
    const engine = await findEngineHere(io);
    if (engine === null) return unusable(noEngine);
    const { createPulumiStateReader } = await import("../../deployers/pulumi-state.ts");
    const found = await withStateSite(engine, root, manifest, await services(), io, (site) =>
      createPulumiStateReader({ site, manifest }).compare({ signal: io.signal }),
    );
    if (found !== null) return { facts: found.facts, gaps: found.unread.map(resourceGap) };
    const where = environment.backend ?? `.regions/${environment.name}/state`;
    return unusable(
      `there is no state of ${environment.name} in ${where}: nothing was deployed or adopted yet, or its state lies elsewhere`,
    );
  } catch (error) {
    if (io.signal.aborted || !(error instanceof InputError)) throw error;
    return unusable(error.problems.map(({ message, mend }) => sentence(message, mend)).join(" "));
  }
}

const noEngine = "no Pulumi engine can be used here; `regions preview` says where it was looked for";

function resourceGap({ region, reason }: { readonly region: string | null; readonly reason: string }): Gap {
  return { source: "state", facet: "resources", scope: region ?? "*", region, reason };
}

function unusable(reason: string): Read<StateFacts> {
  return { facts: null, gaps: [{ source: "state", facet: "state", scope: "*", region: null, reason }] };
}

/** What is wrong, and what to do where that is one sentence: a reason is shown on one line. */
function sentence(message: string, mend: string | null): string {
  const told = message.replace(/[.:]$/, "");
  return mend === null || mend.includes("\n") ? told : `${told}. ${mend}`;
}
