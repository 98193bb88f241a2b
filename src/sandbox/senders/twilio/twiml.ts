import { parseXml, type XmlElement } from "./xml.ts";

/** One thing that a call does. Addresses are absolute. */
export type Verb =
  /** Something is heard. */
  | { readonly kind: "sound"; readonly ms: number }
  /** Digits are waited for, and sent to `action`. */
  | {
      readonly kind: "digits";
      readonly action: string;
      readonly method: string;
      readonly timeoutMs: number;
      readonly most: number | null;
      readonly evenWithout: boolean;
    }
  | { readonly kind: "redirect"; readonly url: string; readonly method: string }
  | {
      readonly kind: "conference";
      readonly conference: ConferenceVerb;
      readonly action: string | null;
      readonly method: string;
    }
  | { readonly kind: "hangup" }
  | { readonly kind: "reject"; readonly busy: boolean };

export interface ConferenceVerb {
  readonly name: string;
  readonly startOnEnter: boolean;
  readonly endOnExit: boolean;
  readonly muted: boolean;
  readonly statusCallback: string | null;
  readonly statusCallbackMethod: string;
  /** ["join", "leave", "end"] */
  readonly statusCallbackEvents: readonly string[];
}

/** A document that is no TwiML, or says what this interpreter cannot do. */
export class TwimlError extends Error {}

/** Seconds that a second of speech takes at a usual pace: 15 letters. */
const lettersPerSecond = 15;
/** A recording whose length nobody knows. */
const recordingMs = 5000;

/** The verbs of a document that came from `url`, against which its addresses are resolved. Throws TwimlError. */
export function readTwiml(source: string, url: string): Verb[] {
  const root = parseXml(source);
  if (root === null) throw new TwimlError("the document is no XML");
  if (root.name !== "Response") throw new TwimlError(`the document's root is ${root.name}, not Response`);
  return root.children.flatMap((element) => verbsOf(element, url));
}

function verbsOf(element: XmlElement, base: string): Verb[] {
  const { attributes } = element;
  switch (element.name) {
    case "Say":
    case "Play":
      return [sound(element)];
    case "Pause":
      return [{ kind: "sound", ms: Number(attributes.length ?? 1) * 1000 }];
    case "Hangup":
      return [{ kind: "hangup" }];
    case "Reject":
      return [{ kind: "reject", busy: attributes.reason === "busy" }];
    case "Redirect":
      return [{ kind: "redirect", url: resolved(element.text, base), method: attributes.method ?? "POST" }];
    case "Gather":
      return gather(element, base);
    case "Dial":
      return [dial(element, base)];
    default:
      throw new TwimlError(`the sandbox does not know the verb ${element.name}`);
  }
}

function sound(element: XmlElement): Verb {
  const times = Math.max(1, Number(element.attributes.loop ?? 1));
  const once = element.name === "Say" ? Math.ceil(element.text.length / lettersPerSecond) * 1000 : recordingMs;
  return { kind: "sound", ms: once * times };
}

/** What is said within is heard first; nobody types into it. */
function gather(element: XmlElement, base: string): Verb[] {
  const { attributes } = element;
  const most = attributes.numDigits === undefined ? null : Number(attributes.numDigits);
  return [
    ...element.children.flatMap((child) => verbsOf(child, base)),
    {
      kind: "digits",
      action: resolved(attributes.action ?? "", base),
      method: attributes.method ?? "POST",
      timeoutMs: Number(attributes.timeout ?? 5) * 1000,
      most,
      evenWithout: attributes.actionOnEmptyResult === "true",
    },
  ];
}

function dial(element: XmlElement, base: string): Verb {
  const [noun] = element.children;
  if (noun?.name !== "Conference") {
    throw new TwimlError(`the sandbox dials into conferences alone, not ${noun?.name ?? "a number"}`);
  }
  const { attributes } = noun;
  const events = attributes.statusCallbackEvent ?? "";
  return {
    kind: "conference",
    action: element.attributes.action === undefined ? null : resolved(element.attributes.action, base),
    method: element.attributes.method ?? "POST",
    conference: {
      name: noun.text,
      startOnEnter: attributes.startConferenceOnEnter !== "false",
      endOnExit: attributes.endConferenceOnExit === "true",
      muted: attributes.muted === "true",
      statusCallback: attributes.statusCallback === undefined ? null : resolved(attributes.statusCallback, base),
      statusCallbackMethod: attributes.statusCallbackMethod ?? "POST",
      statusCallbackEvents: events.split(/\s+/).filter((event) => event !== ""),
    },
  };
}

function resolved(address: string, base: string): string {
  if (address === "") return base;
  if (!URL.canParse(address, base)) throw new TwimlError(`the address "${address}" cannot be read`);
  return new URL(address, base).href;
}
