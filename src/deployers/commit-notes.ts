import type { CodeCommit, DeployedCommit } from "../model/verification.ts";
import type { OpenStack } from "../stacks/run.ts";

/** Tag of the stack in which deployments note their code. */
const tag = "regions:commits";

/** More parts than this from different code, and nobody wants to hear of each. */
const most = 20;

/**
 * Notes the code of a deployment: before it begins as a part, since it may be cut off anywhere, and once everything is as
 * that code says as the whole, which makes what was noted before it a thing of the past.
 */
export async function noteCommit(
  stack: OpenStack,
  commit: CodeCommit | null,
  whole: boolean,
  now: Date,
): Promise<void> {
  const note: DeployedCommit = { id: commit?.id ?? null, clean: commit?.clean ?? null, whole, at: now.toISOString() };
  const older = whole ? [] : (await readCommits(stack)).filter((one) => !isSame(one, note));
  await stack.writeTag(
    tag,
    JSON.stringify([note, ...kept(older)].map(({ id, clean, whole, at }) => [id, clean, whole, at])),
  );
}

/** Nothing of it is live any more. */
export async function forgetCommits(stack: OpenStack): Promise<void> {
  if ((await stack.readTag(tag)) !== null) await stack.writeTag(tag, "[]");
}

/** The last deployment of everything and those after it, last first. A tag that somebody else has written says nothing. */
export async function readCommits(stack: OpenStack): Promise<readonly DeployedCommit[]> {
  return parsed((await stack.readTag(tag)) ?? "[]");
}

function kept(notes: readonly DeployedCommit[]): readonly DeployedCommit[] {
  if (notes.length < most) return notes;
  const whole = notes.filter((one) => one.whole);
  return [...notes.filter((one) => !one.whole).slice(0, most - 1 - whole.length), ...whole];
}

function isSame(one: DeployedCommit, other: DeployedCommit): boolean {
  return one.whole === other.whole && one.id === other.id && one.clean === other.clean;
}

function parsed(text: string): readonly DeployedCommit[] {
  let rows: unknown;
  try {
    rows = JSON.parse(text);
  } catch {
    return [];
  }
  if (!Array.isArray(rows)) return [];
  const notes = rows.map((row: unknown) => (Array.isArray(row) ? noteOf(row) : null));
  return notes.every((note) => note !== null) ? notes : [];
}

function noteOf([id, clean, whole, at]: readonly unknown[]): DeployedCommit | null {
  const isId = id === null || (typeof id === "string" && /^[0-9a-f]{40,64}$/.test(id));
  const isClean = clean === null || typeof clean === "boolean";
  if (!isId || !isClean || typeof whole !== "boolean" || typeof at !== "string") return null;
  return Number.isNaN(Date.parse(at)) ? null : { id, clean, whole, at };
}
