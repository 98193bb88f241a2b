import { randomBytes, timingSafeEqual } from "node:crypto";
import { FieldValue } from "firebase-admin/firestore";
import { HttpsError, onCall, onRequest } from "firebase-functions/v2/https";
import { z } from "zod";
import { parseInput, requireUser } from "../access.ts";
import { chatter, collectionOf } from "../affiliate/roles.ts";
import { db } from "../firestore.ts";
import { once } from "../ledger.ts";
import { telegramBotName, telegramBotToken, telegramWebhookSecret } from "../secrets.ts";

/** A deep link that connects the calling chatter's account with Telegram; good for one use. */
export const generateTelegramLink = onCall({ secrets: [telegramBotName] }, async (request) => {
  const uid = requireUser(request);
  parseInput(z.object({}), request.data);
  const profile = await db().collection(collectionOf(chatter, "profiles")).doc(uid).get();
  if (!profile.exists) throw new HttpsError("failed-precondition", "Register as a chatter first.");
  const token = randomBytes(24).toString("base64url");
  const createdAt = FieldValue.serverTimestamp();
  await db().collection("telegram_links").doc(token).create({ owner: uid, status: "open", createdAt });
  return { url: `https://t.me/${telegramBotName.value()}?start=${token}` };
});

const update = z.object({
  update_id: z.int(),
  message: z.object({ text: z.string().optional(), chat: z.object({ id: z.int() }) }).optional(),
});

/** Receives what people write to our bot. `/start TOKEN` connects the chatter and credits the bonus, which is locked. */
export const telegramChatterBotWebhook = onRequest(
  { secrets: [telegramBotToken, telegramWebhookSecret] },
  async (request, response) => {
    const given = Buffer.from(request.get("x-telegram-bot-api-secret-token") ?? "");
    const wanted = Buffer.from(telegramWebhookSecret.value());
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
      response.status(403).send("not from our bot");
      return;
    }
    const parsed = update.safeParse(request.body);
    const token = parsed.data?.message?.text?.match(/^\/start ([\w-]{32})$/)?.[1];
    if (!parsed.success || parsed.data.message === undefined || token === undefined) {
      // Anything but 2xx would be sent again; we have no use for it.
      response.status(200).end();
      return;
    }
    const chat = parsed.data.message.chat.id;
    const outcome = await once(`telegram:${parsed.data.update_id}`, () => connect(token, chat));
    response.status(outcome === "in-progress" ? 409 : 200).end();
  },
);

async function connect(token: string, chat: number): Promise<void> {
  const connected = await db().runTransaction(async (transaction) => {
    const link = await transaction.get(db().collection("telegram_links").doc(token));
    if (link.get("status") !== "open") return false;
    const profileReference = db().collection(collectionOf(chatter, "profiles")).doc(link.get("owner"));
    const profile = await transaction.get(profileReference);
    transaction.update(link.ref, { status: "used", chat });
    // One bonus per chatter, however many links were made. It stays locked; only credit is given here.
    const first = profile.get("bonus.creditedAt") === null;
    const credit = first ? { "bonus.creditedAt": FieldValue.serverTimestamp() } : {};
    transaction.update(profileReference, { telegramChat: chat, ...credit });
    return true;
  });
  const text = connected
    ? "You are connected. Your 50 USD bonus is credited and unlocks once you have earned as much."
    : "This link has been used. Ask for a new one on your dashboard.";
  const answer = await fetch(`https://api.telegram.org/bot${telegramBotToken.value()}/sendMessage`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ chat_id: chat, text }),
    signal: AbortSignal.timeout(10_000),
  });
  if (!answer.ok) throw new Error(`Telegram answered ${answer.status}`);
}
