import { defineString } from "firebase-functions/params";

/** TwiML application whose addresses Twilio asks for both legs of a call: no address is written in this code. */
export const callApplication = defineString("TWILIO_CALL_APPLICATION");
export const callerNumber = defineString("TWILIO_CALLER_NUMBER");

const publicAddress = defineString("TWILIO_PUBLIC_ADDRESSES");

/**
 * Public addresses that our Twilio functions are reached at, each without the function's name: what Twilio signs starts
 * with one of them. While a function moves there are two, the old and the new; calls in progress keep the old one.
 */
export function publicAddresses(): readonly string[] {
  const given = publicAddress.value().split(/[\s,]+/);
  return given.filter((address) => address !== "").map((address) => address.replace(/\/+$/, ""));
}
