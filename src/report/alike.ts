import type { Change, FieldChange, Operation, PartKind } from "../model/deployment.ts";

/** What is alike on many copies: told once, with the names of the copies. */
export interface Alike {
  readonly kind: PartKind;
  readonly operation: Operation;
  /** Of an invoker, its member; FUNCTION, REGION and CLASS stand for what is each copy's own. */
  readonly detail: string | null;
  readonly fields: readonly FieldChange[];
  readonly copies: readonly { readonly function: string; readonly region: string }[];
}

export interface Sorted {
  readonly alike: readonly Alike[];
  /** What is left to tell one by one. */
  readonly rest: readonly Change[];
}

/** So many copies have to be alike in something before it is told once. */
const many = 10;

/**
 * Takes out of changes what is alike on many copies, field by field: a fleet that one tool has deployed differs from what
 * another would deploy in the same few things, hundreds of times. Nothing is lost: every copy stands with it.
 */
export function takeAlike(changes: readonly Change[]): Sorted {
  const made = new Set(changes.filter(isMadeOrGone).map(copyOf));
  const groups = new Map<string, { alike: Omit<Alike, "copies">; changes: Set<Change> }>();
  const signed = changes.map((change) => {
    const parts = made.has(copyOf(change)) ? [] : partsOf(change);
    for (const { signature, alike } of parts) {
      const group = groups.get(signature) ?? { alike, changes: new Set() };
      group.changes.add(change);
      groups.set(signature, group);
    }
    return { change, parts };
  });
  const taken = new Map([...groups].filter(([, group]) => group.changes.size >= many));
  const rest = signed.flatMap(({ change, parts }) => {
    const left = parts.filter(({ signature }) => !taken.has(signature));
    if (left.length === parts.length) return [change];
    return left.length === 0 ? [] : [{ ...change, fields: left.flatMap(({ field }) => field ?? []) }];
  });
  return { alike: joined([...taken.values()]), rest };
}

/** What differs on the same copies of the same kind is one entry. */
function joined(groups: readonly { alike: Omit<Alike, "copies">; changes: ReadonlySet<Change> }[]): Alike[] {
  const byCopies = Map.groupBy(groups, ({ alike: { kind, operation, detail }, changes }) =>
    [kind, operation, detail, ...[...changes].map(copyOf).sort()].join(" "),
  );
  return [...byCopies.values()]
    .flatMap((same): Alike[] => {
      const [first] = same;
      if (first === undefined) return [];
      const copies = [...first.changes].flatMap(({ part: { function: name, region } }) =>
        name === null || region === null ? [] : [{ function: name, region }],
      );
      return [{ ...first.alike, fields: same.flatMap(({ alike }) => alike.fields), copies }];
    })
    .sort((one, other) => other.copies.length - one.copies.length);
}

interface SignedPart {
  readonly signature: string;
  readonly field: FieldChange | null;
  readonly alike: Omit<Alike, "copies">;
}

/** The fields of a change, or the change itself where it has none, with what is the copy's own taken out of them. */
function partsOf({ part, operation, fields }: Change): SignedPart[] {
  const { kind, function: name, region } = part;
  if (name === null || region === null || (kind === "function" && fields.length === 0)) return [];
  const detail = part.detail === null ? null : withoutOwn(part.detail, name, region);
  const common = { kind, operation, detail };
  const signatureOf = (...more: readonly (string | null)[]): string =>
    JSON.stringify([kind, operation, detail, ...more]);
  if (fields.length === 0) return [{ signature: signatureOf(), field: null, alike: { ...common, fields: [] } }];
  return fields.map((field) => {
    const [from, to] = [field.from, field.to].map((text) => (text === null ? null : withoutOwn(text, name, region)));
    const plain = { field: field.field, from: from ?? null, to: to ?? null };
    return { signature: signatureOf(plain.field, plain.from, plain.to), field, alike: { ...common, fields: [plain] } };
  });
}

/** Names of the copy itself, which in addresses are in lower case, and of the account of its class. A name has no signs of patterns. */
function withoutOwn(text: string, name: string, region: string): string {
  const word = (own: string): RegExp => new RegExp(`(?<![A-Za-z0-9_])${own}(?![A-Za-z0-9_])`, "gi");
  return text
    .replace(word(name), "FUNCTION")
    .replace(word(region), "REGION")
    .replace(/(?<=^|:)regions-[a-z0-9-]+(?=@|$)/, "regions-CLASS")
    .replace(/-[a-z]{2,4}(?=\.a\.run\.app)/, "-REGION");
}

function isMadeOrGone({ part, operation }: Change): boolean {
  return part.kind === "function" && operation !== "update" && operation !== "replace";
}

function copyOf({ part }: Change): string {
  return `${part.function}@${part.region}`;
}
