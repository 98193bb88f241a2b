import { existsSync } from "node:fs";
import { join } from "node:path";
import { type EarlierSide, earlierFindings, sinceBase } from "../../audit/since.ts";
import type { Report } from "../../model/finding.ts";
import type { SourceName } from "../../model/gap.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import { type Changes, changesSince, isOn } from "../../sources/history/changes.ts";
import { openCommitTree } from "../../sources/history/commit-tree.ts";
import { carefulGround, GitFailure, type GitGround, git } from "../../sources/history/git.ts";
import { commitOf, mergeBaseOf, openRepository, type Repository } from "../../sources/history/repository.ts";
import type { GlobalOptions } from "../command.ts";
import type { Io } from "../io.ts";
import { createProgress } from "../progress.ts";
import { codeSources } from "./code-look.ts";
import { type CommitLook, lookAtCommit } from "./commit-look.ts";
import type { Look } from "./look.ts";

const option = "--changed-since";

/** Where a change begins. */
export interface Base {
  readonly repository: Repository;
  /** As typed. */
  readonly ref: string;
  readonly commit: string;
  /** HEAD is part of what it is compared with. */
  readonly isEmpty: boolean;
}

/** Finds where the change begins. Throws InputError with what to do where that cannot be told. */
export async function findBase(ref: string, root: string, io: Io): Promise<Base> {
  const repository = await openRepository(root, option, io.signal);
  const named = await commitOf(repository, ref, option);
  const head = await commitOf(repository, "HEAD", option);
  const commit = await mergeBaseOf(repository, { head, commit: named, name: ref }, option);
  return { repository, ref, commit, isEmpty: commit === head };
}

/**
 * The report of what has changed since the base: the code of the base is read as the code that is here was, all else
 * that the look knows is taken for both sides.
 * @param baseline `--baseline`, as typed
 */
export async function judgeChange(
  report: Report,
  seen: Look,
  base: Base,
  baseline: string | null,
  global: GlobalOptions,
  io: Io,
): Promise<Report> {
  return createProgress(io, global).during("the merge base", async () => {
    try {
      const changes = await withModules(base.repository.ground, base.commit);
      const side = await readSide(changes, seen, base, baseline, global, io);
      return sinceBase(report, side, (place) => isOn(changes.after, changes.folders, place));
    } catch (error) {
      if (!(error instanceof GitFailure)) throw error;
      const note = `The files of ${named(base)} could not be read (${error.message}), so nothing is set aside: every finding counts as brought by this change. A partial clone lacks them: clone without --filter.`;
      const side = { ref: base.ref, mergeBase: base.commit, findings: null, gaps: [], notes: [note] };
      return sinceBase(report, side, () => true);
    }
  });
}

function named({ ref, commit }: Base): string {
  return `the merge base with ${ref} (${commit.slice(0, 10)})`;
}

/** Also what has changed in submodules since the commits that the outer one named. */
async function withModules(ground: GitGround, commit: string): Promise<Changes> {
  const outer = await changesSince(ground, commit, null);
  const after = new Map(outer.after);
  const folders = [...outer.folders];
  for (const entry of (await git(ground, ["ls-files", "-z", "-s"])).split("\0")) {
    const [, path] = /^160000 [0-9a-f]+ \d\t([\s\S]+)$/.exec(entry) ?? [];
    if (path === undefined || !existsSync(join(ground.folder, path, ".git"))) continue;
    const was = await git(ground, ["ls-tree", "-z", commit, "--", path]);
    const [, inner] = /^160000 commit ([0-9a-f]+)\t/.exec(was) ?? [];
    try {
      if (inner === undefined) throw new GitFailure("ended", "it is new");
      const found = await withModules(await carefulGround(join(ground.folder, path), ground.signal), inner);
      for (const [file, lines] of found.after) after.set(`${path}/${file}`, lines);
      folders.push(...found.folders.map((folder) => `${path}/${folder}`));
    } catch (error) {
      if (!(error instanceof GitFailure)) throw error;
      folders.push(path);
    }
  }
  return { ...outer, after, folders };
}

async function readSide(
  { renamed }: Changes,
  seen: Look,
  base: Base,
  baseline: string | null,
  global: GlobalOptions,
  io: Io,
): Promise<EarlierSide> {
  const { repository, ref, commit } = base;
  const side = { ref, mergeBase: commit };

  const tree = await openCommitTree(repository, io.signal);
  try {
    const missing = (await tree.show(commit)).filter((path) => path.startsWith(repository.prefix));
    const asked = new Set<SourceName>(codeSources.filter((name) => seen.snapshot.sources[name] !== "not asked"));
    const { root, manifestPath } = seen;
    const environment = seen.manifest?.environment.name ?? null;
    const { project } = seen.snapshot;
    const { LookCache } = await import("../../sources/code/look-cache.ts");
    const openCache = (folder: string) => LookCache.open(folder, null, "", io.now().getTime());
    const look = await lookAtCommit(
      { root, manifestPath, environment, project, asked, baseline },
      tree,
      openCache,
      global,
      io,
    );
    if (look === null) return { ...side, findings: new Map(), gaps: [], notes: [] };
    const snapshot = withOtherFacts(look.snapshot, seen.snapshot);
    const { manifest } = look;
    return {
      ...side,
      findings: earlierFindings(snapshot, manifest, global.today, look.baseline, renamed),
      gaps: snapshot.gaps,
      notes: sideNotes(look, seen, base, missing),
    };
  } finally {
    tree.remove();
  }
}

/** Only code has two sides: what is deployed, and who holds its URLs, is as it is now. */
function withOtherFacts(code: Snapshot, now: Snapshot): Snapshot {
  const isCode = (name: SourceName) => codeSources.some((one) => one === name);
  return {
    ...now,
    declared: code.declared,
    callers: code.callers,
    sources: { ...now.sources, declared: code.sources.declared, callers: code.sources.callers },
    gaps: [...code.gaps, ...now.gaps.filter(({ source }) => !isCode(source))],
  };
}

function sideNotes(look: CommitLook, seen: Look, base: Base, missing: readonly string[]): string[] {
  const at = named(base);
  const notes = [...look.notes];
  if (base.isEmpty) notes.push(`HEAD is part of ${base.ref} already, so only what is not committed is judged.`);
  if (look.unusable !== null) {
    notes.push(
      `The manifest of ${at} cannot be used, so all that regions.yaml says counts as brought by this change: ${look.unusable}`,
    );
  } else if (look.manifest === null && seen.manifest !== null) {
    notes.push(`There is no ${seen.manifest.file} at ${at}, so all that it says counts as brought by this change.`);
  } else if (look.manifest !== null && seen.manifest === null) {
    notes.push(`${look.manifest.file} is there at ${at} and not here: what hangs on it is not asked any more.`);
  }
  const gaps = look.snapshot.gaps.length;
  if (gaps > 0) {
    const reason = look.snapshot.gaps[0]?.reason ?? "";
    const which = gaps === 1 ? "One thing" : `${gaps} things`;
    notes.push(
      `${which} could not be read at ${at} (${reason}); what is found there now counts as brought by this change.`,
    );
  }
  if (missing.length > 0) {
    notes.push(
      `The commits that ${at} names for ${missing.join(", ")} are not here, so what is found there counts as brought by this change. \`git submodule update --init\` fetches submodules.`,
    );
  }
  return notes;
}
