import { describe, expect, test } from "vitest";
import { createTelegram } from "../../src/clients/telegram.ts";
import { readTelegram } from "../../src/sources/holders/telegram.ts";
import { type Answer, type Asked, patience, standIn } from "./stand-in.ts";

const token = "7654321000:AAMARKEDabcdefghijklmnopqrstuvwxyz_-";

const bot = { ok: true, result: { id: 7654321000, is_bot: true, first_name: "Chatter", username: "acme_chatter_bot" } };
const info = (url: string) => ({ ok: true, result: { url, has_custom_certificate: false, pending_update_count: 0 } });

async function read(answer: (asked: Asked, method: string) => Answer) {
  const { endpoint, asked } = await standIn((one) => {
    const method = one.path.split("/").at(-1) ?? "";
    return one.path.startsWith(`/api.telegram.org/bot${token}/`) ? answer(one, method) : undefined;
  });
  const { options, waits } = patience();
  const found = await readTelegram(createTelegram({ endpoint, token, ...options }));
  expect(JSON.stringify(found)).not.toContain("MARKED");
  return { found, asked, waits };
}

const gap = (reason: string) => ({ source: "holders", facet: "telegram", scope: "telegram", region: null, reason });

describe("Telegram", () => {
  test("the bot's webhook is a holder; a token in its path is masked", async () => {
    const { found } = await read((_, method) => ({
      body:
        method === "getMe"
          ? bot
          : info(`https://europe-west3-acme-prod.cloudfunctions.net/telegramChatterBotWebhook/${token}?secret=MARKED`),
    }));
    expect(found).toEqual({
      holders: [
        {
          kind: "telegram",
          id: "7654321000",
          label: "@acme_chatter_bot",
          field: "url",
          url: "https://europe-west3-acme-prod.cloudfunctions.net/telegramChatterBotWebhook/***?secret=***",
          target: {
            form: "cloudfunctions",
            name: "telegramChatterBotWebhook",
            nameIs: "function",
            region: "europe-west3",
            project: "acme-prod",
          },
          active: true,
          region: null,
        },
      ],
      gaps: [],
      read: true,
    });
  });

  test("a bot without a webhook holds nothing, and that was read", async () => {
    const { found } = await read((_, method) => ({ body: method === "getMe" ? bot : info("") }));
    expect(found).toEqual({ holders: [], gaps: [], read: true });
  });

  test.each<[string, Answer, string]>([
    [
      "401",
      { status: 401, body: { ok: false, error_code: 401, description: "Unauthorized" } },
      "Telegram refused the bot token (401)",
    ],
    [
      "404",
      { status: 404, body: { ok: false, error_code: 404, description: "Not Found" } },
      "Telegram refused the bot token (404)",
    ],
    ["HTML", { body: "<html>" }, "the answer of Telegram makes no sense: HTML where JSON was due"],
    ["ok: false", { body: { ok: false, description: token } }, "the answer of Telegram makes no sense"],
    ["a body without result", { body: { ok: true } }, "the answer of Telegram makes no sense"],
    [
      "429 for ever",
      { status: 429, headers: { "retry-after": "200" }, body: { ok: false, parameters: { retry_after: 200 } } },
      "Telegram asks for fewer requests (429); it asks to wait 200 s",
    ],
  ])("%s is a gap without the token", async (_, answer, reason) => {
    const { found } = await read(() => answer);
    expect(found).toEqual({ holders: [], gaps: [gap(reason)], read: false });
  });

  test("a server that is not there is a gap without the token, which is part of the URL", async () => {
    const { options } = patience();
    // Port 9 of this machine: nobody listens.
    const telegram = createTelegram({ endpoint: { base: "http://127.0.0.1:9" }, token, ...options });
    const found = await readTelegram(telegram);
    expect(found.read).toBe(false);
    expect(found.gaps[0]?.reason).toMatch(/^the connection to Telegram failed/);
    expect(JSON.stringify(found)).not.toContain("MARKED");
  });

  test("a token that could change the URL stays one part of it", async () => {
    const { endpoint, asked } = await standIn(() => ({ status: 401, body: {} }));
    await readTelegram(createTelegram({ endpoint, token: "1:a/../../x?y#z", ...patience().options }));
    expect(new Set(asked.map((one) => one.path.split("/").length))).toEqual(new Set([4]));
    const empty = await readTelegram(createTelegram({ endpoint, token: " ", ...patience().options }));
    expect(empty.gaps).toEqual([gap("the Telegram bot token is empty")]);
  });

  test("an answer that never comes ends after the time limit", async () => {
    const never: typeof fetch = (_, init) =>
      new Promise((_resolve, reject) => init?.signal?.addEventListener("abort", () => reject(init.signal?.reason)));
    const telegram = createTelegram({ endpoint: { base: null }, token, attemptMs: 5, fetch: never, ...noWait });
    const found = await readTelegram(telegram);
    expect(found.gaps).toEqual([gap("Telegram gave no full answer within 1 s")]);
  });
});

const noWait = { sleep: async () => {} };
