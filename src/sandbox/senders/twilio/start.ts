import type { World } from "../../http/call.ts";
import { callbackKind, runCallback } from "./callbacks.ts";
import { hangupKind, stepKind } from "./conferences.ts";
import { hangUp, ringKind, runRing } from "./dialling.ts";
import { messageKind, runMessage } from "./messages.ts";
import { runStep } from "./steps.ts";

export function startTwilio(world: World): void {
  world.agenda.on(ringKind, (due) => runRing(world, due));
  world.agenda.on(stepKind, (due) => runStep(world, due));
  world.agenda.on(hangupKind, (due) => hangUp(world, due));
  world.agenda.on(callbackKind, (due) => runCallback(world, due));
  world.agenda.on(messageKind, (due) => runMessage(world, due));
}
