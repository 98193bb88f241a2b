import type { Manifest } from "../../../manifest/manifest.ts";
import type { CallEdge } from "../../../migrate/plan/order.ts";
import type { Snapshot } from "../../../model/snapshot.ts";

/**
 * Which functions call which: by the manifest's flows, and by the source. A call in a function's own text is that
 * function's; one in a helper is of every function that the same file exports.
 */
export function callEdges(manifest: Manifest, { callers, declared }: Snapshot): CallEdge[] {
  const edges: CallEdge[] = [];
  for (const { edges: hops } of manifest.flows.values()) {
    for (const { from, to } of hops) if (manifest.functions.has(from)) edges.push({ from, to });
  }
  const exported = new Map<string, string[]>();
  for (const { file, name } of declared?.functions ?? []) exported.set(file, [...(exported.get(file) ?? []), name]);
  for (const { symbol, file, targets } of callers?.callers ?? []) {
    const own = exported.get(file) ?? [];
    const callersThere = symbol !== null && own.includes(symbol) ? [symbol] : own;
    for (const from of callersThere) for (const target of targets) edges.push({ from, to: target.function });
  }
  return edges;
}
