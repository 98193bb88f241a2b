import type { Manifest } from "../manifest/manifest.ts";
import type { AcceptedValue } from "../model/deployment.ts";
import { InputError, type Problem } from "../model/problem.ts";

/** A manifest that was planned by, and what the plan complained of. */
export interface Tried {
  readonly manifest: Manifest;
  readonly problems: readonly Problem[];
}

/** Values of one function, or of `defaults`, of which at least one does not go together with the code. */
interface Blamed {
  readonly keys: readonly string[];
  /** Functions at whose lines there is a problem. */
  readonly names: ReadonlySet<string>;
  readonly reasons: readonly string[];
}

/**
 * What a plan by the edited manifest complained of, as reasons to leave values: of the function at whose line there is a
 * problem, or, where it has none of its own, of `defaults`. Of several values as few are left as the plan bears: `tryOut`
 * plans with the values of these keys alone (null: it cannot be read). Throws the error where it is of another kind.
 */
export async function blameOf(
  error: unknown,
  manifest: Manifest,
  accepted: ReadonlyMap<string, AcceptedValue>,
  tryOut: (keys: readonly string[]) => Promise<Tried | null>,
): Promise<Map<string, string>> {
  if (!(error instanceof InputError)) throw error;
  const groups = new Map<string | null, Blamed>();
  for (const problem of error.problems) {
    const names = new Set(namesAt(problem, manifest));
    const own = [...accepted].filter(([, value]) => value.function !== null && names.has(value.function));
    const blamed = own.length > 0 ? own : [...accepted].filter(([, value]) => value.function === null);
    const [first] = blamed;
    if (names.size === 0 || first === undefined) throw error;
    const present = groups.get(first[1].function);
    groups.set(first[1].function, {
      keys: blamed.map(([key]) => key),
      names: new Set([...(present?.names ?? []), ...names]),
      reasons: [...(present?.reasons ?? []), problem.message.replace(/[.]$/, "")],
    });
  }
  const blamed = [...groups.values()];
  const left = await fewest(blamed, [...accepted.keys()].filter(isOfDefaults(accepted)), tryOut);
  return new Map(
    blamed.flatMap((one) => {
      const reason = `with it, ${[...new Set(one.reasons)].join("; ")}`;
      return (left.get(one) ?? one.keys).map((key) => [key, reason] as const);
    }),
  );
}

/** The smallest choice of values without which the plan bears the others; none for what it bears in no choice. */
async function fewest(
  blamed: readonly Blamed[],
  defaults: readonly string[],
  tryOut: (keys: readonly string[]) => Promise<Tried | null>,
): Promise<Map<Blamed, readonly string[]>> {
  const found = new Map<Blamed, readonly string[]>();
  const choices = new Map(blamed.map((one) => [one, choicesOf(one.keys)]));
  const rounds = Math.max(...[...choices.values()].map((own) => own.length));
  for (let round = 0; round < rounds; round++) {
    // All that are open at once: what hangs on one function's line says nothing of another's.
    const open = new Map(
      blamed.flatMap((one) => {
        const leave = choices.get(one)?.[round];
        return found.has(one) || leave === undefined ? [] : [[one, leave] as const];
      }),
    );
    if (open.size === 0) continue;
    const left = new Set([...open.values()].flat());
    const kept = new Set(
      [...defaults, ...[...open.keys()].flatMap(({ keys }) => keys)].filter((key) => !left.has(key)),
    );
    const tried = await tryOut([...kept]);
    if (tried === null) continue;
    const places = tried.problems.map((problem) => namesAt(problem, tried.manifest));
    if (places.some((names) => names.length === 0)) continue;
    const complained = new Set(places.flat());
    for (const [one, leave] of open) if (![...one.names].some((name) => complained.has(name))) found.set(one, leave);
  }
  return found;
}

/** Every choice of some of the keys but not all, those of few first. */
function choicesOf(keys: readonly string[]): string[][] {
  const all = Array.from({ length: 2 ** keys.length }, (_, bits) =>
    keys.filter((_, index) => (bits >> index) % 2 === 1),
  );
  return all.slice(1, -1).sort((one, other) => one.length - other.length);
}

function namesAt({ place }: Problem, manifest: Manifest): string[] {
  if (place === null) return [];
  return [...manifest.functions.values()]
    .filter((entry) => entry.place.file === place.file && entry.place.line === place.line)
    .map(({ name }) => name);
}

function isOfDefaults(accepted: ReadonlyMap<string, AcceptedValue>): (key: string) => boolean {
  return (key) => accepted.get(key)?.function === null;
}
