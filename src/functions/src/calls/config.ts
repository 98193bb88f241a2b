import { defineString } from "firebase-functions/params";

/** TwiML application whose addresses Twilio asks for both legs of a call: no address is written in this code. */
export const callApplication = defineString("TWILIO_CALL_APPLICATION");
export const callerNumber = defineString("TWILIO_CALLER_NUMBER");
