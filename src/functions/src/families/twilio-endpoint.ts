import { logger } from "firebase-functions";
import { onRequest } from "firebase-functions/v2/https";
import { z } from "zod";
import { describeError } from "../outside.ts";
import { stripeSecretKey, twilioAccountSid, twilioAuthToken } from "../secrets.ts";
import { isFromTwilio } from "../twilio.ts";

const sid = (kind: string) =>
  z
    .string()
    .regex(new RegExp(`^(${kind}[0-9a-f]{32})?$`))
    .default("");

/** The form fields of Twilio's requests that we read; all others pass through unread. */
const fields = z.object({
  CallSid: sid("CA"),
  CallStatus: z.string().max(40).default(""),
  From: z.string().max(100).default(""),
  AnsweredBy: z.string().max(40).default(""),
  Digits: z
    .string()
    .regex(/^[\d*#]{0,32}$/)
    .default(""),
  ConferenceSid: sid("CF"),
  FriendlyName: z.string().max(128).default(""),
  StatusCallbackEvent: z.string().max(40).default(""),
  SequenceNumber: z.coerce.number().int().min(0).default(0),
  /** RFC 2822, as Twilio writes it: "Fri, 27 Nov 2026 10:00:00 +0000". */
  Timestamp: z
    .string()
    .refine((text) => !Number.isNaN(Date.parse(text)), "expected a time")
    .transform((text) => new Date(text))
    .nullable()
    .default(null),
});

/** `attempt` is our own, in the query of addresses that we hand out: how often the same was asked before. */
const query = z.object({ attempt: z.coerce.number().int().min(0).max(100).default(0) });

export type TwilioRequest = z.infer<typeof fields> & z.infer<typeof query>;

/** Thrown by a handler while another copy handles the same event: Twilio shall try again. */
export class Busy extends Error {}

/**
 * An address that only Twilio may use. The handler answers TwiML, or null where there is nothing to say. `name` is the
 * function's own name, which is part of the address that Twilio signed.
 */
export function twilioEndpoint(name: string, handle: (request: TwilioRequest) => Promise<string | null>) {
  return onRequest({ secrets: [twilioAccountSid, twilioAuthToken, stripeSecretKey] }, async (request, response) => {
    if (request.method !== "POST" || !(await isFromTwilio(request, name))) {
      response.status(403).send("not signed by Twilio");
      return;
    }
    const form = fields.safeParse(request.body ?? {});
    const asked = query.safeParse(request.query);
    if (!form.success || !asked.success) {
      const problems = [...(form.error?.issues ?? []), ...(asked.error?.issues ?? [])];
      logger.warn("Twilio request not understood", {
        function: name,
        fields: problems.map(({ path }) => path.join(".")),
      });
      response.status(400).send("not understood");
      return;
    }
    try {
      const twiml = await handle({ ...form.data, ...asked.data });
      if (twiml === null) response.status(204).end();
      else response.type("text/xml").send(twiml);
    } catch (error) {
      if (error instanceof Busy) {
        response.status(409).send("being handled");
        return;
      }
      logger.error("Twilio request failed", { function: name, ...describeError(error) });
      response.status(500).send("failed");
    }
  });
}
