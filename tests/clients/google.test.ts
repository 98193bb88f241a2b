import { afterEach, describe, expect, test } from "vitest";
import { createGoogle, type GoogleOptions } from "../../src/clients/google.ts";
import { GoogleError } from "../../src/clients/google-error.ts";
import { type Answer, googleErrorBody, sendJson, startServer, type TestServer } from "./http-server.ts";

const functionsUrl = "https://cloudfunctions.googleapis.com/v2/projects/acme/locations/-/functions";
const servers: TestServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** A client of a server that answers as given, whose waits take no time but are recorded, on a clock that they move. */
async function clientOf(answer: Answer, options: Partial<GoogleOptions> = {}) {
  const server = await startServer(answer);
  servers.push(server);
  const waits: number[] = [];
  let clock = Date.parse("2026-11-22T12:00:00Z");
  const google = createGoogle({
    endpoint: { base: server.base },
    token: async () => "ya29.secret-token",
    random: () => 0.5,
    now: () => clock,
    sleep: async (ms) => {
      waits.push(ms);
      clock += ms;
    },
    ...options,
  });
  return { google, server, waits };
}

async function failureOf(promise: Promise<unknown>): Promise<GoogleError> {
  const thrown: unknown = await promise.then(
    () => null,
    (error) => error,
  );
  expect(thrown).toBeInstanceOf(GoogleError);
  return thrown as GoogleError;
}

describe("get", () => {
  test("sends the token and the query to the host's folder below the base", async () => {
    const { google, server } = await clientOf((_request, response) => sendJson(response, { functions: [] }), {
      quotaProject: async () => "payer",
    });
    expect(await google.get(functionsUrl, { pageSize: "1000", fields: "a(b,c)" })).toEqual({ functions: [] });
    const [request] = server.received;
    expect(request?.path).toBe("/cloudfunctions.googleapis.com/v2/projects/acme/locations/-/functions");
    expect(Object.fromEntries(request?.query ?? [])).toEqual({ pageSize: "1000", fields: "a(b,c)" });
    expect(request?.headers.authorization).toBe("Bearer ya29.secret-token");
    expect(request?.headers["x-goog-user-project"]).toBe("payer");
  });

  test("without a base, the real host is called over https", async () => {
    const called: string[] = [];
    const google = createGoogle({
      endpoint: { base: null },
      token: async () => "t",
      fetch: async (input) => {
        called.push(String(input));
        return new Response("{}");
      },
    });
    await google.get(functionsUrl, { pageSize: "5" });
    expect(called).toEqual([`${functionsUrl}?pageSize=5`]);
  });

  test.each([500, 502, 503, 504, 408])("an answer of %i is asked again with growing jittered waits", async (status) => {
    let calls = 0;
    const { google, waits } = await clientOf((_request, response) => {
      calls += 1;
      if (calls < 4) sendJson(response, googleErrorBody(status, "UNAVAILABLE", "try later"), status);
      else sendJson(response, { ok: true });
    });
    expect(await google.get(functionsUrl)).toEqual({ ok: true });
    expect(waits).toEqual([250, 500, 1000]);
  });

  test("gives up after five answers of 503 with Google's own words", async () => {
    const { google, server } = await clientOf((_request, response) =>
      sendJson(response, googleErrorBody(503, "UNAVAILABLE", "The service is currently unavailable."), 503),
    );
    const error = await failureOf(google.get(functionsUrl));
    expect(error).toMatchObject({ kind: "unavailable", status: 503 });
    expect(error.reason).toBe(
      "cloudfunctions.googleapis.com answered 503 UNAVAILABLE: The service is currently unavailable.",
    );
    expect(server.received).toHaveLength(5);
  });

  test("a 429 for a minute is sat out when Retry-After says so in seconds", async () => {
    let calls = 0;
    const { google, waits } = await clientOf((_request, response) => {
      calls += 1;
      if (calls === 1) {
        const body = googleErrorBody(429, "RESOURCE_EXHAUSTED", "Quota exceeded");
        sendJson(response, body, 429, { "retry-after": "60" });
      } else sendJson(response, { ok: true });
    });
    expect(await google.get(functionsUrl)).toEqual({ ok: true });
    expect(waits).toEqual([60_500]);
  });

  test("Retry-After may be an HTTP date", async () => {
    let calls = 0;
    const { google, waits } = await clientOf((_request, response) => {
      calls += 1;
      if (calls === 1) sendJson(response, {}, 503, { "retry-after": "Sun, 22 Nov 2026 12:00:30 GMT" });
      else sendJson(response, { ok: true });
    });
    await google.get(functionsUrl);
    expect(waits).toEqual([30_500]);
  });

  test("a Retry-After past all patience fails at once and says how long Google asked for", async () => {
    const { google, waits } = await clientOf((_request, response) =>
      sendJson(response, googleErrorBody(429, "RESOURCE_EXHAUSTED", "Quota exceeded"), 429, { "retry-after": "3600" }),
    );
    const error = await failureOf(google.get(functionsUrl));
    expect(error.kind).toBe("rate-limited");
    expect(error.reason).toBe(
      "cloudfunctions.googleapis.com answered 429 RESOURCE_EXHAUSTED: Quota exceeded; it asks to wait 3600 s",
    );
    expect(waits).toEqual([]);
  });

  test("a 429 without Retry-After that never ends becomes a failure within the patience of 100 s", async () => {
    const { google, waits } = await clientOf(
      (_request, response) => sendJson(response, googleErrorBody(429, "RESOURCE_EXHAUSTED", "slow down"), 429),
      { random: () => 0.999 },
    );
    expect((await failureOf(google.get(functionsUrl))).kind).toBe("rate-limited");
    const waited = waits.reduce((sum, wait) => sum + wait, 0);
    expect(waited).toBeGreaterThan(60_000);
    expect(waited).toBeLessThan(100_000);
  });

  test("a connection that dies in the middle of the answer is asked again", async () => {
    let calls = 0;
    const { google, server } = await clientOf((_request, response) => {
      calls += 1;
      if (calls > 1) return sendJson(response, { functions: [{ name: "whole" }] });
      response.writeHead(200, { "content-type": "application/json", "content-length": "5000" });
      response.write('{"functions":[{"name":"half');
      setTimeout(() => response.destroy(), 5);
    });
    expect(await google.get(functionsUrl)).toEqual({ functions: [{ name: "whole" }] });
    expect(server.received).toHaveLength(2);
  });

  test("a connection that always dies is a network failure after five attempts", async () => {
    const { google, server } = await clientOf((_request, response) => {
      response.destroy();
    });
    const error = await failureOf(google.get(functionsUrl));
    expect(error.kind).toBe("network");
    expect(error.reason).toMatch(/^the connection to cloudfunctions\.googleapis\.com failed \(/);
    expect(server.received).toHaveLength(5);
  });

  test("an answer that breaks off without an error of the connection is asked again, then malformed", async () => {
    const { google, server } = await clientOf((_request, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.end('{"functions":[{"name":"half');
    });
    expect(await failureOf(google.get(functionsUrl))).toMatchObject({
      kind: "malformed",
      reason: "the answer of cloudfunctions.googleapis.com makes no sense: JSON that breaks off",
    });
    expect(server.received).toHaveLength(5);
  });

  test("a host that never answers is waited for once; a single answer makes it one like any other again", async () => {
    let silent = true;
    const { google, server } = await clientOf(
      (_request, response) => {
        if (!silent) sendJson(response, { functions: [] });
      },
      { attemptMs: 40 },
    );
    const asked = async () => {
      const before = server.received.length;
      const kind = await google.get(functionsUrl).then(
        () => "answer",
        (error: GoogleError) => error.kind,
      );
      return [kind, server.received.length - before];
    };
    expect([await asked(), await asked()]).toEqual([
      ["timeout", 2],
      ["timeout", 1],
    ]);
    silent = false;
    expect(await asked()).toEqual(["answer", 1]);
    silent = true;
    expect(await asked()).toEqual(["timeout", 2]);
  });

  test("an answer that never ends is left before it fills the memory", async () => {
    const { google, server } = await clientOf((_request, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const piece = Buffer.alloc(1024 * 1024, "x");
      const more = () => {
        while (!response.destroyed && response.write(piece));
      };
      response.on("drain", more);
      response.write('{"functions":"');
      more();
    });
    expect(await failureOf(google.get(functionsUrl))).toMatchObject({
      kind: "malformed",
      reason: "the answer of cloudfunctions.googleapis.com makes no sense: it does not end",
    });
    expect(server.received).toHaveLength(1);
  });

  test("a body that stops coming is a timeout", async () => {
    const { google } = await clientOf(
      (_request, response) => {
        response.writeHead(200, { "content-type": "application/json" });
        response.write('{"functions":[');
      },
      { attemptMs: 40 },
    );
    expect(await failureOf(google.get(functionsUrl))).toMatchObject({ kind: "timeout", status: null });
  });

  test.each([
    ["<!doctype html><title>Sign in</title>", "HTML where JSON was due"],
    ["", "nothing where JSON was due"],
    ["upstream connect error", "text that is no JSON where JSON was due"],
    ["[1,2]", "JSON that is no object"],
    ["null", "JSON that is no object"],
  ])("an answer of 200 with %j is malformed and not asked again", async (body, what) => {
    const { google, server } = await clientOf((_request, response) => {
      response.writeHead(200);
      response.end(body);
    });
    const error = await failureOf(google.get(functionsUrl));
    expect(error.kind).toBe("malformed");
    if (body !== "null")
      expect(error.reason).toBe(`the answer of cloudfunctions.googleapis.com makes no sense: ${what}`);
    expect(server.received).toHaveLength(1);
  });

  test.each([
    [401, "UNAUTHENTICATED", "denied"],
    [403, "PERMISSION_DENIED", "denied"],
    [404, "NOT_FOUND", "not-found"],
    [400, "INVALID_ARGUMENT", "invalid"],
    [302, "FOUND", "malformed"],
  ])("an answer of %i is not asked again", async (status, word, kind) => {
    const { google, server } = await clientOf((_request, response) =>
      sendJson(response, googleErrorBody(status, word, "no"), status),
    );
    expect(await failureOf(google.get(functionsUrl))).toMatchObject({ kind, status });
    expect(server.received).toHaveLength(1);
  });

  test("an API that is switched off says so, with the project that is asked to pay", async () => {
    const message =
      "Cloud Scheduler API has not been used in project 4711 before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/cloudscheduler.googleapis.com/overview?project=4711 then retry.";
    const details = [
      {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        reason: "SERVICE_DISABLED",
        domain: "googleapis.com",
        metadata: { consumer: "projects/4711", service: "cloudscheduler.googleapis.com" },
      },
    ];
    const { google } = await clientOf((_request, response) =>
      sendJson(response, googleErrorBody(403, "PERMISSION_DENIED", message, details), 403),
    );
    expect(
      await failureOf(google.get("https://cloudscheduler.googleapis.com/v1/projects/acme/locations")),
    ).toMatchObject({
      kind: "disabled",
      consumer: "projects/4711",
      reason: "cloudscheduler.googleapis.com is not enabled in project 4711",
    });
  });

  test("the older error form of Storage is understood, for a disabled API and for its rate limit", async () => {
    const older = (reason: string) => ({
      error: { code: 403, message: "m", errors: [{ reason, domain: "usageLimits" }] },
    });
    let calls = 0;
    const { google } = await clientOf((request, response) => {
      calls += 1;
      if (request.query.get("project") === "off") sendJson(response, older("accessNotConfigured"), 403);
      else if (calls < 3) sendJson(response, older("userRateLimitExceeded"), 403);
      else sendJson(response, { items: [] });
    });
    const url = "https://storage.googleapis.com/storage/v1/b";
    expect(await failureOf(google.get(url, { project: "off" }))).toMatchObject({ kind: "disabled", consumer: null });
    expect(await google.get(url, { project: "on" })).toEqual({ items: [] });
  });

  test("reasons hold no tokens, no queries, no control characters, and are short", async () => {
    const message = `Bearer ya29.secret-token is bad \u001b[31m at https://example.com/x?key=AIzaSecret ${"long ".repeat(200)}`;
    const { google } = await clientOf((_request, response) =>
      sendJson(response, googleErrorBody(403, "PERMISSION_DENIED", message), 403),
    );
    const { reason } = await failureOf(google.get(functionsUrl, { key: "query-secret" }));
    for (const secret of ["ya29", "AIzaSecret", "query-secret", "\u001b"]) expect(reason).not.toContain(secret);
    expect(reason.length).toBeLessThan(320);
  });

  test("a token that cannot be had is told with its own reason, or without any where it may be secret", async () => {
    const told = new GoogleError({ kind: "denied", reason: "no Google credentials were found" });
    const first = await clientOf(() => {}, { token: () => Promise.reject(told) });
    expect(await failureOf(first.google.get(functionsUrl))).toBe(told);
    const second = await clientOf(() => {}, { token: () => Promise.reject(new Error("private_key=abc")) });
    expect(await failureOf(second.google.get(functionsUrl))).toMatchObject({
      kind: "denied",
      reason: "no access token could be had for Google",
    });
    expect(first.server.received).toHaveLength(0);
  });

  test("a token that never comes is a timeout", async () => {
    const { google } = await clientOf(() => {}, { token: () => new Promise(() => {}), attemptMs: 20 });
    expect((await failureOf(google.get(functionsUrl))).kind).toBe("timeout");
  });

  test("an abort ends a call under way and a wait, with the reason of the signal", async () => {
    const reason = new Error("interrupted");
    const underWay = new AbortController();
    const first = await clientOf(() => underWay.abort(reason), { signal: underWay.signal });
    await expect(first.google.get(functionsUrl)).rejects.toBe(reason);

    const waiting = new AbortController();
    const server = await startServer((_request, response) => {
      sendJson(response, {}, 503, { "retry-after": "50" });
      setTimeout(() => waiting.abort(reason), 10);
    });
    servers.push(server);
    const google = createGoogle({
      endpoint: { base: server.base },
      token: async () => "t",
      signal: waiting.signal,
    });
    await expect(google.get(functionsUrl)).rejects.toBe(reason);
  });

  test("no more calls than allowed are under way at once, and all of them end", async () => {
    let now = 0;
    let most = 0;
    const { google } = await clientOf(
      (_request, response) => {
        now += 1;
        most = Math.max(most, now);
        setTimeout(() => {
          now -= 1;
          sendJson(response, { ok: true });
        }, 3);
      },
      { parallelism: 4 },
    );
    const answers = await Promise.all(Array.from({ length: 40 }, () => google.get(functionsUrl)));
    expect(answers).toHaveLength(40);
    expect(most).toBe(4);
  });

  test("the deadline of the client ends calls that start after it", async () => {
    const { google, server } = await clientOf(
      (_request, response) => sendJson(response, {}, 503, { "retry-after": "90" }),
      { deadlineMs: 100_000, patienceMs: 95_000 },
    );
    expect((await failureOf(google.get(functionsUrl))).kind).toBe("unavailable");
    const before = server.received.length;
    expect((await failureOf(google.get(functionsUrl))).kind).toBe("unavailable");
    expect(server.received.length).toBe(before + 1);
  });
});

describe("pages", () => {
  test("follows nextPageToken to the end, short and empty pages included", async () => {
    const pages: Record<string, unknown> = {
      "": { functions: [{ name: "a" }], nextPageToken: "p2" },
      p2: { nextPageToken: "p3" },
      p3: { functions: [{ name: "b" }], nextPageToken: "" },
    };
    const { google, server } = await clientOf((request, response) =>
      sendJson(response, pages[request.query.get("pageToken") ?? ""]),
    );
    const read: unknown[] = [];
    for await (const page of google.pages(functionsUrl, { pageSize: "1000" })) read.push(page);
    expect(read).toEqual([pages[""], pages.p2, pages.p3]);
    expect(server.received.map((request) => request.query.get("pageSize"))).toEqual(["1000", "1000", "1000"]);
  });

  test("a token that comes again ends the listing as malformed instead of for ever", async () => {
    const { google, server } = await clientOf((_request, response) =>
      sendJson(response, { functions: [], nextPageToken: "same" }),
    );
    const read = async () => {
      for await (const _ of google.pages(functionsUrl));
    };
    expect((await failureOf(read())).kind).toBe("malformed");
    expect(server.received).toHaveLength(2);
  });
});
