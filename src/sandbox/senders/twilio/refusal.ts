import { Refusal, type RefusalStatus } from "../../state/refusal.ts";

/** A refusal with Twilio's number for it. */
export class TwilioRefusal extends Refusal {
  readonly code: number;
  constructor(status: RefusalStatus, code: number, message: string) {
    super(status, message);
    this.code = code;
  }
}

export function badParameter(code: number, message: string): TwilioRefusal {
  return new TwilioRefusal("INVALID_ARGUMENT", code, message);
}
