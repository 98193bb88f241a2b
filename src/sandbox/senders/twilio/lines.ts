import type { World } from "../../http/call.ts";
import { isObject, type JsonObject } from "../../state/json.ts";

/** Who is at the other end of a number, and what they do. */
export interface Line {
  readonly outcome: "answer" | "busy" | "no-answer" | "failed";
  /** From ringing to picking up. */
  readonly answerAfterMs: number;
  /** What answering-machine detection finds. */
  readonly answeredBy: "human" | "machine_start" | "machine_end_beep" | "fax" | "unknown";
  /** Hangs up so long after a conference that it is in has begun. */
  readonly talkMs: number;
  /** Hangs up so long after picking up, while no conference has begun. */
  readonly patienceMs: number;
  /** What is typed at each time that digits are asked for; after the last nothing is typed. */
  readonly digits: readonly string[];
}

const usual: Line = {
  outcome: "answer",
  answerAfterMs: 3000,
  answeredBy: "human",
  talkMs: 90_000,
  patienceMs: 600_000,
  digits: [],
};

const choices: Readonly<Record<string, readonly string[]>> = {
  outcome: ["answer", "busy", "no-answer", "failed"],
  answeredBy: ["human", "machine_start", "machine_end_beep", "fax", "unknown"],
};

export function lineOf(world: World, number: string): Line {
  return { ...usual, ...(world.shelf.get("twilio-lines", number) as Partial<Line> | undefined) };
}

/** Says what the owner of a number does. Returns what is wrong with that, or null. */
export function setLine(world: World, number: string, line: JsonObject): string | null {
  for (const [name, value] of Object.entries(line)) {
    if (!(name in usual)) return `\`${name}\` is not known; known: number, ${Object.keys(usual).join(", ")}.`;
    const allowed = choices[name];
    if (allowed !== undefined) {
      if (!allowed.includes(String(value))) return `\`${name}\` must be one of ${allowed.join(", ")}.`;
    } else if (name === "digits") {
      if (!Array.isArray(value) || !value.every((digits) => /^[\d#*]+$/.test(String(digits)))) {
        return "`digits` must be a list of texts of digits.";
      }
    } else if (typeof value !== "number" || value < 0) return `\`${name}\` must be a number of 0 or more.`;
  }
  if (!isObject(line)) return "A line is an object.";
  world.shelf.put("twilio-lines", number, line);
  return null;
}
