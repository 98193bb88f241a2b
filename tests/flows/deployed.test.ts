import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeWithEngine } from "../engine/engine.ts";
import { type DeployedStage, openDeployedStage } from "./deployed-stage.ts";
import { type FunctionName, regionOf } from "./fleet-code.ts";
import { bookedCall } from "./journeys/booking.ts";
import { registeringChatter } from "./journeys/chatter.ts";
import { registeringProvider } from "./journeys/provider.ts";
import { subscribing } from "./journeys/subscription.ts";
import { project } from "./project.ts";
import { placeOf } from "./stage.ts";

// The whole fleet, as `regions deploy --env sandbox` brings it: with its triggers, jobs, queue, accounts, roles and secrets.
describeWithEngine("the reference fleet, deployed into the sandbox,", (engine) => {
  let stage: DeployedStage;
  beforeAll(async () => {
    stage = await openDeployedStage(engine);
  }, 300_000);
  afterAll(() => stage?.close());

  it("is there as a whole", () => {
    expect(stage.deployed.stdout.trimEnd().split("\n").at(-1)).toBe(
      "sandbox (project demo-regions): 909 changes made, 0 parts stayed as they were. Exit code 0.",
    );
  });

  it("lets in whom the deployment let in, and nobody else", async () => {
    const unsigned = async (name: FunctionName): Promise<number> => {
      const url = `${stage.sandbox.base}/${project}/${regionOf(name)}/${name}`;
      const headers = { "content-type": "application/json" };
      return (await fetch(url, { method: "POST", headers, body: '{"data":{}}' })).status;
    };
    // Google turns away who is no invoker; what everybody may call turns away by itself who is not signed in, or did not sign.
    expect(await unsigned("executeScheduledCall")).toBe(403);
    expect(await unsigned("onPaymentRecordCreated")).toBe(403);
    expect(await unsigned("endStaleCallSessions")).toBe(403);
    expect(await unsigned("createPaymentIntent")).toBe(401);
    expect(await unsigned("stripeWebhook")).toBe(400);
  });

  describe("takes a booked call", () => bookedCall(() => stage));
  it("has its jobs called when they are due", async () => {
    await stage.mark();
    await stage.settle(15 * 60_000);
    const rows = await stage.deliveries("?sender=scheduler");
    expect(rows.map(({ url, status }) => `${placeOf(url)} ${status}`)).toContain(
      "europe-west3 endStaleCallSessions 200",
    );
    expect(rows.filter(({ status }) => status !== 200)).toEqual([]);
  });

  describe("takes a subscription", () => subscribing(() => stage));
  describe("takes a chatter", () => registeringChatter(() => stage));
  describe("takes a provider", () => registeringProvider(() => stage));
});
