import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname, networkInterfaces } from "node:os";

/**
 * Tells this machine, since its last start, from all others, as a digest: two processes of one name share the numbers of
 * their processes. On Linux by the start of its kernel and the container's own numbering; elsewhere by its network cards.
 */
export function machineHere(): string {
  const linux = [
    orNull(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8")),
    orNull(() => readlinkSync("/proc/self/ns/pid")),
  ];
  const cards = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ mac }) => mac));
  const parts = linux.includes(null) ? [...new Set(cards)].sort() : linux;
  return createHash("sha256")
    .update(JSON.stringify([hostname(), ...parts]))
    .digest("hex")
    .slice(0, 16);
}

function orNull(read: () => string): string | null {
  try {
    return read();
  } catch {
    return null;
  }
}
