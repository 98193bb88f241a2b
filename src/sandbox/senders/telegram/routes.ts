import { jsonBody } from "../../http/body.ts";
import { type Call, reply, type World } from "../../http/call.ts";
import { type Route, reads, shelves } from "../../http/service.ts";
import { isObject, type JsonObject } from "../../state/json.ts";
import { Refusal } from "../../state/refusal.ts";
import type { TelegramBot } from "../../state/state.ts";
import { newUpdate } from "./updates.ts";

/** A message that a bot sends; kept so that a test can read it. Refuses one without chat or text. */
export function sendMessage(world: World, bot: TelegramBot, form: URLSearchParams): JsonObject {
  const [chat, text] = [form.get("chat_id"), form.get("text")];
  if (chat === null) throw new Refusal("INVALID_ARGUMENT", "Bad Request: chat_id is empty");
  if (text === null || text === "") throw new Refusal("INVALID_ARGUMENT", "Bad Request: message text is empty");
  const number = world.shelf.nextNumber();
  const message: JsonObject = {
    message_id: number,
    from: { id: bot.id, is_bot: true, first_name: bot.username, username: bot.username },
    chat: /^-?\d+$/.test(chat) ? { id: Number(chat), type: "private" } : { username: chat, type: "channel" },
    date: Math.floor(world.now().getTime() / 1000),
    text,
  };
  world.shelf.put("telegram-messages", String(number), message);
  return message;
}

/** The sandbox's own: people who write to a bot, and what they got back. */
export const telegramAdminRoutes: readonly Route[] = [
  // `{ bot: "username", text, chat }`, or any other kind of update: `{ bot, callback_query: { … } }`.
  shelves("POST", "/_sandbox/telegram/updates", (call) => {
    const { bot: username, text, chat, ...other } = jsonBody(call);
    const [token, bot] = botOf(call, String(username));
    if (typeof text === "string") {
      const from = Number(chat ?? 1001);
      const date = Math.floor(call.world.now().getTime() / 1000);
      const message = {
        message_id: call.world.shelf.nextNumber(),
        from: { id: from, is_bot: false, first_name: "Somebody" },
        chat: { id: from, type: "private", first_name: "Somebody" },
        date,
        text,
      };
      return answer(newUpdate(call.world, token, bot, "message", message));
    }
    const [kind] = Object.keys(other);
    const content = other[kind ?? ""];
    if (kind === undefined || !isObject(content)) {
      throw new Refusal("INVALID_ARGUMENT", "An update needs `text`, or the object of one other kind of update.");
    }
    return answer(newUpdate(call.world, token, bot, kind, content));
  }),
  reads("GET", "/_sandbox/telegram/messages", ({ world }) => ({
    messages: [...world.shelf.all("telegram-messages").values()],
  })),
];

function botOf(call: Call, username: string): [string, TelegramBot] {
  const found = Object.entries(call.world.state.telegram).find(([, bot]) => bot.username === username);
  if (found === undefined) throw new Refusal("NOT_FOUND", `There is no bot ${username}.`);
  return found;
}

function answer(update: JsonObject | null) {
  return reply(201, { update });
}
