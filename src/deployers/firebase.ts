import type { PlannedCodebase } from "../firebase/planned-deploy.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { DeployedFunction } from "../model/deployed.ts";
import type { Change, DeploymentEvent, Failure, Operation, Part } from "../model/deployment.ts";
import { ActionError, InputError } from "../model/problem.ts";
import { type CopyAt, type FirebasePlan, functionsAsked, planFirebase } from "./firebase-plan.ts";
import { type FirebaseCli, runFirebase } from "./firebase-process.ts";
import type { Deployer, DeployRequest, Outcome, PreviewRequest, Scope } from "./port.ts";

/** What is live, as Google lists it. */
export interface LiveLook {
  readonly functions: readonly DeployedFunction[];
  /** Why it is not known what is live, by region; null: anywhere. */
  readonly unread: readonly { readonly region: string | null; readonly reason: string }[];
}

export interface FirebaseDeployerOptions {
  readonly manifest: Manifest;
  /** Codebases that it deploys, with the absolute folder of the firebase.json that names each. */
  readonly codebases: ReadonlyMap<string, { readonly folder: string }>;
  readonly cli: FirebaseCli;
  /** Looks anew whenever it is called. */
  readonly live: () => Promise<LiveLook>;
  /** What a codebase really declares: its SDK's own discovery, run anew whenever it is called. */
  readonly declared: (codebase: string) => Promise<PlannedCodebase>;
  /** How long one run of the CLI may take. Default: 45 minutes. */
  readonly patienceMs?: number;
}

const usualPatienceMs = 45 * 60_000;

/**
 * Deploys with the user's own Firebase CLI, never with --force, each function by its name. What came of it is read back
 * from Google; what the CLI prints is progress alone. It keeps no state: what is live is the state.
 */
export function createFirebaseDeployer(options: FirebaseDeployerOptions): Deployer {
  const { manifest, cli, codebases } = options;
  const { project, name: environment } = manifest.environment;
  const names = [...codebases.keys()];

  async function lookAt(scope: Scope): Promise<{ plan: FirebasePlan; live: readonly DeployedFunction[] }> {
    const used = new Set(functionsAsked(manifest, names, scope).map(({ codebase }) => codebase));
    const declared = new Map<string, PlannedCodebase>();
    for (const name of used) declared.set(name, await options.declared(name));
    const { functions, unread } = await options.live();
    const [first] = unread;
    if (first !== undefined) {
      const where = first.region === null ? "" : ` in ${first.region}`;
      const message = `What is live${where} could not be read: ${first.reason}.`;
      // Without it nobody knows what the CLI would delete.
      throw new ActionError([{ place: null, message, mend: "Try again once it can be.", excerpt: null }]);
    }
    const { version } = cli;
    const plan = planFirebase({ manifest, codebases: names, declared, live: functions, version, scope });
    return { plan, live: functions };
  }

  const partOf = ({ function: name, region }: CopyAt): Part => {
    const of = manifest.functions.get(name)?.class ?? null;
    return { kind: "function", function: name, region, class: of, detail: null };
  };
  const change = (copy: CopyAt, operation: Operation): Change => ({ part: partOf(copy), operation, fields: [] });
  const changesOf = ({ creates, updates, removals }: FirebasePlan): readonly Change[] => [
    ...creates.map((copy) => change(copy, "create")),
    ...updates.map((copy) => change(copy, "update")),
    ...removals.map((copy) => change(copy, "delete")),
  ];

  async function runCli(
    codebase: string,
    args: readonly string[],
    planned: readonly Change[],
    { signal, onEvent }: DeployRequest,
  ): Promise<string | null> {
    const { code, error } = await runFirebase(cli, [...args, "--non-interactive", "--project", project], {
      cwd: codebases.get(codebase)?.folder ?? ".",
      signal,
      patienceMs: options.patienceMs ?? usualPatienceMs,
      onLine: (line) => {
        const event = eventOf(line, planned);
        if (event !== null) onEvent?.(event);
      },
    });
    return code === 0 ? null : (error ?? `it ended with ${code ?? "a signal"}`);
  }

  return {
    async preview({ scope }: PreviewRequest) {
      const { plan } = await lookAt(scope);
      const failures = plan.problems.map(({ message, mend }): Failure => {
        return { part: null, operation: null, message: mend === null ? message : `${message}\n${mend}` };
      });
      return { changes: changesOf(plan), drifts: [], unchanged: 0, failures, notes: plan.notes };
    },

    async deploy(request: DeployRequest): Promise<Outcome> {
      const { plan, live } = await lookAt(request.scope);
      if (plan.problems.length > 0) throw new InputError(plan.problems);
      const planned = changesOf(plan);
      const said: string[] = [];
      for (const [codebase, functions] of plan.deploys) {
        const only = functions.map((name) => `functions:${codebase}:${name}`).join(",");
        const error = await runCli(codebase, ["deploy", "--only", only], planned, request);
        if (error !== null) said.push(error);
      }
      for (const { codebase, function: name, region } of plan.removals) {
        // Without --force it would ask whether it may delete this one copy, and nobody could answer.
        const args = ["functions:delete", `${codebase}:${name}`, "--region", region, "--force"];
        const error = await runCli(codebase, args, planned, request);
        if (error !== null) said.push(error);
      }
      if (planned.length === 0) return { changes: [], unchanged: 0, failures: [], notes: plan.notes };
      const { done, failures } = readBack(planned, live, await options.live(), said.join("\n"));
      for (const failure of failures) request.onEvent?.({ kind: "failed", failure });
      // Such as a clean-up of images that it would have liked to set up.
      const beside =
        failures.length === 0 ? said.map((text) => `the Firebase CLI deployed all of it, and then said: ${text}`) : [];
      return { changes: done, unchanged: 0, failures, notes: [...plan.notes, ...beside] };
    },

    adopt: () => Promise.reject(cannot("adopt", "It keeps no state that anything could be taken into.")),
    compareSizes: () => Promise.reject(cannot("compare sizes", "They are in the source of the functions.")),
    destroy: () =>
      Promise.reject(
        cannot("destroy", "It keeps no state that says what is its own; `firebase functions:delete` deletes."),
      ),

    async readState() {
      const { functions } = await options.live();
      const copies = functions.flatMap((copy) => {
        if (copy.deployer !== "firebase" || !names.includes(copy.codebase ?? "default")) return [];
        return [{ function: copy.name, region: copy.region, generation: copy.generation ?? 2, adopted: false }];
      });
      return { copies, interrupted: 0 };
    },
  };

  function cannot(what: string, why: string): InputError {
    const message = `The Firebase CLI, which deploys codebase ${names.join(" and ")} of ${environment}, cannot ${what}.`;
    return new InputError([{ place: null, message, mend: why, excerpt: null }]);
  }
}

/** What Google has of what was to be done. A change that left no trace was not made. */
function readBack(
  planned: readonly Change[],
  before: readonly DeployedFunction[],
  after: LiveLook,
  said: string,
): { done: readonly Change[]; failures: readonly Failure[] } {
  const find = (copies: readonly DeployedFunction[], { function: name, region }: Part) =>
    copies.find((copy) => copy.name === name && copy.region === region);
  const done: Change[] = [];
  const failures: Failure[] = [];
  for (const one of planned) {
    const { part, operation } = one;
    const unread = after.unread.find(({ region }) => region === null || region === part.region);
    const was = find(before, part);
    const now = find(after.functions, part);
    const reason =
      unread !== undefined
        ? `what came of it could not be read back: ${unread.reason}`
        : operation === "delete"
          ? now === undefined
            ? null
            : `it is still there. ${said}`
          : now === undefined
            ? `it is not there. ${said}`
            : now.state !== null && now.state !== "ACTIVE"
              ? `its state is ${now.state}. ${now.stateMessage ?? said}`
              : was !== undefined && was.updateTime === now.updateTime
                ? `it is as it was. ${said}`
                : null;
    if (reason === null) done.push(one);
    else failures.push({ part, operation, message: reason.trim() });
  }
  return { done, failures };
}

const begins = /\b(creating|updating|deleting)\b.*\bfunction (?:[\w-]+:)?([\w-]+)\(([\w-]+)\)\.\.\./;
const ends = /functions\[(?:[\w-]+:)?([\w-]+)\(([\w-]+)\)\] Successful \w+ operation/;

/** What a line of the CLI tells of progress; null: nothing. */
function eventOf(line: string, planned: readonly Change[]): DeploymentEvent | null {
  const of = (name: string | undefined, region: string | undefined): Change | undefined =>
    planned.find(({ part }) => part.function === name && part.region === region);
  const begun = begins.exec(line);
  const started = begun === null ? undefined : of(begun[2], begun[3]);
  if (started !== undefined) return { kind: "begun", change: started };
  const ended = ends.exec(line);
  const finished = ended === null ? undefined : of(ended[1], ended[2]);
  if (finished !== undefined) return { kind: "done", change: finished };
  const [, warning] = /^⚠\s+(.*)$/.exec(line) ?? [];
  return warning === undefined ? null : { kind: "warning", part: null, message: warning };
}
