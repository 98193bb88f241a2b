import { afterEach, describe, expect, test } from "vitest";
import { awaitOperation } from "../../src/clients/await-operation.ts";
import { GoogleError } from "../../src/clients/google-error.ts";
import { createGoogleWriter } from "../../src/clients/google-write.ts";
import { UncertainWriteError } from "../../src/clients/uncertain-write.ts";
import { type Answer, googleErrorBody, sendJson, startServer, type TestServer } from "./http-server.ts";

const jobUrl = "https://cloudscheduler.googleapis.com/v1/projects/acme/locations/europe-west1/jobs/nightly";
const servers: TestServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** A writer on a clock that its waits move; answers are given by number, from 1. */
async function writerOf(answer: (number: number) => Answer, base?: string) {
  let calls = 0;
  const server = await startServer((request, response) => {
    calls += 1;
    return answer(calls)(request, response);
  });
  servers.push(server);
  const waits: number[] = [];
  let clock = Date.parse("2026-11-22T12:00:00Z");
  const time = {
    now: () => clock,
    sleep: async (ms: number) => {
      waits.push(ms);
      clock += ms;
    },
  };
  const writer = createGoogleWriter({
    endpoint: { base: base ?? server.base },
    token: async () => "ya29.MARK-token",
    random: () => 0.5,
    ...time,
  });
  return { writer, server, waits, time };
}

const good: Answer = (_request, response) => sendJson(response, { name: "nightly" });
const dropped: Answer = (_request, response) => {
  response.writeHead(200, { "content-type": "application/json", "content-length": "100" });
  response.write('{"na', () => response.destroy());
};
const refusal =
  (status: number, word: string, headers: Record<string, string> = {}): Answer =>
  (_request, response) =>
    sendJson(response, googleErrorBody(status, word, "as it is"), status, headers);

async function failureOf(promise: Promise<unknown>): Promise<Error> {
  const thrown: unknown = await promise.then(
    () => null,
    (error) => error,
  );
  expect(thrown).toBeInstanceOf(Error);
  expect(`${(thrown as Error).message} ${JSON.stringify(thrown)}`).not.toContain("MARK");
  return thrown as Error;
}

describe("a change that is the same when made twice", () => {
  test.each([
    ["a lost answer", dropped],
    ["503", refusal(503, "UNAVAILABLE")],
    ["429", refusal(429, "RESOURCE_EXHAUSTED", { "retry-after": "7" })],
  ])("is made again after %s", async (_name, first) => {
    const { writer, server } = await writerOf((number) => (number === 1 ? first : good));
    expect(await writer.patch(jobUrl, { schedule: "0 3 * * *" }, { updateMask: "schedule" })).toEqual({
      name: "nightly",
    });
    expect(server.received).toHaveLength(2);
    expect(Object.fromEntries(server.received[1]?.query ?? [])).toEqual({ updateMask: "schedule" });
  });

  test("is uncertain when no answer ever comes", async () => {
    const { writer, server } = await writerOf(() => dropped);
    const error = await failureOf(writer.patch(jobUrl, {}, {}));
    expect(error).toBeInstanceOf(UncertainWriteError);
    expect(error.message).toMatch(
      /^the connection to cloudscheduler\.googleapis\.com failed.*; whether the change was made is not known$/,
    );
    expect(server.received).toHaveLength(5);
  });

  test("is uncertain when it is refused after a lost answer: the first try may be why", async () => {
    const { writer } = await writerOf((number) => (number === 1 ? dropped : refusal(400, "FAILED_PRECONDITION")));
    expect(await failureOf(writer.post(`${jobUrl}:pause`, {}, { repeatable: true }))).toBeInstanceOf(
      UncertainWriteError,
    );
  });

  test("a deletion whose answer was lost finds nothing any more", async () => {
    const { writer, server } = await writerOf((number) => (number === 1 ? dropped : refusal(404, "NOT_FOUND")));
    expect(await writer.delete(jobUrl)).toBeNull();
    expect(server.received).toHaveLength(2);
  });
});

describe("a change that is another one when made twice", () => {
  test.each([
    ["a lost answer", dropped],
    ["503", refusal(503, "UNAVAILABLE")],
    ["500", refusal(500, "INTERNAL")],
  ])("is not made again after %s", async (_name, first) => {
    const { writer, server } = await writerOf(() => first);
    expect(await failureOf(writer.post(`${jobUrl}:run`, {}, { repeatable: false }))).toBeInstanceOf(
      UncertainWriteError,
    );
    expect(server.received).toHaveLength(1);
  });

  test("is made again after 429, which says that it was not made", async () => {
    const { writer, server, waits } = await writerOf((number) =>
      number === 1 ? refusal(429, "RESOURCE_EXHAUSTED", { "retry-after": "7" }) : good,
    );
    expect(await writer.post(`${jobUrl}:run`, {}, { repeatable: false })).toEqual({ name: "nightly" });
    expect([server.received.length, waits]).toEqual([2, [7500]]);
  });

  test("is refused for good with Google's own words", async () => {
    const { writer } = await writerOf(() => refusal(400, "FAILED_PRECONDITION"));
    const error = await failureOf(writer.post(`${jobUrl}:run`, {}, { repeatable: false }));
    expect(error).toBeInstanceOf(GoogleError);
    expect(error.message).toBe("cloudscheduler.googleapis.com answered 400 FAILED_PRECONDITION: as it is");
  });

  test("nobody listens: nothing was made, and it says so", async () => {
    const gone = await startServer(() => {});
    await gone.close();
    const { writer, waits } = await writerOf(() => good, gone.base);
    const error = await failureOf(writer.post(`${jobUrl}:run`, {}, { repeatable: false }));
    expect(error).toMatchObject({ name: "GoogleError", kind: "network" });
    expect(error.message).toBe("the connection to cloudscheduler.googleapis.com failed (ECONNREFUSED)");
    expect(waits).toEqual([250, 500, 1000, 2000]);
  });
});

test("a writer is good for as long as a move takes", async () => {
  const { writer, time } = await writerOf(() => good);
  await writer.get(jobUrl);
  await time.sleep(3 * 86_400_000);
  expect(await writer.patch(jobUrl, {}, {})).toEqual({ name: "nightly" });
});

describe("an operation", () => {
  const name = "projects/acme/locations/europe-west1/operations/op-1";
  const running: Answer = (_request, response) => sendJson(response, { name });

  test("is looked at ever more rarely until it is done", async () => {
    const done: Answer = (_request, response) => sendJson(response, { name, done: true, response: {} });
    const { writer, server, waits, time } = await writerOf((number) => (number < 6 ? running : done));
    expect(await awaitOperation(writer, name, time)).toEqual({ state: "done" });
    expect(waits).toEqual([1000, 2000, 4000, 8000, 10_000]);
    expect(server.received[0]?.path).toBe(`/cloudfunctions.googleapis.com/v2/${name}`);
  });

  test("of the first API has a name of its own, and tells why it failed", async () => {
    const failed: Answer = (_request, response) =>
      sendJson(response, { name: "operations/abc", done: true, error: { code: 8, message: "Quota\nexceeded" } });
    const { writer, server } = await writerOf(() => failed);
    expect(await awaitOperation(writer, "operations/abc")).toEqual({
      state: "failed",
      code: 8,
      reason: "Quota exceeded",
    });
    expect(server.received[0]?.path).toBe("/cloudfunctions.googleapis.com/v1/operations/abc");
  });

  test("that outlasts all patience still runs", async () => {
    const { writer, time } = await writerOf(() => running);
    expect(await awaitOperation(writer, name, { ...time, patienceMs: 60_000 })).toEqual({ state: "running" });
  });
});
