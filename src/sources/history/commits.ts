import type { PastCommit } from "../../model/replay.ts";
import { git, historyError } from "./git.ts";
import { commitOf, type Repository } from "./repository.ts";

/** A commit with what a walk along first parents needs. */
export interface ChainCommit extends PastCommit {
  /** Null: it has none, or its parent lies beyond the end of a shallow clone. */
  readonly parent: string | null;
  /** Two commits with one tree hold the same files. */
  readonly tree: string;
}

export interface Chain {
  /** What the oldest of them is compared with; null = it is the first commit of all. */
  readonly base: string | null;
  /** Oldest first, and at least one. */
  readonly commits: readonly ChainCommit[];
  /** Why it does not reach as far back as was asked; null where it does. */
  readonly cut: string | null;
}

/** A moment, or a commit. */
type Bound = { readonly kind: "time"; readonly ms: number } | { readonly kind: "commit"; readonly id: string };

/**
 * The commits along first parents that `since` and `until` enclose. A day counts whole, in UTC; of a commit, those after it, up
 * to and with it. Throws InputError where there is none.
 * @param until null = HEAD
 */
export async function chainOf(repository: Repository, since: string, until: string | null): Promise<Chain> {
  const from = await boundOf(repository, since, "--since", "start");
  const to = until === null ? null : await boundOf(repository, until, "--until", "end");
  const tip = to?.kind === "commit" ? to.id : await commitOf(repository, "HEAD", "--until");
  const range = from.kind === "commit" ? [tip, `^${from.id}`] : [tip];
  const format = "--format=%H%x00%P%x00%T%x00%ct%x00%s";
  const text = await git(repository.ground, ["rev-list", "--first-parent", "--encoding=UTF-8", format, ...range]);
  const all = text.split("\n").flatMap((line) => {
    // Before each commit, git writes a line of its own.
    const [id = "", parents = "", tree = "", seconds = "", subject] = line.split("\0");
    if (subject === undefined) return [];
    const date = new Date(Number(seconds) * 1_000).toISOString().replace(".000Z", "Z");
    return [{ id, parent: parents.split(" ")[0] || null, tree, date, subject }];
  });
  const newest = all.filter(({ date }) => to?.kind !== "time" || Date.parse(date) <= to.ms);
  // A clock that was wrong once must not end the range too early.
  const last =
    from.kind === "time" ? newest.findLastIndex(({ date }) => Date.parse(date) >= from.ms) : newest.length - 1;
  const commits = newest.slice(0, last + 1).reverse();
  const [first] = commits;
  if (first === undefined) {
    throw historyError(
      `No commit lies between ${since} and ${until ?? "HEAD"}.`,
      "Name an earlier day or commit with --since.",
    );
  }
  if (!repository.cut.has(first.id)) return { base: first.parent, commits, cut: null };
  // What came before it is not here, so nobody can tell what it has brought.
  const which = `${first.id.slice(0, 10)} of ${first.date.slice(0, 10)}`;
  const cut = `This clone is shallow: what ${which} and the commits before it have brought cannot be told.`;
  const rest = commits.slice(1);
  if (rest.length === 0) throw historyError(cut, "`git fetch --unshallow` fetches the history.");
  return { base: first.id, commits: rest, cut };
}

async function boundOf(repository: Repository, text: string, option: string, edge: "start" | "end"): Promise<Bound> {
  const [, day, time] = /^(\d{4}-\d{2}-\d{2})(T[\d:.]+(?:Z|[+-]\d{2}:\d{2}))?$/.exec(text) ?? [];
  if (day === undefined) return { kind: "commit", id: await commitOf(repository, text, option) };
  const ms = Date.parse(time === undefined ? `${day}T${edge === "start" ? "00:00:00.000" : "23:59:59.999"}Z` : text);
  // Date rolls February 30th over into March.
  const isDay = new Date(Date.parse(`${day}T00:00:00Z`) || 0).toISOString().startsWith(day);
  if (Number.isNaN(ms) || !isDay) {
    throw historyError(`${option} is "${text}", which is no day.`, "Write it as YYYY-MM-DD, or name a commit.");
  }
  return { kind: "time", ms };
}
