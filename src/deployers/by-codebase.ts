import type { Manifest } from "../manifest/manifest.ts";
import { InputError, type Problem } from "../model/problem.ts";
import type { Deployer, DeployRequest, Outcome, Preview, PreviewRequest, Scope } from "./port.ts";

/**
 * One deployer of a fleet whose codebases are deployed by two tools: each function by its codebase's. What only the one
 * with a state can do, it does for its own.
 * @param firebase deploys the codebases named, and keeps no state; made only when it has something to do
 */
export function createDeployerByCodebase(
  manifest: Manifest,
  pulumi: Deployer,
  firebase: () => Deployer,
  codebases: readonly string[],
): Deployer {
  const isFirebase = (name: string): boolean => codebases.includes(manifest.functions.get(name)?.codebase ?? "");
  /** Null: nothing of it is the deployer's business. A function that is gone from the manifest is the state's. */
  const narrowed = <R extends PreviewRequest>(request: R, ours: boolean): R | null => {
    const { functions } = request.scope;
    if (functions.length === 0) return request;
    const own = functions.filter((name) => isFirebase(name) === ours);
    const scope: Scope = { ...request.scope, functions: own };
    return own.length === 0 ? null : { ...request, scope };
  };
  const kept = `what the Firebase CLI deploys (codebase ${codebases.join(", ")}) is left as it is`;

  return {
    async preview(request: PreviewRequest): Promise<Preview> {
      const [one, other] = [narrowed(request, false), narrowed(request, true)];
      const first = one === null ? nothing : await pulumi.preview(one);
      const second = other === null ? nothing : await firebase().preview(other);
      return { ...first, ...joined(first, second), drifts: [...first.drifts, ...second.drifts] };
    },

    async deploy(request: DeployRequest): Promise<Outcome> {
      const [one, other] = [narrowed(request, false), narrowed(request, true)];
      if (one !== null && other !== null) {
        // All that is wrong with what was asked is told before either has changed anything.
        const { failures } = await firebase().preview(other);
        const problems = failures.map(({ message }): Problem => ({ place: null, message, mend: null, excerpt: null }));
        if (problems.length > 0) throw new InputError(problems);
      }
      const first = one === null ? nothing : await pulumi.deploy(one);
      const second = other === null ? nothing : await firebase().deploy(other);
      return joined(first, second);
    },

    adopt: (live, request) => pulumi.adopt(live, request),

    compareSizes: () => pulumi.compareSizes(),

    noteUnchanged: async (scope) => pulumi.noteUnchanged?.(scope),

    async destroy(request) {
      const outcome = await pulumi.destroy(request);
      return { ...outcome, notes: [...outcome.notes, kept] };
    },

    async readState() {
      const [one, other] = await Promise.all([pulumi.readState(), firebase().readState()]);
      return { copies: [...one.copies, ...other.copies], interrupted: one.interrupted + other.interrupted };
    },
  };
}

const nothing: Preview = { changes: [], drifts: [], unchanged: 0, failures: [], notes: [] };

function joined(one: Outcome, other: Outcome): Outcome {
  return {
    changes: [...one.changes, ...other.changes],
    unchanged: one.unchanged + other.unchanged,
    failures: [...one.failures, ...other.failures],
    notes: [...one.notes, ...other.notes],
  };
}
