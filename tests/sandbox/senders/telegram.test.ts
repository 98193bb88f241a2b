import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { deliveries, openStage, type Stage } from "./sandbox.ts";

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.sandbox.close());

const hook = (region: string) => `https://${region}-acme-test.cloudfunctions.net/telegramWebhook`;
const start = Date.parse("2026-11-22T12:00:00.000Z");

async function telegram(method: string, body: object = {}) {
  const [token = ""] = stage.sandbox.access.telegram;
  const response = await fetch(`${stage.sandbox.base}/api.telegram.org/bot${token}/${method}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as { ok: boolean; result: Record<string, unknown>; description?: string };
  return { status: response.status, ...answer };
}

async function write(text: string): Promise<number> {
  const { update } = await stage.admin("POST", "telegram/updates", { bot: "acme_test_bot", text, chat: 42 });
  return (update as { update_id: number }).update_id;
}

describe("what people write to a bot", () => {
  it("goes to its webhook, with the secret token, once it is taken never again", async () => {
    await telegram("setWebhook", { url: hook("europe-west3"), secret_token: "s3cret_-" });
    const first = await write("/start abc");
    const second = await write("hello");
    expect(second).toBeGreaterThan(first);
    await stage.advance(3_600_000);
    expect(stage.delivery.received).toMatchObject([
      {
        copy: "europe-west3/telegramWebhook",
        method: "POST",
        path: "/",
        headers: { "content-type": "application/json", "x-telegram-bot-api-secret-token": "s3cret_-" },
      },
      { copy: "europe-west3/telegramWebhook" },
    ]);
    expect(JSON.parse(stage.delivery.received[0]?.body ?? "")).toMatchObject({
      update_id: first,
      message: { text: "/start abc", chat: { id: 42, type: "private" } },
    });
  });

  it("is tried again ever rarer, shown as pending with the last error, and goes to the new address when it moves", async () => {
    stage.delivery.answer = ({ copy }) => (copy.startsWith("europe-west3/") ? 500 : 200);
    await write("hello");
    await stage.advance(16_000);
    expect((await deliveries(stage)).map((row) => (Date.parse(row.at) - start) / 1000)).toEqual([0, 1, 3, 7, 15]);
    expect((await telegram("getWebhookInfo")).result).toMatchObject({
      url: hook("europe-west3"),
      pending_update_count: 1,
      last_error_date: start / 1000 + 15,
      last_error_message: "Wrong response from the webhook: 500",
    });
    await telegram("setWebhook", { url: hook("europe-west1") });
    await stage.advance(0);
    expect((await deliveries(stage)).at(-1)).toMatchObject({ copy: "europe-west1/telegramWebhook", taken: true });
    const { result } = await telegram("getWebhookInfo");
    expect(result).toMatchObject({ pending_update_count: 0 });
    expect(result).not.toHaveProperty("last_error_date");
  });

  it("waits while there is no webhook, is dropped on demand and after a day", async () => {
    await telegram("deleteWebhook");
    await write("one");
    await stage.advance(3_600_000);
    expect((await telegram("getWebhookInfo")).result).toMatchObject({ url: "", pending_update_count: 1 });
    await telegram("setWebhook", { url: hook("europe-west3"), drop_pending_updates: true });
    await stage.advance(0);
    expect(stage.delivery.received).toEqual([]);
    stage.delivery.answer = () => 503;
    await write("two");
    await stage.advance(86_400_000 - 1);
    expect((await telegram("getWebhookInfo")).result.pending_update_count).toBe(1);
    await stage.advance(301_000);
    expect((await telegram("getWebhookInfo")).result.pending_update_count).toBe(0);
  });

  it("is only of the kinds that the bot allows", async () => {
    const react = () =>
      stage.admin("POST", "telegram/updates", { bot: "acme_test_bot", message_reaction: { chat: { id: 42 } } });
    expect((await react()).update).toBeNull();
    await telegram("setWebhook", { url: hook("europe-west3"), allowed_updates: ["message_reaction"] });
    expect((await react()).update).not.toBeNull();
    expect((await stage.admin("POST", "telegram/updates", { bot: "acme_test_bot", text: "x" })).update).toBeNull();
    await stage.advance(0);
    expect(stage.delivery.received).toHaveLength(1);
  });

  it.each(["cleared", "kept"])("has its token %s where setWebhook names none", async (telegramOmittedSecret) => {
    await stage.admin("POST", "settings", { telegramOmittedSecret });
    await telegram("setWebhook", { url: hook("europe-west3"), secret_token: "first" });
    await telegram("setWebhook", { url: hook("europe-west1") });
    await write("hello");
    await stage.advance(0);
    const token = stage.delivery.received[0]?.headers["x-telegram-bot-api-secret-token"];
    expect(token).toBe(telegramOmittedSecret === "kept" ? "first" : undefined);
    const { telegram: secrets } = await stage.admin("GET", "secrets");
    expect(secrets).toEqual({ acme_test_bot: token ?? null });
  });
});

describe("what a bot writes", () => {
  it("is kept to be read", async () => {
    expect((await telegram("sendMessage", { chat_id: 42, text: "You are connected." })).ok).toBe(true);
    expect(await telegram("sendMessage", { chat_id: 42 })).toMatchObject({
      status: 400,
      description: "Bad Request: message text is empty",
    });
    expect((await stage.admin("GET", "telegram/messages")).messages).toMatchObject([
      { chat: { id: 42 }, text: "You are connected." },
    ]);
  });
});
