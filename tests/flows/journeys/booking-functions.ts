import type { FunctionName } from "../fleet-code.ts";

/** The functions that take part in a booked call. */
export const bookingFunctions = [
  "createPaymentIntent",
  "createAndScheduleCall",
  "executeScheduledCall",
  "twilioAmdTwiml",
  "twilioConferenceWebhook",
  "stripeWebhook",
  "onPaymentRecordCreated",
  "onCallSessionPaymentAuthorized",
  "onCallSessionPaymentCaptured",
  "handlePaymentReceived",
  "onPaymentCancelled",
  "onCallSessionEnded",
] as const satisfies readonly FunctionName[];
