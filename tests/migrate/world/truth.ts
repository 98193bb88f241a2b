import type { RunEnd } from "../../../src/migrate/engine/run.ts";
import type { Drawn, Trouble } from "./draw.ts";
import { from, name, to } from "./place.ts";
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

/** What is untrue of how a history ended; null: nothing. */
export async function untruth(
  end: RunEnd,
  world: World,
  { abortOn, traits: { prunes } }: Drawn,
  met: ReadonlySet<Trouble>,
): Promise<string | null> {
  const copy = (region: string): string | null => world.place.receivers.copies.get(region)?.state ?? null;
  const isDisturbed = willed.some((trouble) => met.has(trouble));
  const holders = [...world.holders.all.values()];
  switch (end.is) {
    case "moved":
      if (copy(from) !== null) return "it says moved, and the old copy is there";
      if (copy(to) !== "ACTIVE" && !met.has("a stranger deletes the new copy"))
        return "it says moved, and the new copy is not there";
      if (!prunes && world.manifest.standing !== "after")
        return `it says moved, and regions.yaml is ${world.manifest.standing}`;
      if (holders.some(({ region }) => region === from)) return "it says moved, and a holder leads to the old region";
      return null;
    case "rolled-back":
      if (copy(from) !== "ACTIVE" && !met.has("a stranger deletes the old copy"))
        return "it says rolled back, and the old copy is not there";
      if (!prunes && copy(to) !== null && !isDisturbed) return "it says rolled back, and the new copy is there";
      if (!isDisturbed && holders.some(({ region }) => region !== from))
        return "it says rolled back, and a holder leads elsewhere";
      if (!isDisturbed && world.jobs.stateOf(from) === "PAUSED")
        return "it says rolled back, and the old job is paused";
      return null;
    case "failed":
      return `it ended with a failure that people could resume from: ${end.reason}`;
    case "paused":
      return "nobody asked it to pause";
    case "waiting":
      if (met.has("the new copy breaks") && abortOn === null && end.step.action.do === "await-request") return null;
      return isDisturbed ? null : `nobody disturbed it, and it still waits for ${end.for}`;
    case "stopped":
      return isDisturbed ? untrueReason(end.reason, world) : `nobody disturbed it, and it says: ${end.reason}`;
  }
}

/** Each sentence that a stopped move may say, held against the world. */
async function untrueReason(reason: string, world: World): Promise<string | null> {
  const { place, holders, jobs, manifest, callers } = world;
  const naming = [...(await callers.naming(name, from)), ...(await callers.naming(name, to))];
  const copy = (region: string): string | null => place.receivers.copies.get(region)?.state ?? null;
  const all = [...holders.all.values()];
  const claims: readonly (readonly [RegExp, (region: string) => boolean])[] = [
    [/is not live in (\S+) any longer/, (region) => copy(region) === null],
    [/is not ACTIVE in (\S+)(?:: the copy|: nothing)/, (region) => copy(region) !== "ACTIVE"],
    [/leads to neither copy/, () => all.some(({ region }) => region === null)],
    [
      /^(?:stripe|twilio|telegram|push) .* leads to \S+ in (\S+?)[,:]/,
      (region) => all.some((one) => one.region === region),
    ],
    [/the job \S+ in (\S+) is gone/, (region) => jobs.stateOf(region) === null],
    [/^(?:stripe|twilio|telegram|push) .* is gone/, () => true],
    [/the queue \S+ in (\S+) is gone/, (region) => copy(region) === null],
    [/^the line of .* in regions.yaml/, () => manifest.standing !== "moving"],
    [/^(\S+) calls \S+ in \S+: mend it/, (at) => naming.includes(at)],
    [/^Somebody else has changed what the move had done/, () => true],
  ];
  const claim = claims.find(([pattern]) => pattern.test(reason));
  if (claim === undefined) return `nobody knows whether that is true: ${reason}`;
  const [pattern, holds] = claim;
  return holds(pattern.exec(reason)?.[1] ?? "") ? null : `that is not true: ${reason}`;
}
