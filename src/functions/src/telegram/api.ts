import { logger } from "firebase-functions";
import { addressOf } from "../addresses.ts";
import { OutsideError, request } from "../outside.ts";
import { telegramBotToken } from "../secrets.ts";

/**
 * Sends somebody a message from our bot; false when Telegram will not deliver it, as to whoever has blocked the bot. May
 * arrive twice when an answer of Telegram's is lost on its way. The address holds the token: it is never logged.
 */
export async function sendMessage(chat: number, text: string): Promise<boolean> {
  const base = addressOf("TELEGRAM_API_BASE").href.replace(/\/$/, "");
  const options = {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ chat_id: chat, text }),
  };
  const answer = await request("Telegram", `${base}/bot${telegramBotToken.value()}/sendMessage`, options, 10_000);
  await answer.body?.cancel();
  if (answer.ok) return true;
  if (answer.status !== 400 && answer.status !== 403) throw new OutsideError("Telegram", answer.status);
  logger.warn("message not wanted", { status: answer.status });
  return false;
}
