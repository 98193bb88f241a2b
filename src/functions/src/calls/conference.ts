import { twilioSdk } from "../twilio.ts";

/**
 * TwiML that puts a leg into the session's conference. Twilio resolves the address of the status callback against the
 * one it fetched this from, so both legs report to the copy in the region that the call runs in. Every kind of event that
 * can occur is asked for: they are counted from one, and a missing number shows that one is still on its way.
 */
export async function joinConference(sessionId: string): Promise<string> {
  const sdk = await twilioSdk();
  const response = new sdk.twiml.VoiceResponse();
  response.dial().conference(
    {
      startConferenceOnEnter: true,
      endConferenceOnExit: true,
      maxParticipants: 4,
      statusCallback: "twilioConferenceWebhook",
      statusCallbackMethod: "POST",
      statusCallbackEvent: ["start", "end", "join", "leave"],
    },
    sessionId,
  );
  return response.toString();
}

/** TwiML that ends a leg, with a sentence before it where there is something to say. */
export async function goodbye(sentence: string | null): Promise<string> {
  const sdk = await twilioSdk();
  const response = new sdk.twiml.VoiceResponse();
  if (sentence !== null) response.say(sentence);
  response.hangup();
  return response.toString();
}
