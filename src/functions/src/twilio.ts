import type { Request } from "firebase-functions/v2/https";
import type { Twilio } from "twilio";
import { addressOf } from "./addresses.ts";
import { publicAddresses } from "./calls/config.ts";
import { twilioAccountSid, twilioAuthToken } from "./secrets.ts";

let client: Twilio | null = null;

/** Twilio's package. Loaded at first use, because every function of the codebase pays for what loads at start. */
export async function twilioSdk() {
  return (await import("twilio")).default;
}

/**
 * Twilio's client: ten seconds a try; only what Twilio turned away unread (429) is tried again, three times. A call that
 * was perhaps placed is never placed again by the client: callers look first (see execute-scheduled-call.ts).
 */
export async function twilioClient(): Promise<Twilio> {
  if (client === null) {
    const sdk = await twilioSdk();
    const usual = "https://api.twilio.com";
    const base = addressOf("TWILIO_API_BASE").href.replace(/\/$/, "");
    class Sender extends sdk.RequestClient {
      override request<Data>(asked: Parameters<InstanceType<typeof sdk.RequestClient>["request"]>[0]) {
        return super.request<Data>({ ...asked, uri: asked.uri.replace(usual, base) } as never);
      }
    }
    const httpClient = new Sender({ timeout: 10_000, autoRetry: true, maxRetries: 3 });
    client = sdk(twilioAccountSid.value(), twilioAuthToken.value(), { httpClient });
  }
  return client;
}

/**
 * Whether Twilio signed this request for one of our public addresses. The signature covers the full public address, and
 * what a function sees of it behind Google's front end differs, so it is rebuilt from what is configured: the address,
 * the function's name, and the query as it came. Nothing the sender says about hosts counts, and no region is known here:
 * while a function moves, its old and its new address are both configured.
 */
export async function isFromTwilio(request: Request, functionName: string): Promise<boolean> {
  const signature = request.get("x-twilio-signature");
  if (signature === undefined) return false;
  const sdk = await twilioSdk();
  const query = request.originalUrl.includes("?") ? request.originalUrl.slice(request.originalUrl.indexOf("?")) : "";
  const token = twilioAuthToken.value();
  return publicAddresses().some((address) =>
    sdk.validateRequest(token, signature, `${address}/${functionName}${query}`, request.body ?? {}),
  );
}
