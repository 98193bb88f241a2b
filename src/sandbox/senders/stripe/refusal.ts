import type { JsonObject } from "../../state/json.ts";
import { Refusal, type RefusalStatus } from "../../state/refusal.ts";

/** A refusal with what Stripe's errors say beside their message. */
export class StripeRefusal extends Refusal {
  readonly fields: JsonObject;
  /** Where it is none of Google's: 402 for a card that is declined. */
  readonly http: number;
  constructor(status: RefusalStatus, message: string, fields: JsonObject = {}, http?: number) {
    super(status, message);
    this.fields = fields;
    this.http = http ?? this.httpStatus;
  }
}

export function invalid(message: string, code: string | null, param: string | null): StripeRefusal {
  return new StripeRefusal("INVALID_ARGUMENT", message, {
    ...(code === null ? {} : { code }),
    ...(param === null ? {} : { param }),
  });
}

export function noSuch(what: string, id: string, param: string, http: 400 | 404 = 404): StripeRefusal {
  return new StripeRefusal("NOT_FOUND", `No such ${what}: '${id}'`, { code: "resource_missing", param }, http);
}

/** The object is in a state in which this cannot be done. */
export function unexpectedState(message: string, code: string, fields: JsonObject = {}): StripeRefusal {
  return new StripeRefusal("INVALID_ARGUMENT", message, { code, ...fields });
}
