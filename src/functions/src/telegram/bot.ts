import { randomBytes, timingSafeEqual } from "node:crypto";
import { FieldValue } from "firebase-admin/firestore";
import { logger } from "firebase-functions";
import { onCall, onRequest } from "firebase-functions/v2/https";
import { z } from "zod";
import { type Asked, parseInput } from "../access.ts";
import { collectionOf, type Role, roles } from "../affiliate/roles.ts";
import { requireMember } from "../families/membership.ts";
import { db } from "../firestore.ts";
import { once } from "../ledger.ts";
import { describeError } from "../outside.ts";
import { telegramBotName, telegramBotToken, telegramWebhookSecret } from "../secrets.ts";
import { sendMessage } from "./api.ts";

const wish = z.object({ role: z.enum(["chatter", "influencer", "blogger", "groupAdmin"]).default("chatter") });

/** How long a link can be used: whoever finds an old one must not connect to a stranger's account. */
const linkHours = 24;

/** A deep link that connects the caller's account in a programme with Telegram; good for one use, within a day. */
export const generateTelegramLink = onCall({ secrets: [telegramBotName] }, async (request: Asked<typeof wish>) => {
  const role = roles[parseInput(wish, request.data).role];
  const { id: owner } = await requireMember(request, role);
  const token = randomBytes(24).toString("base64url");
  const createdAt = FieldValue.serverTimestamp();
  await db().collection("telegram_links").doc(token).create({ owner, role: role.name, status: "open", createdAt });
  return { url: `https://t.me/${telegramBotName.value()}?start=${token}` };
});

const update = z.object({
  update_id: z.int(),
  message: z
    .object({
      text: z.string().optional(),
      chat: z.object({ id: z.int(), type: z.enum(["private", "group", "supergroup", "channel"]) }),
    })
    .optional(),
});

/** Receives what people write to our bot. `/start TOKEN` connects the affiliate and credits the bonus, which is locked. */
export const telegramChatterBotWebhook = onRequest(
  { secrets: [telegramBotToken, telegramWebhookSecret] },
  async (request, response) => {
    if (request.method !== "POST" || !isOurs(request.get("x-telegram-bot-api-secret-token") ?? "")) {
      response.status(403).send("not from our bot");
      return;
    }
    const parsed = update.safeParse(request.body);
    const message = parsed.data?.message;
    const token = message?.text?.match(/^\/start ([\w-]{32})$/)?.[1];
    if (!parsed.success || message === undefined || token === undefined || message.chat.type !== "private") {
      // Anything but 2xx would be sent again; we have no use for it.
      response.status(200).end();
      return;
    }
    const delivery = { function: "telegramChatterBotWebhook", event: String(parsed.data.update_id) };
    try {
      const outcome = await once(delivery, async () => {
        const connected = await connect(token, message.chat.id);
        await sendMessage(message.chat.id, texts[connected]);
      });
      response.status(outcome === "in-progress" ? 409 : 200).end();
    } catch (error) {
      logger.error("update failed", { update: parsed.data.update_id, ...describeError(error) });
      response.status(500).end();
    }
  },
);

/** Compares in a time that does not tell how much of it was right. */
function isOurs(given: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(telegramWebhookSecret.value())];
  return one.length === other.length && timingSafeEqual(one, other);
}

const texts = {
  credited: "You are connected. Your 50 USD bonus is credited and unlocks once you have earned as much.",
  connected: "You are connected.",
  used: "This link has been used, or is too old. Ask for a new one on your dashboard.",
};

/**
 * Uses a link for a chat, in one transaction with what follows from it. The same link and chat again get the same answer: a
 * message that could not be sent is tried with the next delivery.
 */
async function connect(token: string, chat: number): Promise<keyof typeof texts> {
  return db().runTransaction(async (transaction) => {
    const link = await transaction.get(db().collection("telegram_links").doc(token));
    if (link.get("chat") === chat) return link.get("outcome") as keyof typeof texts;
    const made = link.get("createdAt")?.toMillis() ?? 0;
    const role = roles[link.get("role") as Role["name"]];
    if (link.get("status") !== "open" || link.readTime.toMillis() - made > linkHours * 3_600_000) return "used";
    const profile = await transaction.get(db().collection(collectionOf(role, "profiles")).doc(link.get("owner")));
    if (!profile.exists) return "used";
    const seen = await transaction.get(db().collection("telegram_chats").doc(String(chat)));
    // One bonus per affiliate, however many links were made, and one per chat, however many accounts. It stays locked.
    const first = profile.get("bonus.creditedAt") === null && !seen.exists;
    const outcome = first ? "credited" : "connected";
    const now = FieldValue.serverTimestamp();
    transaction.update(link.ref, { status: "used", chat, outcome, usedAt: now });
    transaction.update(profile.ref, { telegramChat: chat, ...(first ? { "bonus.creditedAt": now } : {}) });
    if (first) transaction.create(seen.ref, { owner: profile.id, role: role.name, createdAt: now });
    return outcome;
  });
}
