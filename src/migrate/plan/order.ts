/** One function of the fleet calls, enqueues to, or otherwise reaches another. */
export interface CallEdge {
  readonly from: string;
  readonly to: string;
}

/**
 * Functions in the order in which they move: whoever is called before whoever calls it. While the first is live in both
 * regions its callers are rewritten; each caller's own new copy is then deployed from source that names the new region, and
 * is never deployed twice. Otherwise by name. Where functions call each other in a circle, the first by name goes last of it.
 */
export function inMovingOrder(names: Iterable<string>, edges: readonly CallEdge[]): string[] {
  const all = new Set([...names].sort());
  const callees = new Map<string, string[]>();
  for (const { from, to } of edges) {
    if (!all.has(from) || !all.has(to) || from === to) continue;
    callees.set(from, [...(callees.get(from) ?? []), to]);
  }
  const ordered = new Set<string>();
  const entered = new Set<string>();
  // A stack of its own: a chain of calls may be as long as the fleet.
  for (const root of all) {
    const stack = [{ name: root, isLeft: false }];
    for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
      const { name, isLeft } = top;
      if (isLeft) ordered.add(name);
      else if (!entered.has(name)) {
        entered.add(name);
        stack.push({ name, isLeft: true });
        for (const callee of [...new Set(callees.get(name))].sort().reverse())
          stack.push({ name: callee, isLeft: false });
      }
    }
  }
  return [...ordered];
}
