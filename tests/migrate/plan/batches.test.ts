import { expect, it } from "vitest";
import { inBatches } from "../../../src/migrate/plan/batches.ts";
import { inMovingOrder } from "../../../src/migrate/plan/order.ts";
import { type Room, roomFor } from "../../../src/migrate/plan/room.ts";

const place = { file: "regions.yaml", line: 4 };
const room: Room = { region: "europe-west3", live: 40, quota: { vcpu: 30, warn: 0.8, place }, used: 2.9 };

it("moves whoever is called before whoever calls, and else goes by name", () => {
  const edges = [
    { from: "createAndScheduleCall", to: "executeScheduledCall" },
    { from: "approveProfile", to: "createAndScheduleCall" },
    { from: "approveProfile", to: "approveProfile" },
    { from: "approveProfile", to: "elsewhere" },
  ];
  const names = ["zeroOut", "approveProfile", "createAndScheduleCall", "executeScheduledCall", "backup"];
  expect(inMovingOrder(names, edges)).toEqual([
    "executeScheduledCall",
    "createAndScheduleCall",
    "approveProfile",
    "backup",
    "zeroOut",
  ]);
  expect(inMovingOrder([], edges)).toEqual([]);
});

it("breaks a circle of calls at the first by name, and bears a chain as long as a fleet", () => {
  const circle = [
    { from: "a", to: "b" },
    { from: "b", to: "c" },
    { from: "c", to: "a" },
    { from: "d", to: "b" },
  ];
  expect(inMovingOrder(["d", "c", "b", "a"], circle)).toEqual(["c", "b", "a", "d"]);
  const chain = Array.from({ length: 20_000 }, (_, n) => `f${String(n).padStart(5, "0")}`);
  const calls = chain.slice(1).map((to, n) => ({ from: chain[n] ?? "", to }));
  expect(inMovingOrder(chain, calls)).toEqual([...chain].reverse());
});

it("fills batches of ten, and of what fits below the line of warning", () => {
  const sizes = (batches: readonly (readonly unknown[])[]) => batches.map((batch) => batch.length);
  const moves = (count: number, cpu: number | null) =>
    Array.from({ length: count }, () => ({ size: { cpu, maxInstances: 10 } }));
  // 24 of 30 vCPU is the line, 2.9 are in use: 21.1 are free.
  expect(sizes(inBatches(moves(25, 0.1666), room))).toEqual([10, 10, 5]);
  expect(sizes(inBatches(moves(10, 4), room))).toEqual([5, 5]);
  expect(sizes(inBatches(moves(3, 25), room))).toEqual([1, 1, 1]);
  expect(sizes(inBatches(moves(12, null), room))).toEqual([10, 2]);
  expect(sizes(inBatches(moves(12, 8), { ...room, quota: null }))).toEqual([10, 2]);
  expect(sizes(inBatches(moves(4, 12), { ...room, used: null }))).toEqual([2, 2]);
  expect(inBatches([], room)).toEqual([]);
});

it("says whether one more copy fits, and what to do where it does not", () => {
  const size = { cpu: 1, maxInstances: 20 };
  expect(roomFor(size, room, 0)).toEqual({
    id: "room",
    holds: true,
    found: "europe-west3 has room: 2.9 vCPU are in use, of a quota of 30",
    mend: null,
  });
  expect(roomFor({ cpu: 1, maxInstances: 31 }, room, 0)).toEqual({
    id: "room",
    holds: false,
    found: "31 instances of 1 vCPU are 31, and europe-west3 has a quota of 30",
    mend: "Lower its maxInstances or cpu, or ask Google for more quota there.",
  });
  expect(roomFor(size, { ...room, used: 29.5 }, 0)).toMatchObject({
    holds: false,
    found: "29.5 of 30 vCPU are in use in europe-west3, and an instance needs 1",
  });
  expect(roomFor(size, { ...room, live: 990 }, 9)).toMatchObject({ holds: true });
  expect(roomFor(size, { ...room, live: 990 }, 10)).toMatchObject({
    holds: false,
    found: "it would be number 1001 of the functions and services in europe-west3, and Google allows 1000",
  });
  expect(roomFor(size, { ...room, quota: null }, 0)).toMatchObject({ holds: true });
  expect(roomFor({ cpu: 0, maxInstances: null }, { ...room, used: 30 }, 0)).toMatchObject({ holds: true });
});
