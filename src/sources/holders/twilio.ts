import type { TwilioApplication, TwilioMessagingService, TwilioNumber, TwilioReader } from "../../clients/twilio.ts";
import type { Holder } from "../../model/holders.ts";
import { collect, type HolderRead, holderGap, labelOf } from "./holder-read.ts";
import { holderUrl } from "./holder-url.ts";

/** Fields with a URL, and whether Twilio uses each. */
type Fields = readonly (readonly [field: string, url: string | null | undefined, active: boolean])[];

/** Phone numbers, TwiML applications and messaging services that name URLs; one holder per field that is set. */
export async function readTwilio(twilio: TwilioReader): Promise<HolderRead> {
  const [numbers, applications, services] = await Promise.all([
    collect(twilio.incomingPhoneNumbers()),
    collect(twilio.applications()),
    collect(twilio.messagingServices()),
  ]);
  const holders = [
    ...numbers.items.flatMap(holdersOfNumber),
    ...applications.items.flatMap(holdersOfApplication),
    ...services.items.flatMap(holdersOfService),
  ];
  const failures = [
    { scope: "twilio phone numbers", error: numbers.error },
    { scope: "twilio applications", error: applications.error },
    { scope: "twilio messaging services", error: services.error },
  ].flatMap(({ scope, error }) => (error === null ? [] : [{ scope, reason: error.reason }]));
  const [first] = failures;
  const alike = failures.length === 3 && failures.every(({ reason }) => reason === first?.reason);
  const gaps =
    alike && first !== undefined
      ? [holderGap("twilio", "twilio", first.reason)]
      : failures.map(({ scope, reason }) => holderGap("twilio", scope, reason));
  return { holders, gaps, read: failures.length < 3 || holders.length > 0 };
}

/** A trunk or an application takes over from the number's own URLs, for voice and for messages separately. */
function holdersOfNumber(number: TwilioNumber): Holder[] {
  const voice = !number.trunkSid && !number.voiceApplicationSid;
  const messages = !number.smsApplicationSid;
  return holdersOf(number.sid, labelOfNumber(number), [
    ["voiceUrl", number.voiceUrl, voice],
    ["voiceFallbackUrl", number.voiceFallbackUrl, voice],
    ["statusCallback", number.statusCallback, voice],
    ["smsUrl", number.smsUrl, messages],
    ["smsFallbackUrl", number.smsFallbackUrl, messages],
  ]);
}

/** The number, with the name that somebody gave it. By default that is the number once more, with brackets. */
function labelOfNumber({ friendlyName, phoneNumber }: TwilioNumber): string | null {
  const name = labelOf(friendlyName);
  const phone = labelOf(phoneNumber);
  if (phone === null || name === null || !/\p{L}/u.test(name)) return phone ?? name;
  const digits = phone.replace(/\D/g, "");
  return name.replace(/\D/g, "").includes(digits) ? name : `${phone} (${name})`;
}

function holdersOfApplication(application: TwilioApplication): Holder[] {
  return holdersOf(application.sid, labelOf(application.friendlyName), [
    ["voiceUrl", application.voiceUrl, true],
    ["voiceFallbackUrl", application.voiceFallbackUrl, true],
    ["statusCallback", application.statusCallback, true],
    ["smsUrl", application.smsUrl, true],
    ["smsFallbackUrl", application.smsFallbackUrl, true],
    ["smsStatusCallback", application.smsStatusCallback, true],
    ["messageStatusCallback", application.messageStatusCallback, true],
  ]);
}

/** With `useInboundWebhookOnNumber` what comes in goes to the number's URLs; the status of what goes out does not. */
function holdersOfService(service: TwilioMessagingService): Holder[] {
  const inbound = service.useInboundWebhookOnNumber !== true;
  return holdersOf(service.sid, labelOf(service.friendlyName), [
    ["inboundRequestUrl", service.inboundRequestUrl, inbound],
    ["fallbackUrl", service.fallbackUrl, inbound],
    ["statusCallback", service.statusCallback, true],
  ]);
}

function holdersOf(id: string, label: string | null, fields: Fields): Holder[] {
  return fields.flatMap(([field, url, active]): Holder[] =>
    typeof url === "string" && url !== ""
      ? [{ kind: "twilio", id, label: label ?? id, field, ...holderUrl(url), active, region: null }]
      : [],
  );
}
