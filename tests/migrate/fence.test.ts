import { expect, it } from "vitest";
import { createFence } from "../../src/cli/wire/migrate/fence.ts";
import type { Lock } from "../../src/migrate/ports/journal-store.ts";
import { Refused } from "../../src/migrate/ports/world.ts";

const sent: string[] = [];
const send = (async (url: string, init?: RequestInit) => {
  sent.push(`${init?.method ?? "GET"} ${url}`);
  return new Response("{}");
}) as typeof fetch;

function lockWith(leftMs: number, isTaken = false): Lock & { left: number } {
  const renew = async (): Promise<void> => {
    if (isTaken) throw new Refused("Somebody else has taken over the move.");
  };
  const lock = {
    left: leftMs,
    leftMs: () => lock.left,
    renew,
    sending: renew,
    settled: renew,
    release: async () => {},
  };
  return lock;
}

it("lets everything out before there is a lock, and while it holds for long enough", async () => {
  sent.length = 0;
  const fence = createFence(new AbortController().signal, send);
  await fence.fetch("https://a.example", { method: "POST" });
  fence.watch(lockWith(60_000));
  await fence.fetch("https://b.example", { method: "DELETE" });
  expect(sent).toEqual(["POST https://a.example", "DELETE https://b.example"]);
  expect(fence.signal.aborted).toBe(false);
});

it("holds back what changes something once the lock has run out, and ends everything", async () => {
  sent.length = 0;
  const fence = createFence(new AbortController().signal, send);
  const lock = lockWith(15 * 60_000);
  fence.watch(lock);
  lock.left = 59_000;
  await fence.fetch("https://read.example");
  const held = "The lock of the move has run out: this process was suspended, or could not renew it.";
  await expect(fence.fetch("https://a.example", { method: "PATCH" })).rejects.toThrow(held);
  expect(() => fence.check()).toThrow(Refused);
  expect([sent, fence.signal.aborted, fence.signal.reason]).toEqual([
    ["GET https://read.example"],
    true,
    expect.any(Refused),
  ]);
});

it("ends everything where a renewal finds that somebody else has the lock", async () => {
  const fence = createFence(new AbortController().signal, send);
  const lock = fence.watch(lockWith(15 * 60_000, true));
  await expect(lock.renew()).rejects.toThrow("Somebody else has taken over the move.");
  expect(fence.signal.reason).toEqual(new Refused("Somebody else has taken over the move."));
  await expect(fence.fetch("https://a.example", { method: "POST" })).rejects.toThrow("Somebody else has taken over");
});
