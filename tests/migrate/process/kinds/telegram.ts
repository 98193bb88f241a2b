import { from, type Kind, name, project } from "../scene.ts";

const day = 86_400_000;
const token = "7254018836:matrix-of-35-characters-aaaaaaaaaa";
const secret = "secret-of-the-webhook";
const bot = { id: 7254018836, username: "acme_bot", token, webhook: null };

/** A bot whose handler refuses what does not bring the webhook's secret token; every fourth update comes twice. */
export const telegramWebhook: Kind = {
  seed: {
    functions: [{ name, region: from, trigger: "https", runtime: "nodejs22" }],
    telegram: { bots: [bot] },
  },
  files: {
    "functions/index.js": `import { onRequest } from "firebase-functions/v2/https";
export const ${name} = onRequest((request, response) => response.end());
`,
  },
  line: ", trigger: https, holders: [telegram]",
  environment: ", telegram: { token: env:BOT, secret: env:BOT_SECRET }",
  env: { BOT: token, BOT_SECRET: secret },
  hasLedger: true,
  eventOf({ headers, body }) {
    if (headers["x-telegram-bot-api-secret-token"] !== secret) return null;
    return String((JSON.parse(Buffer.from(body).toString("utf8")) as { update_id: number }).update_id);
  },
  async prepare(scene) {
    await scene.ask("POST", `api.telegram.org/bot${token}/setWebhook`, {
      url: `https://${from}-${project}.cloudfunctions.net/${name}`,
      secret_token: secret,
      allowed_updates: ["message", "chat_member"],
      max_connections: 7,
    });
  },
  async send(scene) {
    const sent = await scene.ask("POST", "_sandbox/telegram/updates", { bot: bot.username, text: "/start" });
    await scene.advance(0);
    return [String((sent.update as { update_id: number }).update_id)];
  },
  patienceMs: 2 * day,
  async look(scene) {
    const { result } = await scene.ask("POST", `api.telegram.org/bot${token}/getWebhookInfo`, {});
    return result;
  },
  disturbances: [{ match: { sender: "telegram" }, every: 4, do: { kind: "duplicate" } }],
  sendsAtPoints: true,
};
