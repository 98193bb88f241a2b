import { afterAll, beforeAll, expect, it } from "vitest";
import { book, planBookings, prepareBookings, type Target, tallyBookings } from "./bookings.ts";
import { bookingFunctions } from "./journeys/booking-functions.ts";
import { openStage, type Person, type Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage(bookingFunctions);
}, 180_000);
afterAll(() => stage?.close());

it("settles each of 50 bookings that come at once exactly once, by how its call went", async () => {
  const people = new Map<string, Person>();
  const target: Target = {
    db: stage.db,
    stripe: stage.stripe,
    admin: stage.admin,
    async call(name, client, data) {
      const who = people.get(client) ?? (await stage.signUp(`${client}@acme.example`));
      people.set(client, who);
      return stage.call(name, who, data);
    },
  };
  const bookings = planBookings(50, 25);
  await prepareBookings(target, bookings, 75_000);
  // Nobody's call ends while others still book, however slow the machine is.
  await stage.admin("POST", "clock", { stop: true });
  // Ten at a time, one after the other.
  const booked = await Promise.all(
    Array.from({ length: 10 }, async (_, hand) => {
      const own = bookings.filter((_, index) => index % 10 === hand);
      for (const booking of own) await book(target, booking);
      return own.length;
    }),
  );
  expect(booked).toEqual(Array(10).fill(5));
  await stage.settle(3_600_000);
  const tally = await tallyBookings(target, bookings);
  expect(tally).toMatchObject({ sent: 50, captured: 30, cancelled: 20, lost: [], doubled: [], wrong: [] });
  const { data } = await stage.stripe.paymentIntents.list({ limit: 100 });
  expect(data.reduce((sum, { amount_received }) => sum + amount_received, 0)).toBe(30 * 4900);
  // All of it once more, as after an outage: nothing changes.
  await stage.settle(24 * 3_600_000);
  expect(await tallyBookings(target, bookings)).toEqual(tally);
}, 240_000);
