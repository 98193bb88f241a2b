import { beforeEach, expect, it } from "vitest";
import { generateTelegramLink, telegramChatterBotWebhook } from "../../src/functions/src/telegram/bot.ts";
import { call, refusalOf, send } from "./invoke.ts";
import { db, passTime, telegram } from "./surroundings.ts";

const carl = { uid: "carl" };
const bonus = { amountCents: 5_000, currency: "usd", state: "locked", creditedAt: null };

beforeEach(async () => {
  for (const collection of ["chatter_profiles", "group_admin_profiles"]) {
    await db.doc(`${collection}/carl`).set({ status: "pending", balanceCents: 0, bonus });
  }
  await db.doc("chatter_profiles/dora").set({ status: "pending", balanceCents: 0, bonus });
});

async function newToken(caller = carl, data: object = {}): Promise<string> {
  const { url } = await call(generateTelegramLink, caller, data);
  const token = String(url).match(/^https:\/\/t\.me\/LawyersAbroadChatterBot\?start=([\w-]{32})$/)?.[1];
  if (token === undefined) throw new Error(`no token in ${url}`);
  return token;
}

function update(id: number, text: string, chat: object = { id: 77, type: "private" }) {
  return { update_id: id, message: { message_id: 1, date: 0, text, chat } };
}

function deliver(body: object, secret: string | null = "telegram-secret") {
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (secret !== null) headers["x-telegram-bot-api-secret-token"] = secret;
  return send("telegramChatterBotWebhook", telegramChatterBotWebhook, { headers, body: JSON.stringify(body) });
}

const credited = "77: You are connected. Your 50 USD bonus is credited and unlocks once you have earned as much.";
const used = "77: This link has been used, or is too old. Ask for a new one on your dashboard.";
const profile = async (path: string) => (await db.doc(path).get()).data();

it("credits the locked bonus to whoever follows the link, once though the update comes three times", async () => {
  const start = update(1, `/start ${await newToken()}`);
  const answers = await Promise.all([deliver(start), deliver(start)]);
  expect(answers.map(({ status }) => status).sort()[0]).toBe(200);
  expect((await deliver(start)).status).toBe(200);
  const { bonus: kept, ...rest } = (await profile("chatter_profiles/carl")) ?? {};
  expect(rest).toEqual({ status: "pending", balanceCents: 0, telegramChat: 77 });
  expect(kept).toMatchObject({ amountCents: 5_000, state: "locked" });
  expect(kept.creditedAt.toMillis()).toBeGreaterThan(0);
  expect(telegram.sent()).toEqual([credited]);
  expect((await profile("processed_events/telegramChatterBotWebhook%3A1"))?.doneAt).not.toBeNull();
});

it("does it for every programme, by the link's own role", async () => {
  await deliver(update(1, `/start ${await newToken(carl, { role: "groupAdmin" })}`));
  expect((await profile("group_admin_profiles/carl"))?.bonus.creditedAt).not.toBeNull();
  expect((await profile("chatter_profiles/carl"))?.bonus.creditedAt).toBeNull();
});

it("gives one bonus per affiliate and one per chat, however many links are made", async () => {
  const [first, second] = [await newToken(), await newToken()];
  await deliver(update(1, `/start ${first}`));
  const at = (await profile("chatter_profiles/carl"))?.bonus.creditedAt;
  await deliver(update(2, `/start ${second}`));
  expect((await profile("chatter_profiles/carl"))?.bonus.creditedAt).toEqual(at);
  await deliver(update(3, `/start ${await newToken({ uid: "dora" })}`));
  expect((await profile("chatter_profiles/dora"))?.bonus.creditedAt).toBeNull();
  expect(telegram.sent()).toEqual([credited, "77: You are connected.", "77: You are connected."]);
});

it("refuses a link that another chat has used, one that is a day old, and one nobody made", async () => {
  const token = await newToken();
  await deliver(update(1, `/start ${token}`, { id: 78, type: "private" }));
  await deliver(update(2, `/start ${token}`));
  const old = await newToken({ uid: "dora" });
  passTime(25 * 3_600_000);
  await deliver(update(3, `/start ${old}`));
  await deliver(update(4, `/start ${"x".repeat(32)}`));
  expect(telegram.sent().slice(1)).toEqual([used, used, used]);
  expect((await profile("chatter_profiles/dora"))?.bonus.creditedAt).toBeNull();
});

it("tells it at the next delivery, when the message could not be sent, and the same as it would have", async () => {
  const start = update(1, `/start ${await newToken()}`);
  telegram.instead.push(...[1, 2, 3].map(() => () => ({ status: 502, body: {} })));
  expect((await deliver(start)).status).toBe(500);
  expect((await profile("chatter_profiles/carl"))?.bonus.creditedAt).not.toBeNull();
  expect((await deliver(start)).status).toBe(200);
  expect(telegram.sent()).toEqual([credited, credited, credited, credited]);
});

it("does not try for ever to reach somebody who has blocked the bot", async () => {
  telegram.instead.push(() => ({
    status: 403,
    body: { ok: false, description: "Forbidden: bot was blocked by the user" },
  }));
  const start = update(1, `/start ${await newToken()}`);
  expect((await deliver(start)).status).toBe(200);
  expect((await deliver(start)).status).toBe(200);
  expect(telegram.asked).toHaveLength(1);
});

it("waits as long as Telegram asks when there are too many", async () => {
  telegram.instead.push(() => ({ status: 429, body: {} }));
  expect((await deliver(update(1, `/start ${await newToken()}`))).status).toBe(200);
  expect(telegram.asked).toHaveLength(2);
});

it("believes nobody who does not know the secret", async () => {
  const start = update(1, `/start ${await newToken()}`);
  for (const secret of [null, "", "telegram-secreT", "telegram-secret-and-more"]) {
    expect(await deliver(start, secret)).toEqual({ status: 403, body: "not from our bot" });
  }
  expect((await profile("chatter_profiles/carl"))?.bonus.creditedAt).toBeNull();
});

it("takes what it has no use for, so that it is not sent again", async () => {
  const token = await newToken();
  const useless = [
    update(1, "hello"),
    update(2, "/start"),
    update(3, `/start ${token}`, { id: -5, type: "group" }),
    { update_id: 4, edited_message: {} },
    { update_id: "five" },
  ];
  for (const body of useless) expect((await deliver(body)).status).toBe(200);
  expect(telegram.asked).toEqual([]);
  expect((await profile(`telegram_links/${token}`))?.status).toBe("open");
});

it("makes links for members only", async () => {
  expect(await refusalOf(generateTelegramLink, null, {})).toBe("unauthenticated: Sign in first.");
  expect(await refusalOf(generateTelegramLink, { uid: "nobody" }, {})).toBe(
    "failed-precondition: Register for this programme first.",
  );
  expect(await refusalOf(generateTelegramLink, carl, { role: "pope" })).toMatch(/^invalid-argument: role: /);
});
