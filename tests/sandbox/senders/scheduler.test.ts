import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readSchedule } from "../../../src/sandbox/senders/scheduler/schedule.ts";
import { ask } from "../client.ts";
import { smallSeed } from "../small-seed.ts";
import { deliveries, openStage, type Stage } from "./sandbox.ts";

function times(schedule: string, timeZone: string, from: string, count: number): string[] {
  const read = readSchedule(schedule, timeZone);
  if (read.kind !== "calendar") throw new Error("an interval");
  const found: string[] = [];
  let at = new Date(from);
  while (found.length < count) {
    const next = read.next(at);
    if (next === null) break;
    found.push(next.toISOString().slice(0, 16));
    at = next;
  }
  return found;
}

describe("a schedule", () => {
  it.each([
    ["0 3 * * *", "Europe/Paris", "2026-11-22T12:00:00Z", ["2026-11-23T02:00", "2026-11-24T02:00"]],
    ["*/15 8-9 * * 1-5", "UTC", "2026-11-20T09:40:00Z", ["2026-11-20T09:45", "2026-11-23T08:00"]],
    // Both days count where both are named.
    ["0 0 13 * 5", "UTC", "2026-11-10T00:00:00Z", ["2026-11-13T00:00", "2026-11-20T00:00"]],
    ["30 2 * * *", "Europe/Paris", "2026-10-24T12:00:00Z", ["2026-10-25T00:30", "2026-10-26T01:30"]],
    ["every day 00:00", "Asia/Tokyo", "2026-11-22T12:00:00Z", ["2026-11-22T15:00", "2026-11-23T15:00"]],
    ["every mon,thursday 09:30", "UTC", "2026-11-22T12:00:00Z", ["2026-11-23T09:30", "2026-11-26T09:30"]],
    ["1,15 of month 07:00", "UTC", "2026-11-22T12:00:00Z", ["2026-12-01T07:00", "2026-12-15T07:00"]],
    [
      "1st,third monday of january,mar 17:00",
      "UTC",
      "2026-11-22T12:00:00Z",
      ["2027-01-04T17:00", "2027-01-18T17:00", "2027-03-01T17:00"],
    ],
    [
      "every 2 hours from 10:00 to 14:00",
      "UTC",
      "2026-11-22T12:00:00Z",
      ["2026-11-22T14:00", "2026-11-23T10:00", "2026-11-23T12:00"],
    ],
    ["every 12 hours synchronized", "Europe/Paris", "2026-11-22T12:00:00Z", ["2026-11-22T23:00", "2026-11-23T11:00"]],
  ])("of %s in %s is due when Google would be", (schedule, zone, from, expected) => {
    expect(times(schedule, zone, from, expected.length)).toEqual(expected);
  });

  it("in words without a fixed time counts from the end of the last run", () => {
    expect(readSchedule("every 5 minutes", "UTC")).toEqual({ kind: "interval", ms: 300_000 });
    expect(readSchedule("every 1 hours", "UTC")).toEqual({ kind: "interval", ms: 3_600_000 });
  });

  it.each([
    ["0 3 * *", "UTC", "neither unix-cron with five fields nor a schedule in words"],
    ["61 3 * * *", "UTC", "CronPattern"],
    ["every 0 minutes", "UTC", "between 1 minute and 24 hours"],
    ["0 3 * * *", "Europe/Atlantis", 'the time zone "Europe/Atlantis" is not known'],
  ])("of %s in %s is refused", (schedule, zone, reason) => {
    expect(() => readSchedule(schedule, zone)).toThrow(reason);
  });
});

const jobs = "cloudscheduler.googleapis.com/v1/projects/acme-test/locations/europe-west1/jobs";
const uri = "https://europe-west1-acme-test.cloudfunctions.net/nightlyExport";
const start = Date.parse("2026-11-22T12:00:00.000Z");
const day = 86_400_000;

let stage: Stage;

async function create(fields: Record<string, unknown>): Promise<Record<string, unknown>> {
  const httpTarget = {
    uri,
    httpMethod: "POST",
    oidcToken: { serviceAccountEmail: "export@acme-test.iam.gserviceaccount.com", audience: uri },
  };
  const name = "projects/acme-test/locations/europe-west1/jobs/export";
  const answer = await ask(stage.sandbox, "POST", jobs, { name, httpTarget, timeZone: "UTC", ...fields });
  expect(answer.status).toBe(200);
  return answer.body;
}

const job = async () => (await ask(stage.sandbox, "GET", `${jobs}/export`)).body;
const seconds = async () => (await deliveries(stage)).map((row) => (Date.parse(row.at) - start) / 1000);

describe("a job", () => {
  beforeEach(async () => {
    stage = await openStage();
  });
  afterEach(() => stage.sandbox.close());

  it("fires by its schedule, with Scheduler's headers, and shows how its runs went", async () => {
    expect((await create({ schedule: "0 13 * * *" })).scheduleTime).toBe("2026-11-22T13:00:00.000Z");
    await stage.advance(3_599_999);
    expect(stage.delivery.received).toEqual([]);
    await stage.advance(1);
    const [received] = stage.delivery.received;
    expect(received).toMatchObject({
      copy: "europe-west1/nightlyExport",
      method: "POST",
      path: "/",
      body: "",
      headers: {
        "user-agent": "Google-Cloud-Scheduler",
        "x-cloudscheduler": "true",
        "x-cloudscheduler-jobname": "export",
        "x-cloudscheduler-scheduletime": "2026-11-22T13:00:00.000Z",
        authorization: expect.stringMatching(/^Bearer [\w-]+\.[\w-]+\.[\w-]+$/),
      },
    });
    expect(await job()).toMatchObject({
      state: "ENABLED",
      lastAttemptTime: "2026-11-22T13:00:00.000Z",
      scheduleTime: "2026-11-23T13:00:00.000Z",
      status: {},
    });
    await stage.advance(3 * day);
    expect(stage.delivery.received).toHaveLength(4);
  });

  it("is tried again as its configuration says, under the same schedule time", async () => {
    stage.delivery.answer = () => 503;
    const retryConfig = { retryCount: 3, minBackoffDuration: "10s", maxBackoffDuration: "30s", maxDoublings: 5 };
    await create({ schedule: "0 13 * * *", retryConfig });
    await stage.advance(7_200_000);
    expect(await seconds()).toEqual([3600, 3610, 3630, 3660]);
    const keys = stage.delivery.received.map(({ headers }) => headers["x-cloudscheduler-scheduletime"]);
    expect(new Set(keys)).toEqual(new Set(["2026-11-22T13:00:00.000Z"]));
    expect((await job()).status).toEqual({ code: 14, message: "UNAVAILABLE" });
  });

  it("is not tried again without a number of retries, and no longer than it may be", async () => {
    stage.delivery.answer = () => 500;
    await create({ schedule: "0 13 * * *" });
    await stage.advance(7_200_000);
    expect(await seconds()).toEqual([3600]);
    const retryConfig = { retryCount: 5, maxRetryDuration: "20s", minBackoffDuration: "10s", maxDoublings: 0 };
    await ask(stage.sandbox, "PATCH", `${jobs}/export?updateMask=retryConfig`, { retryConfig });
    await stage.advance(day);
    expect((await seconds()).slice(1)).toEqual([3600 + 86_400, 3610 + 86_400]);
  });

  it("in words fires so long after its last run, and does not promise a time", async () => {
    await create({ schedule: "every 5 minutes" });
    await stage.advance(16 * 60_000);
    expect(await seconds()).toEqual([300, 600, 900]);
    expect(stage.delivery.received[0]?.headers).not.toHaveProperty("x-cloudscheduler-scheduletime");
  });

  it("rests while it is paused, runs when told to, and goes on from when it is resumed", async () => {
    await create({ schedule: "0 * * * *" });
    await ask(stage.sandbox, "POST", `${jobs}/export:pause`, {});
    await stage.advance(5.5 * 3_600_000);
    expect([stage.delivery.received.length, (await job()).scheduleTime]).toEqual([0, undefined]);
    await ask(stage.sandbox, "POST", `${jobs}/export:run`, {});
    await stage.advance(0);
    expect(stage.delivery.take()).toHaveLength(1);
    expect((await job()).state).toBe("PAUSED");
    await ask(stage.sandbox, "POST", `${jobs}/export:resume`, {});
    expect((await job()).scheduleTime).toBe("2026-11-22T18:00:00.000Z");
    await stage.advance(3_600_000);
    expect(stage.delivery.take().map(({ headers }) => headers["x-cloudscheduler-scheduletime"])).toEqual([
      "2026-11-22T18:00:00.000Z",
    ]);
    await ask(stage.sandbox, "DELETE", `${jobs}/export`);
    await stage.advance(day);
    expect(stage.delivery.received).toEqual([]);
  });

  it("follows a change of its address and schedule", async () => {
    await create({ schedule: "0 13 * * *" });
    const moved = "https://europe-west3-acme-test.cloudfunctions.net/nightlyExport";
    await ask(stage.sandbox, "PATCH", `${jobs}/export?updateMask=schedule,httpTarget`, {
      schedule: "0 14 * * *",
      httpTarget: { uri: moved, httpMethod: "POST" },
    });
    await stage.advance(day);
    expect(await deliveries(stage)).toMatchObject([{ at: "2026-11-22T14:00:00.000Z", url: moved }]);
  });

  it("publishes to a topic where that is its target", async () => {
    const topic = "projects/acme-test/topics/orders";
    const pubsubTarget = { topicName: topic, attributes: { scheduled: "true" } };
    await create({ schedule: "0 13 * * *", httpTarget: undefined, pubsubTarget });
    await stage.advance(3_600_000);
    const [received] = stage.delivery.received;
    expect(received?.copy).toBe("europe-west1/ordersPush");
    expect(JSON.parse(received?.body ?? "").message.attributes).toEqual({ scheduled: "true" });
    expect((await job()).status).toEqual({});
  });

  it("is refused with a schedule that cannot be read", async () => {
    const answer = await ask(stage.sandbox, "POST", jobs, { schedule: "now and then", httpTarget: { uri } });
    expect(answer.body.error).toMatchObject({
      status: "INVALID_ARGUMENT",
      message: expect.stringContaining('"now and then" is neither unix-cron with five fields'),
    });
  });
});

describe("the jobs of a project", () => {
  afterEach(() => stage.sandbox.close());

  it("fire from the start on", async () => {
    stage = await openStage({ seed: smallSeed });
    await stage.advance(2 * day);
    expect((await deliveries(stage)).map((row) => [row.copy, row.at])).toEqual([
      ["europe-west1/nightlyExport", "2026-11-23T02:00:00.000Z"],
      ["europe-west1/nightlyExport", "2026-11-24T02:00:00.000Z"],
    ]);
  });
});
