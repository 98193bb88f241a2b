import { afterAll, beforeAll, describe } from "vitest";
import { bookedCall, bookedCallInAStorm } from "./journeys/booking.ts";
import { bookingFunctions } from "./journeys/booking-functions.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage(bookingFunctions);
}, 180_000);
afterAll(() => stage?.close());

describe("a booked call", () => bookedCall(() => stage));
describe("with everything twice, late and out of order, and every button pressed twice,", () =>
  bookedCallInAStorm(() => stage));
