import type { World } from "../../http/call.ts";
import type { Due } from "../agenda.ts";
import { callForm } from "./callbacks.ts";
import { join, stepKind } from "./conferences.ts";
import { endCall } from "./ending.ts";
import { lineOf } from "./lines.ts";
import { type CallRecord, callRecord, type Fetch, isOver, keepCall } from "./records.ts";
import { ask } from "./request.ts";
import { readTwiml, TwimlError, type Verb } from "./twiml.ts";

/** How long a person takes to type what was asked for. */
const typingMs = 2000;

/** Goes on with what a call's TwiML says, up to the next thing that takes time. */
export async function runStep(world: World, { data }: Due): Promise<void> {
  const call = callRecord(world, String(data.call));
  if (call === undefined || isOver(call)) return;
  for (;;) {
    if (call.fetch !== null && !(await fetchDocument(world, call))) {
      endCall(world, call, "completed");
      return;
    }
    // It may have hung up while its TwiML was fetched.
    if (isOver(call)) return;
    const document = call.document;
    const verb = document?.verbs[document.index];
    if (document === null || verb === undefined) {
      endCall(world, call, "completed");
      return;
    }
    document.index += 1;
    keepCall(world, call);
    if (doVerb(world, call, verb) === "waits") return;
  }
}

function doVerb(world: World, call: CallRecord, verb: Verb): "waits" | "goes on" {
  switch (verb.kind) {
    case "sound":
      goOnAfter(world, call, verb.ms);
      return "waits";
    case "redirect":
      call.fetch = fetchOf(call, verb.url, verb.method, {});
      return "goes on";
    case "digits": {
      const typed = lineOf(world, call.line).digits[call.typed];
      if (typed !== undefined) {
        call.typed += 1;
        const digits = verb.most === null ? typed.replace(/#$/, "") : typed.slice(0, verb.most);
        call.fetch = fetchOf(call, verb.action, verb.method, { Digits: digits });
        goOnAfter(world, call, typingMs);
      } else {
        if (verb.evenWithout) call.fetch = fetchOf(call, verb.action, verb.method, { Digits: "" });
        goOnAfter(world, call, verb.timeoutMs);
      }
      keepCall(world, call);
      return "waits";
    }
    case "conference":
      if (verb.action !== null) call.fetch = fetchOf(call, verb.action, verb.method, { DialCallStatus: "answered" });
      join(world, call, verb.conference);
      return "waits";
    case "hangup":
      endCall(world, call, "completed");
      return "waits";
    case "reject":
      endCall(world, call, verb.busy ? "busy" : "no-answer");
      return "waits";
  }
}

function goOnAfter(world: World, call: CallRecord, ms: number): void {
  world.agenda.put(`twilio-step:${call.sid}`, world.now().getTime() + ms, stepKind, { call: call.sid });
}

function fetchOf(call: CallRecord, url: string, method: string, extra: Record<string, string>): Fetch {
  return { url, method, fallbackUrl: call.fallback.url, fallbackMethod: call.fallback.method, extra };
}

/** Fetches a call's next TwiML, from the fallback address where the first fails. False where both do. */
async function fetchDocument(world: World, call: CallRecord): Promise<boolean> {
  const { fetch } = call;
  if (fetch === null) return true;
  const form = { ...callForm(world, call), ...fetch.extra };
  const problem = await take(world, call, fetch.url, fetch.method, form);
  call.fetch = null;
  keepCall(world, call);
  if (problem === null) return true;
  if (fetch.fallbackUrl === null || fetch.fallbackUrl === "") return false;
  const failed = { ...form, ErrorCode: problem, ErrorUrl: fetch.url };
  return (await take(world, call, fetch.fallbackUrl, fetch.fallbackMethod, failed)) === null;
}

/** Null where the call has its document; else the number of Twilio's error. */
async function take(
  world: World,
  call: CallRecord,
  url: string,
  method: string,
  form: Record<string, string>,
): Promise<string | null> {
  if (!URL.canParse(url)) return "11100";
  const arrival = await ask(world, { url, method, form, event: call.sid, type: "voice" });
  if (!arrival.taken) return "11200";
  // An empty answer ends the call, as a document without verbs does.
  if (arrival.body.length === 0) {
    call.document = { url, verbs: [], index: 0 };
    return null;
  }
  try {
    call.document = { url, verbs: readTwiml(arrival.body.toString("utf8"), url), index: 0 };
    return null;
  } catch (error) {
    if (!(error instanceof TwimlError)) throw error;
    noteProblem(world, call, `${url} answered what cannot be used: ${error.message}`);
    return "12100";
  }
}

/** Kept with the call, for whoever asks why it ended. */
function noteProblem(world: World, call: CallRecord, text: string): void {
  const at = world.now().toISOString();
  world.shelf.put("twilio-problems", String(world.shelf.nextNumber()), { at, call: call.sid, problem: text });
}
