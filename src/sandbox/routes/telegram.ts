import { formBody } from "../http/body.ts";
import { type Call, param, type Reply, reply } from "../http/call.ts";
import { type Handler, type Route, reads, type Service, shelves, writes } from "../http/service.ts";
import { sendMessage } from "../senders/telegram/routes.ts";
import { webhookChanged, webhookInfo } from "../senders/telegram/updates.ts";
import type { Json, JsonObject } from "../state/json.ts";
import { Refusal } from "../state/refusal.ts";
import type { TelegramBot } from "../state/state.ts";

/** Telegram's bots and their one webhook each, to which updates are sent. The token in the path is the permission. */
export const telegram: Service = {
  host: "api.telegram.org",
  routes: [
    ...method("getMe", reads, (call) => {
      const { id, username } = bot(call);
      return answer({ id, is_bot: true, first_name: username, username });
    }),
    ...method("getWebhookInfo", reads, (call) => answer(webhookInfo(call.world, param(call, "token"), bot(call)))),
    ...method("sendMessage", shelves, (call) => answer(sendMessage(call.world, bot(call), parameters(call)))),
    ...method("setWebhook", writes, (call) => {
      const form = parameters(call);
      const url = form.get("url") ?? "";
      if (url !== "" && !url.startsWith("https://")) {
        throw new Refusal("INVALID_ARGUMENT", "Bad Request: bad webhook: An HTTPS URL must be provided for webhook");
      }
      setWebhook(call, form, url);
      return answer(true, url === "" ? "Webhook was deleted" : "Webhook was set");
    }),
    ...method("deleteWebhook", writes, (call) => {
      setWebhook(call, parameters(call), "");
      return answer(true, "Webhook was deleted");
    }),
  ],
  authorize: () => null,
  refuse: (refusal) => telegramError(refusal.httpStatus, refusal.message),
};

/** Every method may be called by GET and by POST. */
function method(name: string, kind: typeof reads | typeof shelves | typeof writes, handle: Handler): Route[] {
  return [kind("GET", `/bot{token+}/${name}`, handle), kind("POST", `/bot{token+}/${name}`, handle)];
}

function bot(call: Call): TelegramBot {
  const token = param(call, "token");
  if (!/^\d+:[\w-]+$/.test(token)) throw new Refusal("NOT_FOUND", "Not Found");
  const found = call.world.state.telegram[token];
  if (found === undefined) throw new Refusal("UNAUTHENTICATED", "Unauthorized");
  return found;
}

function parameters(call: Call): URLSearchParams {
  const form = call.bytes.length > 0 ? formBody(call) : new URLSearchParams();
  for (const [name, value] of call.query) form.set(name, value);
  return form;
}

/** `allowed_updates` stays when it is not sent; everything else starts over. */
function setWebhook(call: Call, form: URLSearchParams, url: string): void {
  const to = bot(call);
  const secret = form.get("secret_token");
  if (secret !== null && !/^[\w-]{1,256}$/.test(secret)) {
    throw new Refusal("INVALID_ARGUMENT", "Bad Request: secret token contains unallowed characters");
  }
  const allowed = form.get("allowed_updates");
  const updates: Json | undefined = allowed === null ? to.webhook.allowed_updates : readList(allowed);
  to.webhook = {
    url,
    has_custom_certificate: false,
    pending_update_count: 0,
    ...(url === "" ? {} : { max_connections: Number(form.get("max_connections") ?? 40) }),
    // Telegram shows the address that it found as well; nothing is looked up here.
    ...(url === "" || (form.get("ip_address") ?? "") === "" ? {} : { ip_address: form.get("ip_address") }),
    ...(updates === undefined ? {} : { allowed_updates: updates }),
  };
  webhookChanged(call.world, param(call, "token"), secret, form.get("drop_pending_updates") === "true");
}

function readList(text: string): Json {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return value.map(String);
  } catch {
    // Falls through to the refusal.
  }
  throw new Refusal("INVALID_ARGUMENT", "Bad Request: can't parse allowed updates JSON object");
}

function answer(result: Json, description?: string): JsonObject {
  return { ok: true, result, ...(description === undefined ? {} : { description }) };
}

function telegramError(status: number, description: string): Reply {
  return reply(status, { ok: false, error_code: status, description });
}
