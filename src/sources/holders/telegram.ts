import type { TelegramReader } from "../../clients/telegram.ts";
import { type HolderRead, holderGap, reasonOf } from "./holder-read.ts";
import { holderUrl } from "./holder-url.ts";

/** The webhook of one bot; no holder where none is set (the bot is polled, or silent). */
export async function readTelegram(telegram: TelegramReader): Promise<HolderRead> {
  try {
    const [bot, url] = await Promise.all([telegram.bot(), telegram.webhookUrl()]);
    if (url === null) return { holders: [], gaps: [], read: true };
    const label = bot.username === null ? bot.id : `@${bot.username}`;
    const holder = { kind: "telegram" as const, id: bot.id, label, field: "url", active: true, region: null };
    return { holders: [{ ...holder, ...holderUrl(url) }], gaps: [], read: true };
  } catch (thrown) {
    return { holders: [], gaps: [holderGap("telegram", "telegram", reasonOf(thrown))], read: false };
  }
}
