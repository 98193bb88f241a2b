import { Fleet } from "../../../audit/fleet.ts";
import { holdersOf } from "../../../audit/holder-uses.ts";
import { Names } from "../../../audit/names.ts";
import type { Manifest } from "../../../manifest/manifest.ts";
import type { TelegramSecret } from "../../../migrate/outside/provider-adapters.ts";
import type { MoveFacts, ReachingCaller } from "../../../migrate/plan/facts.ts";
import type { Gap } from "../../../model/gap.ts";
import type { Holder, HolderKind } from "../../../model/holders.ts";
import type { HolderRef } from "../../../model/move.ts";
import type { Snapshot } from "../../../model/snapshot.ts";
import { placeText, regionsReached } from "./callers.ts";

/** What of a look bears on a move of one function. */
export function moveFacts(
  snapshot: Snapshot,
  manifest: Manifest,
  name: string,
  to: string,
  openMoves: readonly string[],
  telegram: TelegramSecret | null = null,
): MoveFacts {
  const project = manifest.environment.project;
  const fleet = new Fleet({ ...snapshot, project });
  const names = new Names([fleet.copies.keys(), manifest.functions.keys()]);
  const { uses } = holdersOf(snapshot.holders, project, names, fleet, "all");
  const copies = fleet.copiesOf(name);
  const hosts = new Set(
    copies.flatMap(({ region, urls }) => [`${region}-${project}.cloudfunctions.net`, ...urls.map(hostOf)]),
  );
  const regions = new Set([...copies.map(({ region }) => region), to]);
  const callers = (snapshot.callers?.callers ?? []).flatMap((row): ReachingCaller[] =>
    regionsReached(row, name, project).map((region) => ({ at: placeText(row), region })),
  );
  const gaps = snapshot.gaps.filter((gap) => bears(gap, regions));
  return {
    copies,
    locations: fleet.facts?.lacks.includes("locations") === false ? fleet.facts.locations : null,
    jobs: (snapshot.deployed?.jobs ?? []).filter((job) => job.name.startsWith(`firebase-schedule-${name}-`)),
    queues: (snapshot.deployed?.queues ?? []).filter((queue) => queue.name === name),
    usage: snapshot.deployed?.usage ?? [],
    holders: uses
      .filter((use) => use.function === name && use.region !== null)
      .map(({ holder, region, own }) => ({
        ref: refOf(holder, project),
        region: region ?? "",
        own,
        active: holder.active,
        plain: hosts.has(hostOf(holder.url)),
      })),
    readHolders: readKinds(snapshot),
    callers,
    unresolved: (snapshot.callers?.unresolved ?? []).map(placeText),
    exportedAt: (snapshot.declared?.functions ?? []).flatMap((one) => (one.name === name ? [placeText(one)] : [])),
    gaps: [
      ...gaps.map(({ source, scope, reason }) => `${source} ${scope}: ${reason}`),
      ...queuesOfRegions(snapshot, project, copies).map(
        ({ label, url }) =>
          `holders ${label}: this queue sends every task to ${url}, and the path of each says to which function; give the queue a path too, or take that away`,
      ),
    ],
    openMoves,
    ...(telegram === null ? {} : { telegramSecret: telegram.value === null ? "none" : "at hand" }),
  };
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : "";
}

/** Queues that override the host of their tasks' addresses by that of a region with a copy, and not the path. */
function queuesOfRegions(snapshot: Snapshot, project: string, copies: MoveFacts["copies"]): readonly Holder[] {
  const hosts = new Set(copies.map(({ region }) => `https://${region}-${project}.cloudfunctions.net`));
  return (snapshot.holders?.holders ?? []).filter(
    ({ kind, target, url }) => kind === "task-queue" && target === null && hosts.has(url.replace(/\/$/, "")),
  );
}

/** What is Google's is known by the last part of its name alone, and read by its full name. */
function refOf({ kind, id, label, field, region }: Holder, project: string): HolderRef {
  const parents = new Map<HolderKind, string>([
    ["scheduler", `projects/${project}/locations/${region}/jobs/`],
    ["task-queue", `projects/${project}/locations/${region}/queues/`],
    ["push", `projects/${project}/subscriptions/`],
  ]);
  return { kind, id: id.includes("/") ? id : `${parents.get(kind) ?? ""}${id}`, label, field };
}

/** A region that the function is neither in nor goes to says nothing of its copies; a job or a queue may lie anywhere. */
function bears({ source, region }: Gap, regions: ReadonlySet<string>): boolean {
  return source !== "state" && (source === "holders" || region === null || regions.has(region));
}

function readKinds(snapshot: Snapshot): ReadonlySet<HolderKind> {
  const unread = new Set<string>(snapshot.gaps.filter(({ source }) => source === "holders").map(({ facet }) => facet));
  const whole = (kind: HolderKind): boolean => !unread.has(kind === "task-queue" ? "task-queues" : kind);
  return new Set((snapshot.holders?.asked ?? []).filter(whole));
}
