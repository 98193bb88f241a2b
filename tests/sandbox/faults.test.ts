import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Sandbox } from "../../src/sandbox/server.ts";
import { ask, functions, run, startSmall } from "./client.ts";

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSmall();
});
afterEach(() => sandbox.close());

const list = `${functions}/-/functions`;

describe("faults on demand", () => {
  it("refuses in one region and answers in the others", async () => {
    sandbox.faults.add({
      match: { region: "europe-west1", host: "run.googleapis.com" },
      do: { kind: "status", status: 403 },
    });
    const refused = await ask(sandbox, "GET", `${run}/europe-west1/services`);
    expect(refused.body.error).toEqual({
      code: 403,
      message: "The caller does not have permission",
      status: "PERMISSION_DENIED",
      details: [],
    });
    expect((await ask(sandbox, "GET", `${run}/europe-west10/services`)).status).toBe(200);
    expect((await ask(sandbox, "GET", `${functions}/europe-west1/functions`)).status).toBe(200);
  });

  it("says when to come back, and takes hold as often as it is told", async () => {
    sandbox.faults.add({ times: 2, do: { kind: "status", status: 429, retryAfterSeconds: 60 } });
    const first = await ask(sandbox, "GET", list);
    expect([first.status, first.headers.get("retry-after"), first.body.error]).toMatchObject([
      429,
      "60",
      { status: "RESOURCE_EXHAUSTED" },
    ]);
    const second = await ask(sandbox, "GET", "v1/webhook_endpoints");
    expect(second.body.error).toMatchObject({ type: "invalid_request_error", code: "rate_limit" });
    expect((await ask(sandbox, "GET", list)).status).toBe(200);
    expect(sandbox.faults.list()).toEqual([]);
  });

  it("answers with a web page where JSON is expected", async () => {
    sandbox.faults.add({ match: { host: "cloudfunctions.googleapis.com" }, do: { kind: "html" } });
    const response = await fetch(`${sandbox.base}/${list}`, { headers: { authorization: "Bearer x" } });
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    expect(await response.text()).toContain("<!DOCTYPE html>");
  });

  it("ends the connection in the middle of a page", async () => {
    sandbox.faults.add({ do: { kind: "drop", afterBytes: 40 } });
    const response = await fetch(`${sandbox.base}/${list}`, { headers: { authorization: "Bearer x" } });
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
    expect(sandbox.log.entries().at(-1)).toMatchObject({ status: null, faults: ["fault-1"] });
  });

  it("keeps a region out of lists and names it, bare or in full as each service does", async () => {
    sandbox.faults.add({ match: { region: "europe-west1" }, do: { kind: "unreachable" } });
    const all = await ask(sandbox, "GET", `${list}?fields=functions/name,unreachable`);
    expect(all.body.unreachable).toEqual(["europe-west1"]);
    const names = (all.body.functions as { name: string }[]).map((item) => item.name.split("/")[3]);
    expect(new Set(names)).toEqual(new Set(["europe-west2", "europe-west3", "us-central1"]));
    expect((await ask(sandbox, "GET", `${functions}/europe-west1/functions`)).body).toEqual({
      unreachable: ["europe-west1"],
    });
    expect((await ask(sandbox, "GET", `${functions}/europe-west2/functions`)).body).not.toHaveProperty("unreachable");
    const services = await ask(sandbox, "GET", `${run}/-/services?fields=unreachable`);
    expect(services.body.unreachable).toEqual(["projects/acme-test/locations/europe-west1"]);
    const jobs = "cloudscheduler.googleapis.com/v1/projects/acme-test/locations/europe-west1/jobs";
    expect((await ask(sandbox, "GET", jobs)).body.error).toMatchObject({ code: 503, status: "UNAVAILABLE" });
    expect((await ask(sandbox, "GET", `${functions}/europe-west1/functions/stripeWebhook`)).status).toBe(503);
  });

  it("shortens pages", async () => {
    sandbox.faults.add({ match: { pathIncludes: "/functions" }, do: { kind: "short-pages", size: 3 } });
    const first = await ask(sandbox, "GET", `${list}?pageSize=1000`);
    expect(first.body.functions).toHaveLength(3);
    expect(first.body.nextPageToken).toBeTypeOf("string");
  });

  it("holds an answer back", async () => {
    sandbox.faults.add({ match: { region: "europe-west2" }, times: 1, do: { kind: "delay", ms: 50 } });
    const order: string[] = [];
    await Promise.all([
      ask(sandbox, "GET", `${functions}/europe-west2/functions`).then(() => order.push("late")),
      ask(sandbox, "GET", `${functions}/europe-west3/functions`).then(() => order.push("prompt")),
    ]);
    expect(order).toEqual(["prompt", "late"]);
  });

  it("is switched over HTTP with the token, and refuses what means nothing", async () => {
    const rule = { match: { pathIncludes: "/jobs" }, do: { kind: "status", status: 500, message: "Internal error" } };
    const added = await ask(sandbox, "POST", "_sandbox/faults", rule);
    expect([added.status, added.body]).toEqual([201, { id: "fault-1" }]);
    expect((await ask(sandbox, "GET", "_sandbox/faults")).body).toEqual({
      faults: [{ id: "fault-1", rule, left: null }],
    });
    const jobs = "cloudscheduler.googleapis.com/v1/projects/acme-test/locations/europe-west1/jobs";
    expect((await ask(sandbox, "GET", jobs)).body.error).toMatchObject({ code: 500, message: "Internal error" });
    expect((await ask(sandbox, "DELETE", "_sandbox/faults/fault-1")).status).toBe(200);
    expect((await ask(sandbox, "GET", jobs)).status).toBe(200);
    for (const wrong of [
      {},
      { do: { kind: "explode" } },
      { do: { kind: "status" } },
      { do: { kind: "unreachable" } },
      { times: 0, do: { kind: "html" } },
      { match: { path: "/x" }, do: { kind: "html" } },
    ]) {
      expect((await ask(sandbox, "POST", "_sandbox/faults", wrong)).status).toBe(400);
    }
    const stranger = await ask(sandbox, "POST", "_sandbox/faults", rule, { authorization: "Bearer wrong" });
    expect(stranger.status).toBe(401);
    expect(sandbox.faults.list()).toEqual([]);
  });
});

describe("the request log", () => {
  it("tells reads from writes, and keeps no body and no bot token", async () => {
    await ask(sandbox, "GET", list);
    await ask(sandbox, "POST", "cloudresourcemanager.googleapis.com/v1/projects/acme-test:testIamPermissions", {});
    await ask(sandbox, "GET", "api.telegram.org/bot7012345678:AAsandboxsandboxsandboxsandboxsandb/getWebhookInfo");
    await ask(sandbox, "POST", "v1/webhook_endpoints/we_1Qsandbox1", undefined);
    const { requests } = (await ask(sandbox, "GET", "_sandbox/log")).body as { requests: Record<string, unknown>[] };
    expect(requests).toEqual([
      {
        at: "2026-11-22T12:00:00.000Z",
        method: "GET",
        host: "cloudfunctions.googleapis.com",
        path: "/v2/projects/acme-test/locations/-/functions",
        status: 200,
        writes: false,
        faults: [],
      },
      expect.objectContaining({ method: "POST", host: "cloudresourcemanager.googleapis.com", writes: false }),
      expect.objectContaining({ host: "api.telegram.org", path: "/bot***/getWebhookInfo", writes: false }),
      expect.objectContaining({ host: "api.stripe.com", path: "/v1/webhook_endpoints/we_1Qsandbox1", writes: true }),
    ]);
  });
});
