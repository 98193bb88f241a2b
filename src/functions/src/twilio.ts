import type { Request } from "firebase-functions/v2/https";
import type { Twilio } from "twilio";
import { twilioAccountSid, twilioAuthToken } from "./secrets.ts";

/** Twilio's package. Loaded at first use, because every function of the codebase pays for what loads at start. */
export async function twilioSdk() {
  return (await import("twilio")).default;
}

export async function twilioClient(): Promise<Twilio> {
  const sdk = await twilioSdk();
  return sdk(twilioAccountSid.value(), twilioAuthToken.value());
}

/**
 * Whether Twilio signed this request. The signature covers the public URL, and a function sees its path without its
 * own name when it is reached through cloudfunctions.net, so both forms of the address it was reached at are tried.
 * Nothing here knows a region: the old and the new address of a function on the move are both right.
 */
export async function isFromTwilio(request: Request, functionName: string): Promise<boolean> {
  const signature = request.get("x-twilio-signature");
  if (signature === undefined) return false;
  const sdk = await twilioSdk();
  const host = request.get("x-forwarded-host") ?? request.get("host") ?? "";
  const path = request.originalUrl === "/" ? "" : request.originalUrl;
  const candidates = [`https://${host}${request.originalUrl}`, `https://${host}/${functionName}${path}`];
  return candidates.some((url) => sdk.validateRequest(twilioAuthToken.value(), signature, url, request.body ?? {}));
}
