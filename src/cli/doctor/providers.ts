import { ProviderError } from "../../clients/provider-error.ts";
import type { StripeReader } from "../../clients/stripe.ts";
import type { TelegramReader } from "../../clients/telegram.ts";
import type { TwilioReader } from "../../clients/twilio.ts";
import type { HolderKind } from "../../model/holders.ts";
import type { DoctorLine } from "./line.ts";

/** A provider's access: ready to be asked, configured without its secret, or not configured at all. */
export type Access<T> = T | "no secret" | null;

export interface ProvidersInput {
  readonly stripe: Access<{ readonly key: string; readonly client: Pick<StripeReader, "probe"> }>;
  readonly twilio: Access<{ readonly client: Pick<TwilioReader, "probe"> }>;
  readonly telegram: Access<{ readonly client: Pick<TelegramReader, "bot"> }>;
  /** Kinds of holders that functions of the manifest name. */
  readonly wanted: ReadonlySet<HolderKind>;
}

interface About {
  readonly kind: HolderKind;
  readonly name: string;
  readonly unlocks: string;
  /** The line of an environment in regions.yaml that configures it. */
  readonly line: string;
  /** What to do when the secret is refused. */
  readonly renew: string;
}

const about = {
  stripe: {
    kind: "stripe",
    name: "Stripe",
    unlocks: "webhook endpoints at old URLs (stale-holder, orphaned-holder)",
    line: 'stripe: { key: "env:STRIPE_KEY" }',
    renew: "Make a restricted key with read access to webhook endpoints in Stripe's dashboard, and set it.",
  },
  twilio: {
    kind: "twilio",
    name: "Twilio",
    unlocks: "numbers, applications and messaging services at old URLs (stale-holder, orphaned-holder)",
    line: 'twilio: { account: "env:TWILIO_SID", token: "env:TWILIO_TOKEN" }',
    renew: "Take account SID and auth token from Twilio's console, and set them.",
  },
  telegram: {
    kind: "telegram",
    name: "Telegram",
    unlocks: "the bot's webhook at an old URL (stale-holder, orphaned-holder)",
    line: 'telegram: { token: "env:TELEGRAM_TOKEN" }',
    renew: "Take the bot's token from BotFather, and set it.",
  },
} as const satisfies Record<string, About>;

/** One line per provider, each asked once. Rejects only with an abort. */
export function providerLines(input: ProvidersInput): Promise<readonly DoctorLine[]> {
  const { wanted } = input;
  return Promise.all([
    lineOf(about.stripe, input.stripe, wanted, async ({ key, client }) => {
      await client.probe();
      return `${keyKind(key)}; it may read webhook endpoints`;
    }),
    lineOf(about.twilio, input.twilio, wanted, async ({ client }) => {
      await client.probe();
      return "account and token work";
    }),
    lineOf(about.telegram, input.telegram, wanted, async ({ client }) => {
      const { id, username } = await client.bot();
      return username === null ? `bot ${id}` : `@${username}`;
    }),
  ]);
}

async function lineOf<T>(
  { kind, name, unlocks, line, renew }: About,
  access: Access<T>,
  wanted: ReadonlySet<HolderKind>,
  ask: (access: T) => Promise<string>,
): Promise<DoctorLine> {
  if (access === null) {
    const asked = wanted.has(kind);
    return {
      name,
      state: asked ? "missing" : "not configured",
      detail: asked ? "functions name it as a holder, and the environment gives no access" : "the environment has none",
      unlocks,
      todo: `Add \`${line}\` to the environment in regions.yaml.`,
    };
  }
  if (access === "no secret") {
    return {
      name,
      state: "missing",
      detail: "its variable is not set",
      unlocks,
      todo: "Set the variable named above.",
    };
  }
  try {
    return { name, state: "present", detail: await ask(access), unlocks, todo: null };
  } catch (thrown) {
    if (!(thrown instanceof ProviderError)) throw thrown;
    const refused = thrown.kind === "credentials" || thrown.kind === "permission";
    const todo = refused ? renew : "Check the connection, and try again.";
    return { name, state: "missing", detail: thrown.reason, unlocks, todo };
  }
}

/** What a key's first letters say of it; the key itself is never told. */
function keyKind(key: string): string {
  const [, kind, mode] = /^(sk|rk)_(live|test)_/.exec(key) ?? [];
  if (kind === undefined || mode === undefined) return "a key of an unknown form";
  return `a ${kind === "rk" ? "restricted" : "full"} key in ${mode} mode`;
}
