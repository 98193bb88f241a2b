import { logger } from "firebase-functions";
import { onRequest } from "firebase-functions/v2/https";
import { z } from "zod";
import { stripeSecretKey, twilioAccountSid, twilioAuthToken } from "../secrets.ts";
import { isFromTwilio } from "../twilio.ts";

/** The form fields of Twilio's requests that we read; all others pass through unread. */
const fields = z.object({
  CallSid: z.string().default(""),
  CallStatus: z.string().default(""),
  AnsweredBy: z.string().default(""),
  Digits: z.string().default(""),
  ConferenceSid: z.string().default(""),
  FriendlyName: z.string().default(""),
  StatusCallbackEvent: z.string().default(""),
  SequenceNumber: z.string().default(""),
});

export type TwilioFields = z.infer<typeof fields>;

/** Thrown by a handler while another copy handles the same event: Twilio shall try again. */
export class Busy extends Error {}

/**
 * An address that only Twilio may use. The handler answers TwiML, or null where there is nothing to say. `name` is the
 * function's own name, which is part of the address that Twilio signed.
 */
export function twilioEndpoint(name: string, handle: (request: TwilioFields) => Promise<string | null>) {
  return onRequest({ secrets: [twilioAccountSid, twilioAuthToken, stripeSecretKey] }, async (request, response) => {
    if (request.method !== "POST" || !(await isFromTwilio(request, name))) {
      response.status(403).send("not signed by Twilio");
      return;
    }
    try {
      const twiml = await handle(fields.parse(request.body ?? {}));
      if (twiml === null) response.status(204).end();
      else response.type("text/xml").send(twiml);
    } catch (error) {
      if (error instanceof Busy) {
        response.status(409).send("being handled");
        return;
      }
      logger.error("Twilio request failed", { function: name, error });
      response.status(500).send("failed");
    }
  });
}
