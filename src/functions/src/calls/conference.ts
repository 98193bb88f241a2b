import { twilioSdk } from "../twilio.ts";

/**
 * TwiML that puts a leg into the session's conference. Twilio resolves the address of the status callback against the
 * one it fetched this from, so both legs report to the copy in the region that the call runs in.
 */
export async function joinConference(sessionId: string): Promise<string> {
  const sdk = await twilioSdk();
  const response = new sdk.twiml.VoiceResponse();
  response.dial().conference(
    {
      startConferenceOnEnter: true,
      endConferenceOnExit: true,
      statusCallback: "twilioConferenceWebhook",
      statusCallbackEvent: ["join", "leave", "end"],
    },
    sessionId,
  );
  return response.toString();
}
