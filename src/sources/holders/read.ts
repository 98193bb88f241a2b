import type { Endpoint } from "../../clients/endpoint.ts";
import type { Google } from "../../clients/google.ts";
import type { PatienceOptions } from "../../clients/patience.ts";
import { createStripe } from "../../clients/stripe.ts";
import { createTelegram } from "../../clients/telegram.ts";
import { createTwilio } from "../../clients/twilio.ts";
import type { Gap } from "../../model/gap.ts";
import type { HolderFacts, HolderKind } from "../../model/holders.ts";
import type { HolderRead } from "./holder-read.ts";
import type { KnownDeployed } from "./known-deployed.ts";
import { readPush } from "./push.ts";
import { readScheduler } from "./scheduler.ts";
import { readStripe } from "./stripe.ts";
import { readTaskQueues } from "./task-queues.ts";
import { readTelegram } from "./telegram.ts";
import { readTwilio } from "./twilio.ts";

/** Who is asked. Null stands for a provider that is not configured: it is not asked, and its kind is not in `asked`. */
export interface HolderInput {
  /** Where Stripe, Twilio and Telegram are reached; Google brings its own. */
  readonly endpoint: Endpoint;
  readonly stripe: { readonly key: string } | null;
  readonly twilio: { readonly account: string; readonly token: string } | null;
  readonly telegram: { readonly token: string } | null;
  /** Null: Scheduler, queues and push subscriptions are not asked for. */
  readonly google: Google | null;
  /** Google project id. */
  readonly project: string;
  /** Regions to ask where Scheduler or Tasks does not name its locations: those of the manifest. */
  readonly regions: readonly string[];
  /** A look at what is deployed in the same run, whose jobs and queues are then not listed again. */
  readonly deployed?: Promise<KnownDeployed | null> | null;
  readonly signal?: AbortSignal;
  /** Time limits and clock of the providers' clients, for tests. */
  readonly patience?: Omit<PatienceOptions, "signal">;
}

/**
 * Asks all configured providers at once which URLs they hold. What could not be read is a gap; facts are null when
 * nothing of what was asked for could be read. Rejects only with the signal's reason.
 */
export async function readHolders(
  input: HolderInput,
): Promise<{ readonly facts: HolderFacts | null; readonly gaps: readonly Gap[] }> {
  const { stripe, twilio, telegram, google, project, regions } = input;
  const reach = {
    endpoint: input.endpoint,
    ...input.patience,
    ...(input.signal === undefined ? {} : { signal: input.signal }),
  };
  const asked: { readonly kind: HolderKind; readonly read: Promise<HolderRead> }[] = [];
  if (stripe !== null) asked.push({ kind: "stripe", read: readStripe(createStripe({ ...reach, ...stripe })) });
  if (twilio !== null) asked.push({ kind: "twilio", read: readTwilio(createTwilio({ ...reach, ...twilio })) });
  if (telegram !== null) {
    asked.push({ kind: "telegram", read: readTelegram(createTelegram({ ...reach, ...telegram })) });
  }
  if (google !== null) {
    // A look that failed is told where it was asked for; here the lists are then read afresh.
    const known = Promise.resolve(input.deployed ?? null).catch(() => null);
    asked.push({
      kind: "scheduler",
      read: known.then((look) => readScheduler(google, project, regions, look)),
    });
    asked.push({
      kind: "task-queue",
      read: known.then((look) => readTaskQueues(google, project, regions, look)),
    });
    asked.push({ kind: "push", read: readPush(google, project, known) });
  }
  const answers = await Promise.all(asked.map(async ({ kind, read }) => ({ kind, ...(await read) })));
  const gaps = answers.flatMap((answer) => answer.gaps);
  const read = answers.filter((answer) => answer.read);
  if (answers.length > 0 && read.length === 0) return { facts: null, gaps };
  const holders = read.flatMap((answer) => answer.holders);
  return { facts: { holders, asked: read.map((answer) => answer.kind) }, gaps };
}
