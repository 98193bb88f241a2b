import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ask, functions } from "../sandbox/client.ts";
import { InitFailed, startWorld, type World } from "./client.ts";
import { token, v2, wanted } from "./one-function.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
  await world.archive("a.zip");
});
afterEach(() => world.close());

function functionEngine() {
  return world.engine(token);
}

/** What a promise is rejected with. */
async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => {
      throw new Error(`resolved with ${JSON.stringify(value)}`);
    },
    (error: unknown) => error,
  );
}

describe("an operation that fails after the function exists", () => {
  const path = `${v2}/europe-west2/functions/sendInvoice`;

  it("leaves the engine id, state and reason, and the next update deploys what does not serve", async () => {
    world.sandbox.faults.add({
      times: 1,
      do: { kind: "operation-error", code: 13, message: "Container Healthcheck failed." },
    });
    const engine = functionEngine();
    await engine.configure({ addPulumiAttributionLabel: "false" });
    const { inputs } = await engine.check(wanted());
    const failure = (await failureOf(engine.create(inputs))) as InitFailed;
    expect(failure).toBeInstanceOf(InitFailed);
    expect(failure.id).toBe("projects/acme-test/locations/europe-west2/functions/sendInvoice");
    expect(failure.reasons).toEqual(["INTERNAL (code 13): Container Healthcheck failed."]);
    expect(failure.state).toMatchObject({
      name: "sendInvoice",
      state: "FAILED",
      labels: { "deployment-tool": "regions" },
    });
    world.calls();
    // The engine comes back without a difference.
    expect((await engine.diff(failure.id, failure.state, inputs, inputs)).changes).toBe(1);
    const state = await engine.update(failure.id, failure.state, inputs, inputs);
    expect(state.state).toBe("ACTIVE");
    expect(world.calls()).toEqual([
      `GET ${path}`,
      `PATCH ${path}?updateMask=buildConfig%2CserviceConfig`,
      `GET ${v2}/europe-west2/operations/…`,
      `GET ${path}`,
    ]);
    // What serves is left alone.
    await engine.update(failure.id, state, inputs, inputs);
    expect(world.calls()).toEqual([`GET ${path}`]);
  });

  it("is told of a change as well, with what is there now", async () => {
    const engine = functionEngine();
    const inputs = wanted();
    const { id, state } = await engine.create(inputs);
    world.sandbox.faults.add({ times: 1, do: { kind: "operation-error", message: "Build failed." } });
    const news = { ...inputs, description: "new" };
    const failure = (await failureOf(engine.update(id, state, inputs, news))) as InitFailed;
    expect(failure.reasons).toEqual(["INTERNAL (code 13): Build failed."]);
    expect(failure.state).not.toHaveProperty("description");
    expect((await engine.update(id, failure.state, inputs, news)).description).toBe("new");
  });

  it("for want of vCPU is deleted and created again, a few times at most", async () => {
    const message = "Quota exceeded for total allowable CPU per project per region.";
    world.sandbox.faults.add({
      match: { method: "POST" },
      times: 1,
      do: { kind: "operation-error", code: 8, message },
    });
    const engine = functionEngine();
    expect((await engine.create(wanted())).state.state).toBe("ACTIVE");
    expect(world.calls().filter((line) => !line.includes("operations"))).toEqual([
      `POST ${v2}/europe-west2/functions?functionId=sendInvoice`,
      `GET ${path}`,
      `DELETE ${path}`,
      `POST ${v2}/europe-west2/functions?functionId=sendInvoice`,
      `GET ${path}`,
    ]);
    world.sandbox.faults.add({ match: { method: "POST" }, do: { kind: "operation-error", code: 8, message } });
    const failure = (await failureOf(engine.create(wanted("other")))) as InitFailed;
    expect(failure.reasons).toEqual([`RESOURCE_EXHAUSTED (code 8): ${message}`]);
    expect(world.calls().filter((line) => line.startsWith("POST"))).toHaveLength(3);
  });

  it("that Google has begun is waited for when the engine stops, and nothing more is begun", async () => {
    await world.close();
    world = await startWorld({ finishMs: 60_000 });
    await world.archive("a.zip");
    world.sandbox.faults.add({ times: 1, do: { kind: "operation-slow", ms: 1500 } });
    const engine = functionEngine();
    const pending = engine.create(wanted("begun"));
    await expect.poll(() => world.calls().some((line) => line.includes("operations"))).toBe(true);
    world.sandbox.faults.add({ match: { method: "POST" }, do: { kind: "status", status: 429 } });
    const refused = engine.create(wanted("refused")).then(
      () => "created",
      (error: Error) => error.message,
    );
    await expect.poll(() => world.calls().some((line) => line.endsWith(" 429"))).toBe(true);
    await engine.cancel();
    expect(await refused).toContain("The deployment was cancelled.");
    expect((await pending).state.state).toBe("ACTIVE");
  });

  it("or does not end is kept too, when its time is up or the engine stops the provider", async () => {
    world.sandbox.faults.add({ do: { kind: "operation-slow", ms: 60_000 } });
    const engine = functionEngine();
    const late = (await failureOf(engine.create(wanted("late"), { timeout: 0.05 }))) as InitFailed;
    expect(late.reasons[0]).toMatch(/^The operation projects\/acme-test\/.* has not ended after 0 s\.$/);
    expect(late.state.state).toBe("DEPLOYING");
    world.calls();
    const pending = failureOf(engine.create(wanted("stopped")));
    await expect.poll(() => world.calls().some((line) => line.startsWith("GET"))).toBe(true);
    await engine.cancel();
    const stopped = (await pending) as InitFailed;
    expect(stopped).toMatchObject({
      id: "projects/acme-test/locations/europe-west2/functions/stopped",
      reasons: ["The deployment was cancelled."],
    });
    expect(stopped.state).toMatchObject({ name: "stopped", labels: { "deployment-tool": "regions" } });
    await expect(engine.read(stopped.id, {}, null)).rejects.toThrow("The deployment was cancelled.");
    await engine.configure({});
    expect((await engine.read(stopped.id, {}, null)).state.name).toBe("stopped");
  });
});

describe("want of quota", () => {
  it("slows a region's writes down until all have passed, and not those of others", async () => {
    await world.close();
    world = await startWorld({ quotaMs: 10_000 });
    await world.archive("a.zip");
    world.sandbox.faults.add({
      match: { host: "cloudfunctions.googleapis.com", method: "POST", region: "europe-west2" },
      do: { kind: "rate", limit: 4, perMs: 250 },
    });
    const engine = functionEngine();
    const names = Array.from({ length: 14 }, (_, index) => `fn${index}`);
    await Promise.all([
      ...names.map((name) => engine.create(wanted(name, "europe-west2"))),
      ...names.map((name) => engine.create(wanted(name, "europe-west3"))),
    ]);
    const calls = world.calls().filter((line) => line.startsWith("POST"));
    const passed = (region: string) => calls.filter((line) => line.includes(region) && !line.endsWith(" 429"));
    expect([passed("europe-west2").length, passed("europe-west3").length]).toEqual([14, 14]);
    expect(calls.filter((line) => line.endsWith(" 429")).length).toBeGreaterThan(0);
    expect(calls.filter((line) => line.includes("europe-west3") && line.endsWith(" 429"))).toEqual([]);
  });

  it("never has more than ten deployments of a region under way", async () => {
    world.sandbox.faults.add({ do: { kind: "operation-slow", ms: 30 } });
    const engine = functionEngine();
    await Promise.all(Array.from({ length: 25 }, (_, index) => engine.create(wanted(`fn${index}`))));
    let running = 0;
    let most = 0;
    for (const line of world.calls()) {
      if (line.startsWith("POST")) running += 1;
      if (/^GET .*\/functions\/fn\d+$/.test(line)) running -= 1;
      most = Math.max(most, running);
    }
    expect(most).toBe(10);
  });

  it("is borne for a while and then told, with Google's words", async () => {
    world.sandbox.faults.add({ match: { method: "POST" }, do: { kind: "status", status: 429 } });
    const started = Date.now();
    await expect(functionEngine().create(wanted())).rejects.toThrow(
      `POST ${v2}/europe-west2/functions: 429 RESOURCE_EXHAUSTED: Quota exceeded for quota metric 'Requests'`,
    );
    expect(Date.now() - started).toBeLessThan(10_000);
  });
});

describe("what cannot be reached or is refused", () => {
  it("fails in its region alone", async () => {
    await world.close();
    world = await startWorld({ giveUpMs: 300 });
    await world.archive("a.zip");
    world.sandbox.faults.add({ match: { region: "europe-west2" }, do: { kind: "unreachable" } });
    const engine = functionEngine();
    const [down, up] = await Promise.allSettled([
      engine.create(wanted("a", "europe-west2")),
      engine.create(wanted("a", "europe-west3")),
    ]);
    expect(down).toMatchObject({
      status: "rejected",
      reason: {
        details: expect.stringContaining("503 UNAVAILABLE: The service is currently unavailable in europe-west2."),
      },
    });
    expect(up?.status).toBe("fulfilled");
  });

  it("is waited for once, not by every resource of the region, and is used again when it is back", async () => {
    await world.close();
    world = await startWorld({ giveUpMs: 400 });
    await world.archive("a.zip");
    const fault = world.sandbox.faults.add({ match: { region: "europe-west2" }, do: { kind: "unreachable" } });
    const engine = functionEngine();
    const started = Date.now();
    for (const name of ["a", "b", "c", "d", "e", "f"]) {
      await expect(engine.create(wanted(name))).rejects.toThrow("503 UNAVAILABLE");
    }
    expect(Date.now() - started).toBeLessThan(1200);
    expect(world.calls().filter((line) => line.includes("functionId=f"))).toHaveLength(1);
    world.sandbox.faults.remove(fault);
    expect((await engine.create(wanted("a"))).state.state).toBe("ACTIVE");
  });

  it("says which field Google refuses, and sends it once", async () => {
    const engine = functionEngine();
    const inputs = { ...wanted(), buildConfig: { ...(wanted().buildConfig as object), runtime: "nodejs18" } };
    await expect(engine.create(inputs)).rejects.toThrow(
      "400 INVALID_ARGUMENT: The request has errors: build_config.runtime: Runtime validation errors: [error_code: INVALID_RUNTIME",
    );
    expect(world.calls()).toEqual([`POST ${v2}/europe-west2/functions?functionId=sendInvoice 400`]);
    world.sandbox.faults.add({ times: 1, do: { kind: "status", status: 403 } });
    await expect(engine.create(wanted())).rejects.toThrow("403 PERMISSION_DENIED: The caller does not have permission");
  });

  it("takes a page of a proxy for no answer", async () => {
    world.sandbox.faults.add({ match: { method: "GET" }, times: 1, do: { kind: "html" } });
    expect((await functionEngine().create(wanted())).state.state).toBe("ACTIVE");
  });

  it("waits for another change of the same function to end", async () => {
    const engine = functionEngine();
    const inputs = wanted();
    const { id, state } = await engine.create(inputs);
    world.sandbox.faults.add({ times: 1, do: { kind: "operation-slow", ms: 100 } });
    await ask(world.sandbox, "PATCH", `${functions}/europe-west2/functions/sendInvoice?updateMask=labels`, {
      labels: { "deployment-tool": "regions" },
    });
    expect((await engine.update(id, state, inputs, { ...inputs, description: "new" })).description).toBe("new");
    expect(world.calls().filter((line) => line.endsWith(" 409")).length).toBeGreaterThan(0);
  });
});
