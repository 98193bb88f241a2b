import type { UrlTarget } from "./function-url.ts";

export type HolderKind = "stripe" | "twilio" | "telegram" | "scheduler" | "task-queue" | "push";

/** One URL field of one outside resource. A Twilio number with three URLs is three holders. */
export interface Holder {
  readonly kind: HolderKind;
  /** The provider's id: we_…, PN…, AP…, bot id, job, queue or subscription name. */
  readonly id: string;
  /** What a person calls it: "+33 1 …", the endpoint's description, the bot's name; falls back to `id`. */
  readonly label: string;
  /** The field that holds the URL: "url", "voiceUrl", "voiceFallbackUrl", "httpTarget.uri", … */
  readonly field: string;
  /** The URL with secrets removed: no user info, query values masked, fragment dropped. */
  readonly url: string;
  /** What the URL reaches; null when it is no function URL (another site, a TwiML bin). */
  readonly target: UrlTarget | null;
  /** false: the provider says it sends nothing (disabled endpoint, paused job, field overridden by an application). */
  readonly active: boolean;
  /** Region of the holder itself (job, queue); null for others. */
  readonly region: string | null;
}

export interface HolderFacts {
  readonly holders: readonly Holder[];
  /** Kinds that were asked for and read, fully or partly. */
  readonly asked: readonly HolderKind[];
}
