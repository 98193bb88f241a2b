import type Stripe from "stripe";
import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import { ask } from "../sandbox/client.ts";
import { deployCode } from "../sandbox/deployed-code.ts";
import { root } from "../story/fleet.ts";
import { deployedAs, type FunctionName, regionOf } from "./fleet-code.ts";
import { accepted, callApplication, callerNumber, project, secretPath, seed, supply, west3 } from "./project.ts";

/** A sandbox in memory with these functions of the fleet deployed over Google's API, and what they need beside. */
export async function openFleetSandbox(
  archive: Buffer,
  names: readonly FunctionName[],
): Promise<{ readonly sandbox: Sandbox; readonly stripe: Stripe }> {
  const sandbox = await startSandbox({ folder: null, seed, root });
  const stripe = await supply(sandbox);
  const members = [`serviceAccount:${seed.projectNumber}-compute@developer.gserviceaccount.com`];
  const bindings = [{ role: "roles/secretmanager.secretAccessor", members }];
  for (const id of seed.secrets ?? []) {
    await accepted(ask(sandbox, "POST", `${secretPath(id)}:setIamPolicy`, { policy: { bindings } }));
  }
  if (names.includes("executeScheduledCall")) {
    const queues = `projects/${project}/locations/${regionOf("executeScheduledCall")}/queues`;
    const name = `${queues}/executeScheduledCall`;
    // As its code asks for.
    const retryConfig = { maxAttempts: 3, minBackoff: "30s" };
    const rateLimits = { maxConcurrentDispatches: 20, maxDispatchesPerSecond: 5 };
    await accepted(ask(sandbox, "POST", `cloudtasks.googleapis.com/v2/${queues}`, { name, retryConfig, rateLimits }));
  }
  const variables = {
    CALL_TASKS_REGION: regionOf("executeScheduledCall"),
    TWILIO_CALL_APPLICATION: callApplication,
    TWILIO_CALLER_NUMBER: callerNumber,
    TWILIO_PUBLIC_ADDRESSES: west3,
  };
  await deployCode(sandbox, archive, await deployedAs(names, variables));
  return { sandbox, stripe };
}
