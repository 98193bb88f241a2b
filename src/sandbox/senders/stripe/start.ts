import type { World } from "../../http/call.ts";
import { attempt, resend } from "./attempts.ts";
import { attemptKind, resendKind } from "./events.ts";
import { renew, renewalKind } from "./subscriptions.ts";

export function startStripe(world: World): void {
  world.agenda.on(attemptKind, (due) => attempt(world, due));
  world.agenda.on(resendKind, (due) => resend(world, due));
  world.agenda.on(renewalKind, (due) => renew(world, due));
}
