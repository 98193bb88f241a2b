import { accessOf } from "../access.ts";
import { type Route, reads } from "../http/service.ts";
import { receiversOf, signingSecret } from "../senders/stripe/receivers.ts";
import { secretOf } from "../senders/telegram/updates.ts";

/** What deployed code needs to check its senders. None of it is secret: it opens nothing but the sandbox. */
export const secretsRoute: Route = reads("GET", "/_sandbox/secrets", ({ world }) => ({
  /** Signing secret by endpoint. */
  stripe: Object.fromEntries(receiversOf(world).map(({ id }) => [id, signingSecret(world, id)])),
  twilio: { account: world.state.twilio.account, token: accessOf(world.state).twilio.token },
  /** Secret token by the bot's name; null where none was set. */
  telegram: Object.fromEntries(
    Object.entries(world.state.telegram).map(([token, bot]) => [bot.username, secretOf(world, token)]),
  ),
}));
