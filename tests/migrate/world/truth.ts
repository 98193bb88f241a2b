import type { RunEnd } from "../../../src/migrate/engine/run.ts";
import type { AbortRule, Direction, JournalRecord, Step } from "../../../src/model/move.ts";
import type { Drawn, Trouble } from "./draw.ts";
import type { Holder } from "./holders.ts";
import { from, name, to } from "./place.ts";
import { minute } from "./receivers.ts";
import type { World } from "./world.ts";

/** Troubles that a move may stop at, as they are somebody's will. */
const willed: readonly Trouble[] = [
  "a stranger deletes the old copy",
  "a stranger deletes the new copy",
  "somebody leads a holder elsewhere",
  "somebody leads a holder back",
  "somebody leads a holder ahead",
  "somebody changes another field of a holder",
  "somebody deletes a holder",
  "somebody fires the old job again",
  "somebody pauses the new job",
  "somebody edits regions.yaml",
  "another operator resumes",
  "another operator rolls back",
];

const holderTroubles: readonly Trouble[] = [
  "somebody leads a holder elsewhere",
  "somebody leads a holder back",
  "somebody leads a holder ahead",
];

/** What is untrue of how a history ended; null: nothing. */
export async function untruth(
  end: RunEnd,
  world: World,
  { abortOn }: Drawn,
  met: ReadonlySet<Trouble>,
  records: readonly JournalRecord[],
): Promise<string | null> {
  const isDisturbed = willed.some((trouble) => met.has(trouble));
  const wrong = [...world.holders.wrongs, ...world.jobs.wrongs][0] ?? untrueTurn(world, abortOn, met, records);
  if (wrong !== null) return wrong;
  switch (end.is) {
    case "moved":
      return untrueMoved(world, met);
    case "rolled-back":
      return untrueBack(world, met);
    case "failed":
      return `it ended with a failure that people could resume from: ${end.reason}`;
    case "paused":
      return "nobody asked it to pause";
    case "waiting":
      if (met.has("the new copy breaks") && abortOn === null && end.step.action.do === "await-request") return null;
      return isDisturbed ? untrueWait(end.for, world) : `nobody disturbed it, and it still waits for ${end.for}`;
    case "stopped":
      return isDisturbed ? untrueReason(end, world, met) : `nobody disturbed it, and it says: ${end.reason}`;
  }
}

function copyIn({ place }: World, region: string): string | null {
  return place.receivers.copies.get(region)?.state ?? null;
}

async function untrueMoved(world: World, met: ReadonlySet<Trouble>): Promise<string | null> {
  const { jobs, queues, callers, manifest } = world;
  const says = (what: string): string => `it says moved, and ${what}`;
  if (copyIn(world, from) !== null) return says("the old copy is there");
  if (copyIn(world, to) !== "ACTIVE" && !met.has("a stranger deletes the new copy"))
    return says("the new copy is not there");
  // A prune writes nothing there.
  if (!world.place.traits.prunes && manifest.standing !== "after") return says(`regions.yaml is ${manifest.standing}`);
  if ([...world.holders.all.values()].some(({ region }) => region === from))
    return says("a holder leads to the old region");
  if (jobs.stateOf(from) !== null) return says("the old job is there");
  const isPausedByThem = met.has("somebody pauses the new job") || met.has("a stranger deletes the new copy");
  if (jobs.stateOf(to) === "PAUSED" && !isPausedByThem) return says("the new job is paused");
  if ((await queues.look({ region: from, name })) !== null) return says("the old queue is there");
  const [caller] = await callers.naming(name, from);
  return caller === undefined ? null : says(`${caller} calls the old region`);
}

async function untrueBack(world: World, met: ReadonlySet<Trouble>): Promise<string | null> {
  const { holders, jobs, queues, callers, manifest } = world;
  const { prunes } = world.place.traits;
  const says = (what: string): string => `it says rolled back, and ${what}`;
  if (copyIn(world, from) !== "ACTIVE" && !met.has("a stranger deletes the old copy"))
    return says("the old copy is not there");
  if (!prunes && copyIn(world, to) !== null && !met.has("a stranger deletes the new copy"))
    return says("the new copy is there");
  const isLed = holderTroubles.some((trouble) => met.has(trouble));
  if (!isLed && [...holders.all.values()].some(({ region }) => region !== from))
    return says("a holder leads elsewhere");
  if (jobs.stateOf(from) === "PAUSED") return says("the old job is paused");
  if ((await queues.look({ region: from, name }))?.overriddenTo != null) return says("the old queue leads elsewhere");
  // The copy in the new region was there before a prune, with its callers and in regions.yaml.
  if (prunes) return null;
  const [caller] = await callers.naming(name, to);
  if (caller !== undefined) return says(`${caller} calls the new region`);
  const isEdited = met.has("somebody edits regions.yaml");
  return manifest.standing === "before" || isEdited ? null : says(`regions.yaml is ${manifest.standing}`);
}

/** Whoever or whatever turned it back: asked for by somebody, or by the rule, with the figures that it gives. */
function untrueTurn(
  { place }: World,
  rule: AbortRule | null,
  met: ReadonlySet<Trouble>,
  records: readonly JournalRecord[],
): string | null {
  const turns = records.filter((record) => record.kind === "turned-back");
  const [turn, second] = turns;
  if (turn === undefined) return null;
  if (second !== undefined) return "it was turned back twice";
  if (!turn.abort) {
    const isAsked = met.has("a rollback is asked for") || met.has("another operator rolls back");
    return isAsked ? null : "it was turned back, and nobody asked for that";
  }
  const told = /^(\d+) of (\d+) requests \(([\d.]+) %\) to \S+ in (\S+) ended in a server error\.$/.exec(turn.reason);
  if (told === null || rule === null) return `it was turned back by a rule for no known reason: ${turn.reason}`;
  const [errors, total] = [Number(told[1]), Number(told[2])];
  const window = { since: Date.parse(turn.at) - rule.withinMinutes * minute, until: Date.parse(turn.at) };
  const seen = place.receivers.answered(told[4] ?? "", window.since - clockIsOffBy, window.until + clockIsOffBy);
  if (told[4] !== to) return `it was turned back for what happened in ${told[4]}`;
  if (errors < 2 || errors / total < rule.share) return `its rule did not ask to turn it back: ${turn.reason}`;
  if (seen.errors < errors || seen.total < total) {
    return `it was turned back for ${turn.reason} There were ${seen.errors} of ${seen.total}.`;
  }
  return null;
}

/** How far a clock that was set back may be off, at most. */
const clockIsOffBy = 3 * minute;

/** A wait without an end is told truly, too. */
function untrueWait(reason: string, world: World): string | null {
  const all = [...world.holders.all.values()];
  const isLedAway = all.some(({ region }) => region === null) || all.length === 0;
  if (/^a first real request to /.test(reason) && isLedAway) return null;
  if (/^a first real request to /.test(reason) && world.jobs.stateOf(to) === "PAUSED") return null;
  return `nobody knows why it waits: ${reason}`;
}

/** Each sentence that a stopped move may say, held against the world. */
async function untrueReason(
  { reason, step, direction }: Extract<RunEnd, { readonly is: "failed" | "stopped" }>,
  world: World,
  met: ReadonlySet<Trouble>,
): Promise<string | null> {
  const { holders, jobs, manifest, callers } = world;
  const naming = [...(await callers.naming(name, from)), ...(await callers.naming(name, to))];
  const all = [...holders.all.values()];
  const called = ({ ref }: Holder): string => `${ref.kind} ${ref.label} (${ref.field})`;
  const named = all.find((one) => reason.startsWith(`${called(one)} `)) ?? null;
  const claims: readonly (readonly [RegExp, (region: string) => boolean])[] = [
    [/is not live in (\S+) any longer/, (region) => copyIn(world, region) === null],
    [/is not ACTIVE in (\S+)(?:: the copy|: nothing)/, (region) => copyIn(world, region) !== "ACTIVE"],
    [/leads to neither copy/, () => named !== null && named.region !== from && named.region !== to],
    [
      /leads to \S+ in \S+, and (\S+) of it changed meanwhile/,
      (field) => field === "events" && named?.others.events === "e9",
    ],
    [/^(?:stripe|twilio|telegram|push) .* leads to \S+ in (\S+?)[,:]/, (region) => named?.region === region],
    [/^the job \S+ in (\S+) is gone/, (region) => jobs.stateOf(region) === null],
    [/^the job \S+ in (\S+) does not fire, and/, (region) => jobs.stateOf(region) !== "ENABLED"],
    [/^the job \S+ in (\S+) is paused, and no job would fire/, (region) => jobs.stateOf(region) === "PAUSED"],
    [
      /^(?:stripe|twilio|telegram|push) .* is gone: somebody else has deleted it/,
      () => named === null && met.has("somebody deletes a holder"),
    ],
    [/^the queue \S+ in (\S+) is gone/, (region) => copyIn(world, region) === null],
    [/^regions.yaml wants \S+ in (\S+) by now/, () => manifest.standing === "before"],
    [/^the line of .* in regions.yaml/, () => manifest.standing !== "moving"],
    [/^(\S+) calls \S+ in \S+: mend it/, (at) => naming.includes(at)],
    [/^Somebody else has changed what the move had done/, () => isOtherwise(step, direction, world)],
  ];
  const claim = claims.find(([pattern]) => pattern.test(reason));
  if (claim === undefined) return `nobody knows whether that is true: ${reason}`;
  const [pattern, holds] = claim;
  return holds(pattern.exec(reason)?.[1] ?? "") ? null : `that is not true: ${reason}`;
}

/** What the step had brought about is not so any longer. */
function isOtherwise({ action }: Step, direction: Direction, { holders, jobs, manifest }: World): boolean {
  const isDone = direction === "do";
  switch (action.do) {
    case "switch-holder":
      return holders.leads(action.holder) !== (isDone ? to : from);
    case "pause-job":
      return jobs.stateOf(action.job.region) !== (isDone ? "PAUSED" : "ENABLED");
    case "resume-job":
      return jobs.stateOf(action.job.region) !== (isDone ? "ENABLED" : "PAUSED");
    case "hold-job":
      return jobs.stateOf(action.job.region) !== "PAUSED";
    case "declare-move":
      return manifest.standing !== "moving";
    default:
      return false;
  }
}
