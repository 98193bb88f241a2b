import { type Answer, type Asked, Service } from "./service.ts";

/** Telegram's bot API, as far as sending messages. */
export class Telegram extends Service {
  /** Messages that went out, as "CHAT: TEXT". */
  sent(): string[] {
    return this.asked.map(({ body }) => JSON.parse(body)).map(({ chat_id, text }) => `${chat_id}: ${text}`);
  }

  override answer({ path }: Asked): Answer {
    if (path === "/bot1:telegram-token/sendMessage") return { body: { ok: true, result: {} } };
    return { status: 404, body: { ok: false, error_code: 404, description: "Not Found" } };
  }
}
