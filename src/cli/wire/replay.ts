import { join } from "node:path";
import { audit } from "../../audit/audit.ts";
import { type PastSide, Replay } from "../../audit/replay.ts";
import { earlierFindings, sinceBase } from "../../audit/since.ts";
import type { Gap, SourceName } from "../../model/gap.ts";
import type { Place } from "../../model/place.ts";
import type { PastCommit, ReplayReport } from "../../model/replay.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import { changesSince, isOn } from "../../sources/history/changes.ts";
import { type CommitTree, openCommitTree } from "../../sources/history/commit-tree.ts";
import { type ChainCommit, chainOf } from "../../sources/history/commits.ts";
import { GitFailure } from "../../sources/history/git.ts";
import { openRepository, type Repository, told } from "../../sources/history/repository.ts";
import type { GlobalOptions } from "../command.ts";
import { inputError } from "../input-error.ts";
import type { Io } from "../io.ts";
import { codeSources } from "./code-look.ts";
import { type CommitAsk, type CommitLook, lookAtCommit } from "./commit-look.ts";
import type { Ground } from "./manifest.ts";

interface ReplayInput extends Ground {
  readonly since: string;
  readonly until: string | null;
  /** `--baseline`, as typed. */
  readonly baseline: string | null;
  /** The project of today's manifest; null = that of each commit's own. */
  readonly project: string | null;
}

/** What a commit holds. */
interface Side extends PastSide {
  readonly tree: string;
  readonly look: CommitLook;
}

interface Walk {
  readonly ask: CommitAsk;
  readonly repository: Repository;
  readonly tree: CommitTree;
  readonly global: GlobalOptions;
  readonly io: Io;
}

/**
 * Runs the gate over the commits of a range, each against the last one before it that could be read. Their files come into
 * one temporary folder, whose cache reads again only what has changed from one commit to the next. Throws InputError for a
 * range that is none.
 * @param tell called before each commit with how many are done
 */
export async function replayHistory(
  input: ReplayInput,
  global: GlobalOptions,
  io: Io,
  tell: (done: number, all: number) => void,
): Promise<ReplayReport> {
  const { since, until, project } = input;
  const repository = await openRepository(input.root, asked, io.signal);
  const { base, commits, cut } = await chainOf(repository, since, until).catch((error: unknown) => {
    throw told(error, asked);
  });
  const [first, last] = [commits[0], commits.at(-1)];
  if (first === undefined || last === undefined) throw new Error("a range without commits");
  const replay = new Replay(global.failOn);
  const tree = await openCommitTree(repository, io.signal);
  try {
    const ask = { ...input, environment: global.environment, asked: sourcesOf(global) };
    const walk: Walk = { ask, repository, tree, global, io };
    const start = base === null ? null : await sideOf({ ...first, id: base, tree: "" }, walk);
    let before: Side | null = start === null || "reasons" in start ? null : start;
    // Until a commit can be read, nobody knows how things stood.
    let isKnown = start === before;
    for (const [index, commit] of commits.entries()) {
      tell(index, commits.length);
      io.signal.throwIfAborted();
      const isSame = before !== null && before.tree === commit.tree;
      const after: Side | Unread =
        before !== null && isSame ? { ...before, commit: plain(commit) } : await sideOf(commit, walk);
      if ("reasons" in after) replay.leave(plain(commit), after.reasons);
      else {
        if (isKnown) await step(before, after, replay, walk);
        else replay.leave(plain(commit), [startUnknown]);
        before = after;
        isKnown = true;
      }
    }
  } finally {
    tree.remove();
  }
  const { blocked, unread, unreadOnly } = replay;
  const passed = commits.length - blocked.length - unreadOnly;
  return {
    version: 1,
    project,
    since,
    until,
    failOn: global.failOn,
    first: plain(first),
    last: plain(last),
    commits: { all: commits.length, passed, blocked: blocked.length, unread: unreadOnly },
    blocked,
    unread,
    cut,
  };
}

const asked = "regions replay";
const startUnknown = "no commit before it could be read, so nobody knows what it has brought";

interface Unread {
  readonly reasons: readonly string[];
}

function plain({ id, date, subject }: ChainCommit): PastCommit {
  return { id, date, subject };
}

/** Only code can be read of the past. Throws InputError where something else is asked for. */
function sourcesOf({ sources }: GlobalOptions): ReadonlySet<SourceName> {
  const others = (sources ?? []).filter((name) => !codeSources.some((one) => one === name));
  if (others.length > 0) {
    throw inputError(
      `--sources names ${others.join(", ")}, of which nobody knows the past.`,
      `Name ${codeSources.join(" and ")}, or leave it away.`,
    );
  }
  return new Set(sources ?? codeSources);
}

async function sideOf(commit: ChainCommit, { ask, repository, tree, global, io }: Walk): Promise<Side | Unread> {
  try {
    const missing = (await tree.show(commit.id)).filter((path) => path.startsWith(repository.prefix));
    const { LookCache } = await import("../../sources/code/look-cache.ts");
    const cache = join(tree.top, "../look");
    const openCache = (root: string) => LookCache.open(root, cache, "replay", io.now().getTime());
    const look = (await lookAtCommit(ask, tree, openCache, global, io)) ?? emptyLook;
    if (look.unusable !== null) return { reasons: [`its manifest cannot be used: ${look.unusable}`] };
    if (look.notes.length > 0) return { reasons: look.notes };
    const snapshot = withGaps(look.snapshot, missing, repository.prefix);
    return { commit: plain(commit), tree: commit.tree, snapshot, manifest: look.manifest, look };
  } catch (error) {
    if (!(error instanceof GitFailure)) throw error;
    return { reasons: [`git could not bring its files: ${error.message}`] };
  }
}

/** The folder is not there yet, or not any more: there is nothing to look at. */
const emptyLook: CommitLook = {
  snapshot: {
    version: 1,
    project: null,
    takenAt: "1970-01-01T00:00:00Z",
    sources: {
      declared: "not asked",
      callers: "not asked",
      deployed: "not asked",
      holders: "not asked",
      state: "not asked",
    },
    gaps: [],
    declared: null,
    callers: null,
    deployed: null,
    holders: null,
    state: null,
  },
  manifest: null,
  unusable: null,
  baseline: [],
  notes: [],
};

/** A submodule whose commit is not here could not be looked at. */
function withGaps(snapshot: Snapshot, missing: readonly string[], prefix: string): Snapshot {
  const reason = "the commit that its submodule names is not here";
  const gaps = missing.map((path): Gap => {
    return { source: "callers", facet: "files", scope: path.slice(prefix.length), region: null, reason };
  });
  return { ...snapshot, gaps: [...snapshot.gaps, ...gaps] };
}

async function step(before: Side | null, after: Side, replay: Replay, { repository, tree }: Walk): Promise<void> {
  // Dates are judged as they were on that day, on both sides.
  const day = after.commit.date.slice(0, 10);
  const report = audit(after.snapshot, after.manifest, day, after.look.baseline);
  const mergeBase = before?.commit.id ?? "";
  const none = { ref: mergeBase, mergeBase, findings: new Map(), gaps: [], notes: [] };
  if (before === null) {
    const change = sinceBase(report, none, () => true);
    replay.take({ before, after, report, change, renamed: new Map(), isTouched: () => false });
    return;
  }
  try {
    const { prefix } = repository;
    const changes = await changesSince(tree.ground, before.commit.id, { commit: after.commit.id, prefix });
    const findings = earlierFindings(before.snapshot, before.manifest, day, before.look.baseline, changes.renamed);
    const change = sinceBase(report, { ...none, findings, gaps: before.snapshot.gaps }, (place) =>
      isOn(changes.after, changes.folders, place),
    );
    const renamed = new Map([...findings].map(([print, { fingerprint }]) => [fingerprint, print]));
    const isTouched = (place: Place) => isOn(changes.before, changes.folders, place);
    replay.take({ before, after, report, change, renamed, isTouched });
  } catch (error) {
    if (!(error instanceof GitFailure)) throw error;
    replay.leave(after.commit, [`git could not compare it with ${mergeBase.slice(0, 10)}: ${error.message}`]);
  }
}
