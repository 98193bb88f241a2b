import { setTimeout as sleep } from "node:timers/promises";
import type { Google } from "../clients/google.ts";
import { GoogleError } from "../clients/google-error.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { Failure } from "../model/deployment.ts";
import { InputError, type Problem } from "../model/problem.ts";
import type { CodeCommit } from "../model/verification.ts";
import { adoptables, importOf, withPlaces } from "../stacks/adopt.ts";
import { withKept } from "../stacks/kept.ts";
import { checkGenerations, checkMoves } from "../stacks/moves.ts";
import { checkQuotas, type ProjectLoad } from "../stacks/quota.ts";
import type { Copy, FleetPlan } from "../stacks/resource.ts";
import type { OpenStack, RunOptions, RunResult, Site } from "../stacks/run.ts";
import { copiesIn, readState, type StackState } from "../stacks/state.ts";
import { checkStrangers, type LivePlace } from "../stacks/strangers.ts";
import { urnsOf } from "../stacks/urns.ts";
import { forgetCommits, noteCommit } from "./commit-notes.ts";
import { refuseForeign } from "./foreign.ts";
import { givenIds } from "./given-ids.ts";
import { createFirstLook, unasked } from "./look-first.ts";
import type { Adoption, Deployer, Outcome, Preview, Scope } from "./port.ts";
import { isWithin, limits, targetsOf } from "./scope.ts";
import { takeTurn } from "./take-turn.ts";
import { foundAgain, goesAwayByWaiting, interrupted, isTaken, killed, refusalOf, withAdoption } from "./wording.ts";

export interface PulumiDeployerOptions {
  readonly site: Site;
  readonly manifest: Manifest;
  readonly plan: FleetPlan;
  /** The site's stack, where it is being opened already. */
  readonly stack?: Promise<OpenStack>;
  /** Asks for what a killed deployment may have left. */
  readonly google: Google;
  /** Copies that are live, where somebody has looked; else the state alone says what would move. */
  readonly live?: readonly LivePlace[];
  /** What counts towards the limits of each region; left out, the plan alone does. */
  readonly load?: ProjectLoad;
  /** The code that it deploys, which is noted with the state; left out: nothing is noted. */
  readonly commit?: CodeCommit | null;
  readonly now?: () => Date;
  /** Waits before what the outside had no room for is tried again. */
  readonly wait?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/** How long what ran out of quota is left alone, one wait after the other. */
const waits = [20_000, 60_000, 120_000];

/** Deploys with the Pulumi engine. The engine and its SDK are loaded by the first call. */
export function createPulumiDeployer(options: PulumiDeployerOptions): Deployer {
  const { site, manifest, plan } = options;
  const urns = urnsOf(plan, site.projectName);
  const firstLook = createFirstLook(plan, urns);
  const wait = options.wait ?? ((milliseconds, signal) => sleep(milliseconds, undefined, { signal }));

  let opened = options.stack ?? null;
  async function open(): Promise<OpenStack> {
    opened ??= import("../stacks/run.ts").then(({ openStack }) => openStack(site));
    const stack = await opened;
    refuseForeign(readState(await stack.readState()), manifest);
    return stack;
  }

  async function note(stack: OpenStack, whole: boolean): Promise<void> {
    if (options.commit !== undefined) await noteCommit(stack, options.commit, whole, options.now?.() ?? new Date());
  }

  function problemsOf(state: StackState, within: (copy: Copy) => boolean): readonly Problem[] {
    const asked = { ...plan, copies: plan.copies.filter(within) };
    return [
      ...checkMoves(asked, manifest, [...copiesIn(state), ...(options.live ?? [])]),
      ...checkGenerations(asked, manifest, copiesIn(state)),
      ...checkStrangers(asked, options.live ?? [], copiesIn(state)),
      ...checkQuotas(asked, manifest, options.load),
    ];
  }

  function exclusively<T>(stack: OpenStack, run: RunOptions, notes: string[], work: () => Promise<T>): Promise<T> {
    const { environment } = site;
    const onKilled = () => settleNow(stack, run, notes, killed);
    return takeTurn({ stack, environment, onKilled, wait: (milliseconds) => wait(milliseconds, run.signal) }, work);
  }

  async function settleNow(
    stack: OpenStack,
    run: RunOptions,
    notes: string[],
    note: (found: number) => string | null,
  ): Promise<void> {
    const { settle } = await import("../stacks/settle.ts");
    const given = await idsGiven(notes);
    const { found, failures } = await settle(stack, plan, site.projectName, given, { signal: run.signal });
    const told = note(found.length);
    if (told !== null) notes.push(told);
    for (const { message } of failures)
      notes.push(`what an earlier deployment left could not be looked at: ${message}`);
  }

  async function idsGiven(notes: string[]): Promise<Map<string, string>> {
    try {
      return await givenIds(options.google, plan);
    } catch (error) {
      if (!(error instanceof GoogleError)) throw error;
      notes.push(`whether alerts and dashboard are there already could not be read (${error.reason})`);
      return new Map();
    }
  }

  /**
   * The state, brought up to what is there where a killed run has left a trace: operations that it had begun, or alerts
   * that the state does not know. These take no name that would keep a second one from being made.
   */
  async function settled(stack: OpenStack, run: RunOptions, notes: string[]): Promise<StackState> {
    const state = readState(await stack.readState());
    const known = new Set(state.resources.map(({ name }) => name));
    const hasTrace = state.pending.length > 0;
    if (!hasTrace && ![...(await idsGiven([])).keys()].some((name) => !known.has(name))) return state;
    await exclusively(stack, run, notes, () => settleNow(stack, run, notes, hasTrace ? killed : foundAgain));
    return readState(await stack.readState());
  }

  /** Reads into the state what is really there; what cannot be read is a failure, and stays as the state has it. */
  async function readAgain(stack: OpenStack, scope: Scope, signal: AbortSignal): Promise<readonly Failure[]> {
    const state = readState(await stack.readState());
    const known = new Set(state.resources.map(({ urn }) => urn));
    const targets = targetsOf(plan, state, scope, urns)?.filter((urn) => known.has(urn)) ?? null;
    if (known.size === 0 || targets?.length === 0) return [];
    return (await stack.refresh({ signal, targets })).failures;
  }

  return {
    async preview({ scope, refresh, signal, onEvent, allowReplace }): Promise<Preview> {
      const stack = await open();
      const exported = await stack.readState();
      const state = readState(exported);
      const problems = problemsOf(state, (copy) => isWithin(scope, { ...copy, class: classOf(copy.function) }));
      const notes = state.pending.length === 0 ? [] : [interrupted(state.pending.length)];
      const targets = targetsOf(plan, state, scope, urns);
      const kept = withKept(plan, state);
      const result = await stack.preview(kept, { signal, targets, refresh, ...hearing(onEvent) });
      const { withoutGone } = await import("./gone.ts");
      const changes = withoutGone(result.changes, kept, plan, urns);
      const undertaking = { kept, exported, targets, allowed: allowReplace ?? [] };
      if (!refresh) firstLook.remember(undertaking, result.changes);
      const agreed = firstLook.consent(undertaking, changes);
      const failures = [...problems.map(refusalOf), ...agreed.refusals, ...result.failures];
      const { drifts } = result;
      const planned = new Set(plan.copies.map((copy) => `${copy.function}@${copy.region}`));
      const adopted = copiesIn(state).some((copy) => copy.adopted && planned.has(`${copy.function}@${copy.region}`));
      const told = [...plan.notes, ...notes, ...agreed.notes];
      return { ...shown(result), changes, drifts, adopted, failures, notes: told };
    },

    async deploy({ scope, refresh, signal, onEvent, allowReplace }): Promise<Outcome> {
      const notes: string[] = [];
      const toldConsent = new Set<string>();
      let hasWritten = false;
      const run: RunOptions = { signal, ...hearing(onEvent) };
      const stack = await open();
      const before = await settled(stack, run, notes);
      const problems = problemsOf(before, (copy) => isWithin(scope, { ...copy, class: classOf(copy.function) }));
      if (problems.length > 0) throw new InputError(problems);
      // First, so that what is gone by now is neither kept nor made again.
      const unread = refresh ? await exclusively(stack, run, notes, () => readAgain(stack, scope, signal)) : [];
      const attempt = () =>
        exclusively(stack, run, notes, async (): Promise<RunResult> => {
          const exported = await stack.readState();
          const state = readState(exported);
          const targets = targetsOf(plan, state, scope, urns);
          const undertaking = { kept: withKept(plan, state), exported, targets, allowed: allowReplace ?? [] };
          const agreed = await firstLook.ask(stack, undertaking, signal);
          if (agreed.refusals.length > 0) {
            if (!hasWritten) throw unasked(agreed.refusals);
            const nothing = { changes: [], unchanged: 0, warnings: [], drifts: [], compared: [], complete: false };
            return { ...nothing, failures: agreed.refusals };
          }
          if (!hasWritten) await note(stack, false);
          hasWritten = true;
          for (const note of agreed.notes) toldConsent.add(note);
          return stack.up(undertaking.kept, { ...run, targets, replace: firstLook.anew(undertaking, agreed) });
        });
      let result = await attempt();
      const changes = [...result.changes];
      const pauses = [...waits];
      let hasSettled = false;
      while (!result.complete) {
        const taken = result.failures.filter(isTaken);
        if (taken.length > 0 && !hasSettled) {
          // Once for each time that something may have been made: the provider forgets what Google made and failed.
          hasSettled = true;
          await exclusively(stack, run, notes, () => settleNow(stack, run, notes, foundAgain));
        } else if (result.failures.some(goesAwayByWaiting)) {
          const pause = pauses.shift();
          if (pause === undefined) break;
          hasSettled = false;
          await wait(pause, signal);
        } else break;
        result = await attempt();
        changes.push(...result.changes);
      }
      const failures = [...unread, ...result.failures.map((one) => (isTaken(one) ? withAdoption(one) : one))];
      if (result.complete && failures.length === 0 && !limits(scope)) await note(stack, true);
      return { ...shown(result), changes, failures, notes: [...plan.notes, ...notes, ...toldConsent] };
    },

    async adopt(live, { signal, onEvent, lookAgain = true }): Promise<Adoption> {
      const notes: string[] = [];
      const run: RunOptions = { signal, ...hearing(onEvent) };
      const stack = await open();
      const [{ ensureSkeleton }, { withImportedLabels }, { partOf }] = await Promise.all([
        import("../stacks/settle.ts"),
        import("../stacks/imported-labels.ts"),
        import("../stacks/parts.ts"),
      ]);
      const found = adoptables(plan, live, classOf);
      const placed = withPlaces(plan, found);
      const placedUrns = urnsOf(placed, site.projectName);
      const before = readState(await stack.readState());
      if (before.pending.length > 0) await settled(stack, run, notes);
      const known = new Set(before.resources.map(({ urn }) => urn));
      const unseen = (urn: string): boolean => live.unseen.includes(partOf(urn)?.region ?? "");
      let failures: readonly Failure[] = [];
      const take = async (): Promise<void> => {
        const exported = await stack.readState();
        const state = readState(exported);
        const old = state.resources.filter(({ protect, urn }) => lookAgain && protect && !unseen(urn));
        const again = old.map(({ urn }) => urn);
        const present = new Set(state.resources.map(({ urn }) => urn));
        const { names, resources } = importOf(found, present, placedUrns);
        if (resources.length === 0 && again.length === 0 && withImportedLabels(exported) === exported) return;
        // What an interrupted adoption has taken, and what others may have deployed since.
        const looked = again.length === 0 ? [] : (await stack.refresh({ signal, targets: again })).failures;
        if (resources.length > 0) await ensureSkeleton(stack, placed, placedUrns, run);
        failures = [...looked, ...(await stack.adopt(resources, names, run)).failures];
      };
      await exclusively(stack, run, notes, take);
      const after = readState(await stack.readState());
      const fresh = after.resources.map(({ urn }) => urn).filter((urn) => !known.has(urn));
      const adopted = fresh.flatMap((urn) => {
        const part = partOf(urn);
        return part === null ? [] : [{ part, operation: "adopt" as const, fields: [] }];
      });
      const preview = await stack.preview(withKept(plan, after), { signal });
      return {
        adopted,
        present: copiesIn(after).length - adopted.filter(({ part }) => part.kind === "function").length,
        failures: [...failures, ...preview.failures],
        differences: preview.changes.filter(({ part }) => !live.unseen.includes(part.region ?? "")),
        refusals: problemsOf(after, () => true).map(refusalOf),
        notes: [...plan.notes, ...notes],
      };
    },

    async noteUnchanged(scope) {
      if (!limits(scope)) await note(await open(), true);
    },

    async compareSizes() {
      const { liveSizes } = await import("../stacks/live-sizes.ts");
      return liveSizes(plan, readState(await (await open()).readState()));
    },

    async destroy({ includeAdopted, signal, onEvent }): Promise<Outcome> {
      const notes: string[] = [];
      const run: RunOptions = { signal, ...hearing(onEvent) };
      const stack = await open();
      const state = await settled(stack, run, notes);
      const kept = copiesIn(state).filter(({ adopted }) => adopted).length;
      const result = await exclusively(stack, run, notes, async () => {
        if (includeAdopted) {
          const { withoutProtection } = await import("../stacks/protection.ts");
          await stack.writeState(withoutProtection(await stack.readState()));
        }
        return stack.destroy(run);
      });
      await forgetCommits(stack);
      if (kept > 0 && !includeAdopted) notes.push(`${kept} adopted copies are left as they are`);
      return { ...shown(result), notes };
    },

    async readState() {
      const state = readState(await (await open()).readState());
      const copies = copiesIn(state).map(({ function: name, region, generation, adopted }) => {
        return { function: name, region, generation, adopted };
      });
      return { copies, interrupted: state.pending.length };
    },
  };

  function classOf(name: string): string | null {
    return manifest.functions.get(name)?.class ?? null;
  }
}

function hearing(onEvent: RunOptions["onEvent"]): Pick<RunOptions, "onEvent"> {
  return onEvent === undefined ? {} : { onEvent };
}

function shown({ changes, unchanged, failures }: RunResult): Pick<Outcome, "changes" | "unchanged" | "failures"> {
  return { changes, unchanged, failures };
}
