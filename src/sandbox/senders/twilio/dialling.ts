import type { World } from "../../http/call.ts";
import type { Due } from "../agenda.ts";
import { callForm, putCallback, tellStatus } from "./callbacks.ts";
import { hangupKind, stepKind } from "./conferences.ts";
import { endCall } from "./ending.ts";
import { type Line, lineOf } from "./lines.ts";
import { type CallRecord, callRecord, isOver, keepCall, twilioTime } from "./records.ts";
import { readTwiml } from "./twiml.ts";

export const ringKind = "twilio-ring";

/** From the API's answer to the first ring. */
const connectingMs = 500;
/** How long detection listens before it knows. */
const detectionMs: Readonly<Record<Line["answeredBy"], number>> = {
  human: 2500,
  machine_start: 4000,
  machine_end_beep: 12_000,
  fax: 4000,
  unknown: 30_000,
};

/** Starts a call that was just made. */
export function startCall(world: World, call: CallRecord): void {
  world.agenda.put(`twilio-ring:${call.sid}`, world.now().getTime(), ringKind, { call: call.sid, phase: "dial" });
}

/** The phases up to the first TwiML: dial, ring, pick up, listen for a machine. */
export async function runRing(world: World, due: Due): Promise<void> {
  const call = callRecord(world, String(due.data.call));
  if (call === undefined || isOver(call)) return;
  const line = lineOf(world, call.line);
  switch (due.data.phase) {
    case "dial":
      tellStatus(world, call, "initiated");
      next(world, call, connectingMs, "ring");
      return;
    case "ring":
      // A call that is never answered has a beginning, too.
      call.resource.start_time = twilioTime(world.now());
      become(world, call, "ringing");
      if (line.outcome === "busy" || line.outcome === "failed") next(world, call, 1000, line.outcome);
      else if (line.outcome === "no-answer" || line.answerAfterMs > call.timeoutMs) {
        next(world, call, call.timeoutMs, "no-answer");
      } else next(world, call, line.answerAfterMs, "answer");
      return;
    case "answer":
      answer(world, call, line);
      return;
    case "detected":
      call.resource.answered_by = detected(call, line);
      keepCall(world, call);
      begin(world, call);
      return;
    default:
      endCall(world, call, String(due.data.phase));
  }
}

/** The other side picks up. Also where somebody calls one of our numbers, which Twilio picks up at once. */
export function answer(world: World, call: CallRecord, line: Line): void {
  const now = world.now();
  call.answeredAt = now.getTime();
  call.resource.start_time ??= twilioTime(now);
  become(world, call, "in-progress");
  world.agenda.put(`twilio-hangup:${call.sid}`, now.getTime() + line.patienceMs, hangupKind, { call: call.sid });
  const { mode, callback } = call.detection;
  if (mode === null) {
    begin(world, call);
  } else if (callback === null) {
    next(world, call, detectionMs[line.answeredBy], "detected");
  } else {
    const form = {
      ...callForm(world, call),
      AnsweredBy: detected(call, line),
      MachineDetectionDuration: String(detectionMs[line.answeredBy]),
    };
    putCallback(world, { url: callback, method: "POST", event: call.sid, type: "machine-detection", form });
    begin(world, call);
  }
}

/** Only a detection that waits for the end of the greeting tells where it is. */
function detected(call: CallRecord, line: Line): string {
  if (line.answeredBy === "machine_start" && call.detection.mode === "DetectMessageEnd") return "machine_end_beep";
  if (line.answeredBy === "machine_end_beep" && call.detection.mode !== "DetectMessageEnd") return "machine_start";
  return line.answeredBy;
}

function begin(world: World, call: CallRecord): void {
  if (call.twiml !== null) {
    // Addresses in it must be absolute: it came from nowhere.
    call.document = {
      url: "https://api.twilio.com/",
      verbs: readTwiml(call.twiml, "https://api.twilio.com/"),
      index: 0,
    };
    call.twiml = null;
    keepCall(world, call);
  }
  world.agenda.put(`twilio-step:${call.sid}`, world.now().getTime(), stepKind, { call: call.sid });
}

function become(world: World, call: CallRecord, status: string): void {
  Object.assign(call.resource, { status, date_updated: twilioTime(world.now()) });
  keepCall(world, call);
  tellStatus(world, call, status);
}

function next(world: World, call: CallRecord, ms: number, phase: string): void {
  world.agenda.put(`twilio-ring:${call.sid}`, world.now().getTime() + ms, ringKind, { call: call.sid, phase });
}

/** Whoever is at the other end hangs up. */
export async function hangUp(world: World, { data }: Due): Promise<void> {
  const call = callRecord(world, String(data.call));
  if (call !== undefined) endCall(world, call, "completed");
}
