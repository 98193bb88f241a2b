import { type Alias, isAlias, isMap, isScalar, isSeq, type Pair, type YAMLMap } from "yaml";

const deepest = 60;
/** Nodes that aliases may stand for, all together; 10,000 functions that share a map of five keys need 110,000. */
const mostAliased = 300_000;

/** Walks the nodes once. Aliases share their target's value, so that they cost nothing here, and are counted. */
export function convert(
  root: unknown,
  aliasTargets: Map<Alias, unknown>,
  report: (offset: number, message: string, mend: string | null) => void,
  reportTwice: (offset: number, key: string, first: number) => void,
): unknown {
  interface Anchored {
    readonly node: unknown;
    value: unknown;
    size: number;
    done: boolean;
  }
  const anchors = new Map<string, Anchored>();
  let count = 0;
  let aliased = 0;
  let refused = false;

  const walk = (node: unknown, depth: number): unknown => {
    count += 1;
    if (isAlias(node)) return followAlias(node);
    if (isScalar(node)) {
      if (node.anchor !== undefined) {
        anchors.set(node.anchor, { node, value: node.value, size: 1, done: true });
      }
      return node.value;
    }
    if (!isMap(node) && !isSeq(node)) return null;
    if (depth > deepest) {
      report(startOf(node) ?? 0, `This is nested more than ${deepest} levels deep.`, null);
      return null;
    }
    const anchored: Anchored = { node, value: null, size: 0, done: false };
    if (node.anchor !== undefined) anchors.set(node.anchor, anchored);
    const before = count + aliased;
    const value = isMap(node) ? walkMap(node, depth) : node.items.map((item) => walk(item, depth + 1));
    anchored.value = value;
    anchored.size = count + aliased - before + 1;
    anchored.done = true;
    return value;
  };

  const walkMap = (node: YAMLMap, depth: number): unknown => {
    const result: Record<string, unknown> = Object.create(null);
    let firsts: Map<string, number> | null = null;
    for (const pair of node.items) {
      const key = keyOf(pair);
      const offset = startOf(pair.key) ?? startOf(node) ?? 0;
      if (key === null) {
        report(offset, "A key must be plain text.", null);
        continue;
      }
      if (isScalar(pair.key) && pair.key.anchor !== undefined) walk(pair.key, depth + 1);
      const value = walk(pair.value, depth + 1);
      if (key === "__proto__") report(offset, '"__proto__" cannot be a name here.', "choose another name");
      else if (key === "<<") report(offset, 'Merge keys ("<<") are not supported.', "write the keys out");
      else if (key in result) {
        firsts ??= firstOffsets(node);
        reportTwice(offset, key, firsts.get(key) ?? offset);
      } else result[key] = value;
    }
    return result;
  };

  const followAlias = (node: Alias): unknown => {
    const target = anchors.get(node.source);
    if (target === undefined) {
      report(startOf(node) ?? 0, `There is no anchor &${node.source} before this alias.`, "write the value out");
      return null;
    }
    if (!target.done) {
      report(startOf(node) ?? 0, `The alias *${node.source} stands inside what it refers to.`, "write the value out");
      return null;
    }
    aliased += target.size;
    if (aliased > mostAliased) {
      if (!refused) report(startOf(node) ?? 0, "Aliases repeat too much of this file.", "write the values out");
      refused = true;
      return null;
    }
    aliasTargets.set(node, target.node);
    return target.value;
  };

  return walk(root, 0);
}

function firstOffsets(map: YAMLMap): Map<string, number> {
  const offsets = new Map<string, number>();
  for (const pair of map.items) {
    const key = keyOf(pair);
    if (key !== null && !offsets.has(key)) offsets.set(key, startOf(pair.key) ?? 0);
  }
  return offsets;
}

export function keyOf(pair: Pair): string | null {
  const key = pair.key;
  if (typeof key === "string") return key;
  if (!isScalar(key)) return null;
  return typeof key.value === "string" ? key.value : String(key.source ?? key.value ?? "");
}

export function startOf(node: unknown): number | null {
  if (isScalar(node) || isMap(node) || isSeq(node) || isAlias(node)) return node.range?.[0] ?? null;
  return null;
}
