import type { State } from "./state/state.ts";

/** What a client of the sandbox presents. None of it is secret: it opens nothing but the sandbox. */
export interface SandboxAccess {
  /** Bearer token for Google's routes; any other will do as well. */
  readonly google: string;
  /** Key for Stripe's routes; any other will do as well. */
  readonly stripe: string;
  readonly twilio: { readonly account: string; readonly token: string };
  /** Tokens of all Telegram bots. */
  readonly telegram: readonly string[];
}

export function accessOf(state: State): SandboxAccess {
  return {
    google: "sandbox",
    stripe: "sk_test_sandbox",
    twilio: { account: state.twilio.account, token: "sandbox" },
    telegram: Object.keys(state.telegram),
  };
}
