import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ask } from "../client.ts";
import { smallSeed } from "../small-seed.ts";
import { deliveries, openStage, type Stage } from "./sandbox.ts";

const eventType = "google.cloud.pubsub.topic.v1.messagePublished";
const topicName = "projects/acme-test/topics/orders";
const listener = (region: string) =>
  ({
    name: "onOrder",
    region,
    trigger: "event",
    runtime: "nodejs22",
    event: { eventType, triggerRegion: region, filters: { topic: topicName } },
  }) as const;

let stage: Stage;
beforeEach(async () => {
  stage = await openStage({
    seed: {
      ...smallSeed,
      functions: [
        listener("europe-west1"),
        listener("europe-west3"),
        {
          name: "oldOrders",
          region: "us-central1",
          generation: 1,
          trigger: "event",
          runtime: "nodejs22",
          event: {
            eventType: "google.pubsub.topic.publish",
            triggerRegion: "us-central1",
            filters: { topic: topicName },
          },
        },
      ],
    },
  });
});
afterEach(() => stage.sandbox.close());

const topic = "pubsub.googleapis.com/v1/projects/acme-test/topics/orders";
const subscription = "pubsub.googleapis.com/v1/projects/acme-test/subscriptions/orders-push";
const data = Buffer.from('{"order":1}').toString("base64");

async function publish(): Promise<string> {
  const answer = await ask(stage.sandbox, "POST", `${topic}:publish`, {
    messages: [{ data, attributes: { kind: "a" } }],
  });
  expect(answer.status).toBe(200);
  return (answer.body.messageIds as string[])[0] ?? "";
}

describe("a message of a topic", () => {
  it("reaches every copy of a function, both generations and push subscriptions, each in its own shape", async () => {
    const id = await publish();
    await stage.advance(0);
    const by = new Map(stage.delivery.received.map((received) => [received.copy, received]));
    expect([...by.keys()].sort()).toEqual([
      "europe-west1/onOrder",
      "europe-west1/ordersPush",
      "europe-west3/onOrder",
      "us-central1/oldOrders",
    ]);
    const event = by.get("europe-west3/onOrder");
    expect(event?.headers).toMatchObject({
      "ce-id": id,
      "ce-type": eventType,
      "ce-source": `//pubsub.googleapis.com/${topicName}`,
      "ce-specversion": "1.0",
      "ce-time": "2026-11-22T12:00:00.000Z",
      host: expect.stringMatching(/^onorder-.*\.a\.run\.app$/),
    });
    expect(JSON.parse(event?.body ?? "")).toMatchObject({
      message: { data, attributes: { kind: "a" }, messageId: id },
      subscription: expect.stringContaining("/subscriptions/eventarc-europe-west3-onorder-"),
    });
    expect(JSON.parse(by.get("us-central1/oldOrders")?.body ?? "")).toMatchObject({
      context: { eventId: id, eventType: "google.pubsub.topic.publish", resource: { name: topicName } },
      data: { data, attributes: { kind: "a" } },
    });
    expect(JSON.parse(by.get("europe-west1/ordersPush")?.body ?? "")).toMatchObject({
      message: { messageId: id },
      subscription: "projects/acme-test/subscriptions/orders-push",
    });
  });

  it("is delivered again to whoever does not take it, where retrying is on, and to nobody else", async () => {
    const statuses = [500, 500];
    stage.delivery.answer = ({ copy }) => (copy === "europe-west1/ordersPush" ? (statuses.shift() ?? 204) : 503);
    await publish();
    await stage.advance(1000);
    expect((await deliveries(stage, "?copy=europe-west1/ordersPush")).map((row) => [row.status, row.attempt])).toEqual([
      [500, 1],
      [500, 2],
      [204, 3],
    ]);
    // Functions are deployed without retrying unless they ask for it.
    expect(await deliveries(stage, "?copy=europe-west3/onOrder")).toHaveLength(1);
    expect((await stage.admin("GET", "backlog")).backlog).toEqual({});
  });

  it("waits in a subscription whose push address is taken away, and goes to the next one", async () => {
    await ask(stage.sandbox, "POST", `${subscription}:modifyPushConfig`, { pushConfig: {} });
    await publish();
    await stage.advance(3_600_000);
    expect((await stage.admin("GET", "backlog")).backlog).toEqual({
      "projects/acme-test/subscriptions/orders-push": 1,
    });
    stage.delivery.take();
    const pushEndpoint = "https://europe-west3-acme-test.cloudfunctions.net/ordersPush";
    const oidcToken = { serviceAccountEmail: "push@acme-test.iam.gserviceaccount.com", audience: "orders" };
    await ask(stage.sandbox, "POST", `${subscription}:modifyPushConfig`, { pushConfig: { pushEndpoint, oidcToken } });
    await stage.advance(0);
    const [received, ...others] = stage.delivery.take();
    expect([received?.copy, others]).toEqual(["europe-west3/ordersPush", []]);
    const [, claims = ""] = (received?.headers.authorization ?? "").split(".");
    expect(JSON.parse(Buffer.from(claims, "base64url").toString()).aud).toBe("orders");
    expect((await stage.admin("GET", "backlog")).backlog).toEqual({});
  });

  it("is gone with a subscription that is deleted, and after its time", async () => {
    stage.delivery.answer = ({ copy }) => (copy === "europe-west1/ordersPush" ? 500 : 200);
    await publish();
    await stage.advance(7 * 86_400_000 - 1);
    expect((await stage.admin("GET", "backlog")).backlog).toEqual({
      "projects/acme-test/subscriptions/orders-push": 1,
    });
    await stage.advance(61_000);
    expect((await stage.admin("GET", "backlog")).backlog).toEqual({});
    await publish();
    await stage.advance(0);
    await ask(stage.sandbox, "DELETE", subscription);
    expect((await stage.admin("GET", "backlog")).backlog).toEqual({});
  });

  it("is refused where it is empty or its topic is not there", async () => {
    expect((await ask(stage.sandbox, "POST", `${topic}:publish`, { messages: [{}] })).status).toBe(400);
    expect((await ask(stage.sandbox, "POST", `${topic}x:publish`, { messages: [{ data }] })).status).toBe(404);
  });
});
