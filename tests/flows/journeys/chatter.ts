import { expect, it } from "vitest";
import type { FunctionName } from "../fleet-code.ts";
import { telegramBot } from "../project.ts";
import { deliveriesTo, type Person, placeOf, type Stage } from "../stage.ts";

/** The functions that take part. */
export const chatterFunctions = [
  "registerChatter",
  "generateTelegramLink",
  "telegramChatterBotWebhook",
] as const satisfies readonly FunctionName[];

let chats = 1000;

interface Registered {
  readonly who: Person;
  readonly code: string;
  readonly chat: number;
}

/** Signs up, registers and follows the deep link into Telegram; each button is pressed `times` times at once. */
async function register(stage: Stage, email: string, times = 1): Promise<Registered> {
  const who = await stage.signUp(email);
  const form = { displayName: "Lea", country: "FR", languages: ["fr"], platforms: ["tiktok"] };
  const answers = await Promise.all(Array.from({ length: times }, () => stage.call("registerChatter", who, form)));
  const [first] = answers;
  for (const answer of answers) expect(answer).toEqual(first);
  expect(first?.affiliateCode).toMatch(/^CH-[2-9A-HJ-NP-Z]{6}$/);
  chats += 1;
  for (let link = 0; link < times; link += 1) {
    const { url } = await stage.call("generateTelegramLink", who, { role: "chatter" });
    const deep = new URL(String(url));
    expect([deep.host, deep.pathname]).toEqual(["t.me", `/${telegramBot.username}`]);
    // Telegram sends what stands behind `start` as the person's first message.
    const text = `/start ${deep.searchParams.get("start")}`;
    await stage.admin("POST", "telegram/updates", { bot: telegramBot.username, chat: chats, text });
  }
  return { who, code: String(first?.affiliateCode), chat: chats };
}

async function outcome(stage: Stage, { who: { uid }, code, chat }: Registered): Promise<unknown> {
  const profile = await stage.db.doc(`chatter_profiles/${uid}`).get();
  const codes = await stage.db.collection("affiliate_codes").where("owner", "==", uid).get();
  const bonus = profile.get("bonus");
  const claims = await stage.claims(uid);
  return {
    profile: [profile.get("status"), profile.get("affiliateCode") === code, profile.get("telegramChat") === chat],
    money: [profile.get("balanceCents"), profile.get("earnedCents")],
    bonus: [bonus.amountCents, bonus.currency, bonus.state, bonus.creditedAt !== null],
    codes: codes.docs.map((doc) => [doc.id === code, doc.get("role")]),
    chat: (await stage.db.doc(`telegram_chats/${chat}`).get()).get("owner") === uid,
    claims,
  };
}

const wanted = {
  profile: ["pending", true, true],
  money: [0, 0],
  bonus: [5000, "usd", "locked", true],
  codes: [[true, "chatter"]],
  chat: true,
  claims: { affiliate: ["chatter"] },
};

async function messagesTo(stage: Stage, chat: number): Promise<string[]> {
  const { messages } = (await stage.admin("GET", "telegram/messages")) as {
    messages: { chat: { id: number }; text: string }[];
  };
  return messages.filter((message) => message.chat.id === chat).map(({ text }) => text);
}

const credited = "You are connected. Your 50 USD bonus is credited and unlocks once you have earned as much.";

/** Somebody registers as a chatter and joins the channel, calm. */
export function registeringChatter(opened: () => Stage): void {
  it("registers in europe-west2, and is connected in europe-west3 with a bonus that stays locked", async () => {
    const stage = opened();
    await stage.mark();
    const lea = await register(stage, "lea@acme.example");
    await stage.settle();
    expect(await outcome(stage, lea)).toEqual(wanted);
    expect(await messagesTo(stage, lea.chat)).toEqual([credited]);
    expect(stage.requests()).toEqual(["europe-west2 registerChatter 200", "europe-west3 generateTelegramLink 200"]);
    const rows = await deliveriesTo(stage, chatterFunctions);
    expect(rows.map((row) => `${row.sender} ${row.type} → ${placeOf(row.url)} ${row.status}`)).toEqual([
      "telegram message → europe-west3 telegramChatterBotWebhook 200",
    ]);
  });
}

/** The same with everything twice, late and after lost answers. */
export function registeringChatterInAStorm(opened: () => Stage): void {
  it("credits the bonus once where buttons are pressed twice and Telegram sends everything again, late and after lost answers", async () => {
    const stage = opened();
    await stage.mark();
    for (const rule of [
      { match: { sender: "telegram" }, times: 1, do: { kind: "delay", ms: 600_000 } },
      { match: { sender: "telegram" }, times: 2, do: { kind: "lose-answer" } },
      { match: { sender: "telegram" }, do: { kind: "duplicate", copies: 2 } },
    ]) {
      await stage.admin("POST", "disturbances", rule);
    }
    const mia = await register(stage, "mia@acme.example", 2);
    await stage.settle(3_600_000);
    await stage.admin("DELETE", "disturbances");
    await stage.settle(3_600_000);
    expect(await outcome(stage, mia)).toEqual(wanted);
    // Two links were followed: one brought the bonus, the other found the chat connected.
    expect((await messagesTo(stage, mia.chat)).sort()).toEqual(["You are connected.", credited]);
    const rows = await deliveriesTo(stage, chatterFunctions);
    const [first, second] = [...new Set(rows.map(({ event }) => Number(event)))];
    expect(first).toBeGreaterThan(second ?? Number.POSITIVE_INFINITY);
    expect(rows.filter(({ note }) => note === "a duplicate").length).toBeGreaterThanOrEqual(4);
    expect(rows.filter(({ note }) => note?.endsWith("was lost on the way")).length).toBe(2);
    expect(new Set(rows.map(({ url }) => placeOf(url)))).toEqual(new Set(["europe-west3 telegramChatterBotWebhook"]));
  }, 120_000);
}
