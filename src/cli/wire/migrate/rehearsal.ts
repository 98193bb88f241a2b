import { isTestKey } from "../../../clients/stripe-test-events.ts";
import { InputError } from "../../../model/problem.ts";
import type { GlobalOptions } from "../../command.ts";
import type { Io } from "../../io.ts";
import { holderAccess } from "../holder-access.ts";
import { findGround, type LoadedManifest, requireManifest } from "../manifest.ts";

/** Names that nobody gives to what no customer depends on. */
const productive = /^(?:prod|production|live)$/i;

/** Throws InputError where no test event may be sent: a plan is not even made then. */
export async function requireRehearsalHere(global: GlobalOptions, io: Io): Promise<void> {
  requireRehearsal(await requireManifest(findGround(global, io), global), io.env);
}

/**
 * Throws InputError unless regions.yaml says that no customer depends on the environment (`rehearsals: true`, or the
 * sandbox), nothing else says that one does, and its Stripe key is one of test mode.
 */
export function requireRehearsal(
  { manifest, parsed }: LoadedManifest,
  env: Readonly<Record<string, string | undefined>>,
): void {
  const { environment } = manifest;
  const { name, project, rehearsals, endpoint, place } = environment;
  const refuse = (why: string, mend: string): never => {
    const message = `Environment ${name} is not one to rehearse in: ${why}.`;
    throw new InputError([{ place, message, mend, excerpt: null }]);
  };
  if (!rehearsals) {
    refuse(
      "nothing says that no customer depends on it",
      "Name another with --env, or give it `rehearsals: true` if test events may be sent there.",
    );
  }
  // The sandbox answers for Google and for every provider: nothing reaches anybody.
  if (endpoint === "sandbox") return;
  if (productive.test(name)) refuse("its name says that it is what customers use", "Rehearse in another environment.");
  for (const [other, { value }] of parsed.environments) {
    if (other !== name && value.project === project && value.rehearsals !== true && value.endpoint !== "sandbox") {
      refuse(`environment ${other} is in the same project, ${project}`, "Rehearse in a project of its own.");
    }
  }
  const { stripe } = holderAccess(environment, env);
  if (stripe !== null && !isTestKey(stripe.key)) {
    refuse("its Stripe key is not one of test mode (sk_test_, rk_test_)", "Set a key of test mode.");
  }
}
