import { createHmac } from "node:crypto";
import { type Answer, type Asked, Service } from "./service.ts";

export interface Leg {
  sid: string;
  to: string;
  from: string;
  status: string;
  application: string | null;
  machineDetection: string | null;
  startTime: string | null;
  endTime: string | null;
}

/** As much of Twilio's REST API as the calls use: legs that are placed, listed, looked at and hung up. */
export class Twilio extends Service {
  readonly legs: Leg[] = [];
  readonly conferences: string[] = [];

  override reset(): void {
    super.reset();
    this.legs.length = 0;
    this.conferences.length = 0;
  }

  /** Legs that were placed, as "to". */
  rung(): string[] {
    return this.legs.map(({ to }) => to);
  }

  override answer({ method, path, query, body }: Asked): Answer {
    const form = new URLSearchParams(body);
    const [, , , , what = "", id = ""] = path.split("/");
    if (method === "POST" && what === "Calls.json") {
      const leg: Leg = {
        sid: sidOf("CA", this.legs.length + 1),
        to: form.get("To") ?? "",
        from: form.get("From") ?? "",
        status: "queued",
        application: form.get("ApplicationSid"),
        machineDetection: form.get("MachineDetection"),
        startTime: null,
        endTime: null,
      };
      this.legs.push(leg);
      return { status: 201, body: shown(leg) };
    }
    if (method === "GET" && what === "Calls.json") {
      const found = this.legs.filter(({ to, from }) => to === query.get("To") && from === query.get("From"));
      return { body: { calls: found.map(shown), next_page_uri: null } };
    }
    if (method === "GET" && what === "Conferences.json") {
      const found = this.conferences.filter((name) => name === query.get("FriendlyName"));
      const conferences = found.map((friendly_name) => ({ sid: sidOf("CF", 1), friendly_name, status: "completed" }));
      return { body: { conferences, next_page_uri: null } };
    }
    const leg = this.legs.find(({ sid }) => `${sid}.json` === id);
    if (what !== "Calls" || leg === undefined) return { status: 404, body: { code: 20404, message: "not found" } };
    if (method === "POST") leg.status = form.get("Status") ?? leg.status;
    return { body: shown(leg) };
  }
}

export function sidOf(kind: "CA" | "CF", number: number): string {
  return `${kind}${String(number).padStart(32, "0")}`;
}

function shown(leg: Leg) {
  return {
    sid: leg.sid,
    to: leg.to,
    from: leg.from,
    status: leg.status,
    start_time: leg.startTime,
    end_time: leg.endTime,
  };
}

/** Header `X-Twilio-Signature` of a form, by the documented scheme and not by Twilio's own code. */
export function twilioSignature(url: string, form: Readonly<Record<string, string>>, token: string): string {
  const text = Object.keys(form)
    .sort()
    .reduce((sum, name) => `${sum}${name}${form[name]}`, url);
  return createHmac("sha1", token).update(text).digest("base64");
}
