import type { World } from "../../http/call.ts";
import { type JsonObject, numberAt, textAt } from "../../state/json.ts";
import { scramble } from "../../state/names.ts";
import type { TelegramBot } from "../../state/state.ts";
import type { Due } from "../agenda.ts";
import { carry, postponed } from "../carry.ts";
import { settingsOf } from "../settings.ts";

export const updateKind = "telegram-update";

/** Telegram keeps an update for a day. */
const keptMs = 86_400_000;
/** How it spaces its tries is not documented: these pauses are ours. */
const firstPauseMs = 1000;
const longestPauseMs = 300_000;
const deadlineMs = 60_000;

/** Kinds that a bot gets only where it asks for them. */
const onlyOnRequest = ["chat_member", "message_reaction", "message_reaction_count"];

interface Waiting {
  /** Token of the bot. */
  readonly token: string;
  readonly update: JsonObject;
  /** "message", "callback_query", … */
  readonly type: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  attempts: number;
}

/** What Telegram knows of a webhook beside what `setWebhook` answers. */
interface Hook {
  readonly secret: string | null;
  readonly lastErrorDate?: number;
  readonly lastErrorMessage?: string;
}

/** Somebody has written to a bot. Returns the update, or null where the bot does not want this kind. */
export function newUpdate(world: World, token: string, bot: TelegramBot, type: string, content: JsonObject) {
  const allowed = bot.webhook.allowed_updates;
  const wanted = Array.isArray(allowed) && allowed.length > 0 ? allowed.includes(type) : !onlyOnRequest.includes(type);
  if (!wanted) return null;
  const update: JsonObject = { update_id: 700_000_000 + world.shelf.nextNumber(), [type]: content };
  const createdAt = world.now().getTime();
  keep(world, { token, update, type, createdAt, attempts: 0 });
  world.agenda.put(dueId(update), createdAt, updateKind, { update: String(update.update_id) });
  return update;
}

/** Updates of a bot that its webhook has not taken yet. */
export function waitingOf(world: World, token: string): Waiting[] {
  return ([...world.shelf.all("telegram-updates").values()] as unknown as Waiting[]).filter(
    (waiting) => waiting.token === token,
  );
}

/** The webhook has changed: what waits goes to the new address, or is dropped where that was asked for. */
export function webhookChanged(world: World, token: string, secret: string | null, drop: boolean): void {
  const omitted = settingsOf(world.shelf).telegramOmittedSecret;
  const kept = secret ?? (omitted === "kept" ? secretOf(world, token) : null);
  world.shelf.put("telegram-hooks", token, { secret: kept });
  for (const { update } of waitingOf(world, token)) {
    if (drop) forget(world, update);
    else world.agenda.put(dueId(update), world.now().getTime(), updateKind, { update: String(update.update_id) });
  }
}

/** The answer of getWebhookInfo. */
export function webhookInfo(world: World, token: string, bot: TelegramBot): JsonObject {
  const hook = hookOf(world, token);
  return {
    ...bot.webhook,
    pending_update_count: waitingOf(world, token).length,
    ...(hook.lastErrorDate === undefined ? {} : { last_error_date: hook.lastErrorDate }),
    ...(hook.lastErrorMessage === undefined ? {} : { last_error_message: hook.lastErrorMessage }),
  };
}

/** What proves that a request comes from Telegram; null where none was set. A bot of the seed has one made for it. */
export function secretOf(world: World, token: string): string | null {
  return hookOf(world, token).secret;
}

function hookOf(world: World, token: string): Hook {
  const known = world.shelf.get("telegram-hooks", token) as unknown as Hook | undefined;
  return known ?? { secret: scramble(`${world.state.urlHash}:telegram:${token.split(":")[0]}`, 32) };
}

/** One try to deliver an update, and the next where it was not taken. */
export async function runUpdate(world: World, due: Due): Promise<void> {
  const waiting = world.shelf.get("telegram-updates", String(due.data.update)) as unknown as Waiting | undefined;
  if (waiting === undefined) return;
  const { token, update } = waiting;
  const now = world.now().getTime();
  if (now - waiting.createdAt >= keptMs) {
    forget(world, update);
    return;
  }
  // Without a webhook it waits for one, or for its end.
  const url = textAt(world.state.telegram[token]?.webhook ?? {}, "url") ?? "";
  if (url === "") {
    world.agenda.put(due.id, waiting.createdAt + keptMs, updateKind, due.data);
    return;
  }
  if (postponed(world, due, { sender: "telegram", type: waiting.type, url })) return;
  waiting.attempts += 1;
  keep(world, waiting);
  const secret = secretOf(world, token);
  const arrival = await carry(world, {
    sender: "telegram",
    event: String(update.update_id),
    type: waiting.type,
    url,
    method: "POST",
    headers: {
      accept: "*/*",
      "content-type": "application/json",
      ...(secret === null ? {} : { "x-telegram-bot-api-secret-token": secret }),
    },
    body: Buffer.from(JSON.stringify(update)),
    attempt: waiting.attempts,
    deadlineMs,
  });
  if (arrival.taken) {
    forget(world, update);
    return;
  }
  const lastErrorMessage =
    arrival.status === null ? "Connection failed" : `Wrong response from the webhook: ${arrival.status}`;
  const ended = world.now().getTime();
  const hook = { ...hookOf(world, token), lastErrorDate: Math.floor(ended / 1000), lastErrorMessage };
  world.shelf.put("telegram-hooks", token, hook);
  // Dropped, or sent to a new webhook, meanwhile.
  if (world.shelf.get("telegram-updates", String(update.update_id)) === undefined) return;
  const pause = Math.min(firstPauseMs * 2 ** (waiting.attempts - 1), longestPauseMs);
  world.agenda.put(due.id, ended + pause, updateKind, { update: String(update.update_id) });
}

function keep(world: World, waiting: Waiting): void {
  world.shelf.put("telegram-updates", String(waiting.update.update_id), waiting as unknown as JsonObject);
}

function forget(world: World, update: JsonObject): void {
  world.shelf.remove("telegram-updates", String(update.update_id));
  world.agenda.cancel(dueId(update));
}

function dueId(update: JsonObject): string {
  return `telegram:${numberAt(update, "update_id")}`;
}
