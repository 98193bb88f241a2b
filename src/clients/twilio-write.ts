import type { Twilio } from "twilio";
import { type AddressChange, changeAddress } from "./change-address.ts";
import type { JsonObject } from "./google-send.ts";
import type { AddressMove } from "./move-address.ts";
import { withoutDeadline } from "./patience.ts";
import { ProviderError } from "./provider-error.ts";
import { safeRecord } from "./safe-record.ts";
import { type TwilioOptions, twilioClient } from "./twilio-client.ts";
import { writeErrorOf } from "./uncertain-write.ts";

/** Fields with an address, by the resource's kind; in the names that Twilio's client and the audit use. */
const addressFields = {
  PN: ["voiceUrl", "voiceFallbackUrl", "statusCallback", "smsUrl", "smsFallbackUrl"],
  AP: [
    "voiceUrl",
    "voiceFallbackUrl",
    "statusCallback",
    "smsUrl",
    "smsFallbackUrl",
    "smsStatusCallback",
    "messageStatusCallback",
  ],
  MG: ["inboundRequestUrl", "fallbackUrl", "statusCallback"],
} as const;

type TwilioAddressField = (typeof addressFields)[keyof typeof addressFields][number];

/**
 * Changes the addresses that Twilio calls, in place and field by field. `sid` is that of a phone number (PN…), a TwiML
 * application (AP…) or a messaging service (MG…). All reject with ProviderError, changes with UncertainWriteError, too.
 */
export interface TwilioWriter {
  /** The whole record with Twilio's own names ("voice_url"), as it may be written down. */
  resource(sid: string): Promise<JsonObject>;
  /** Changes these fields and nothing else. What stands behind the copy's address stays: path, query, overrides. */
  moveAddresses(sid: string, fields: readonly string[], move: AddressMove): Promise<AddressChange>;
}

export function createTwilioWriter(options: TwilioOptions): TwilioWriter {
  const open = twilioClient(withoutDeadline(options));

  async function ask<T>(work: (twilio: Twilio) => Promise<T>): Promise<T> {
    try {
      return await work(await open());
    } catch (thrown) {
      options.signal?.throwIfAborted();
      throw writeErrorOf(thrown, "Twilio");
    }
  }

  async function read(sid: string): Promise<JsonObject> {
    kindOf(sid);
    // Through the client's own way to ask, but as Twilio answers it: instances have only the fields that they know.
    const uri = sid.startsWith("MG")
      ? `https://messaging.twilio.com/v1/Services/${sid}`
      : `https://api.twilio.com/2010-04-01/Accounts/${options.account}/${collections[sid.slice(0, 2)]}/${sid}.json`;
    const { body } = await ask((twilio) => twilio.request({ method: "get", uri }) as Promise<{ body: JsonObject }>);
    if (body.sid === sid) return body;
    throw new ProviderError(
      "malformed",
      "the answer of Twilio makes no sense: it is another resource than was asked for",
    );
  }

  return {
    resource: async (sid) => safeRecord(await read(sid)),
    async moveAddresses(sid, fields, move) {
      const kind = kindOf(sid);
      const known: readonly string[] = addressFields[kind];
      const unknown = fields.filter((field) => !known.includes(field));
      if (unknown.length > 0 || fields.length === 0) {
        throw new ProviderError("invalid", `${kind} resources of Twilio have no address ${unknown.join(", ")}`);
      }
      const names = new Map(fields.map((field) => [snake(field), field as TwilioAddressField]));
      return changeAddress(
        {
          read: () => read(sid),
          fields: [...names.keys()],
          volatile: ["date_updated"],
          write: (values) => {
            const change = Object.fromEntries([...values].map(([name, value]) => [names.get(name) ?? "", value]));
            return ask(async (twilio) => {
              if (kind === "PN") await twilio.incomingPhoneNumbers(sid).update(change);
              else if (kind === "AP") await twilio.applications(sid).update(change);
              else await twilio.messaging.v1.services(sid).update(change);
            });
          },
        },
        move,
      );
    },
  };
}

const collections: Readonly<Record<string, string>> = { PN: "IncomingPhoneNumbers", AP: "Applications" };

/**
 * The SID of what Twilio uses in place of a number's own address: an application, a trunk. Null where it uses the
 * address. `record` is a phone number's; a messaging service may override it too, which only the service knows.
 */
export function overriddenBy(record: JsonObject, field: string): string | null {
  const holders = field.startsWith("sms") ? ["sms_application_sid"] : ["trunk_sid", "voice_application_sid"];
  for (const holder of holders) {
    const sid = record[holder];
    if (typeof sid === "string" && sid !== "") return sid;
  }
  return null;
}

function kindOf(sid: string): keyof typeof addressFields {
  const [, kind] = /^(PN|AP|MG)[0-9a-zA-Z]+$/.exec(sid) ?? [];
  if (kind === undefined) {
    throw new ProviderError(
      "invalid",
      "Twilio has addresses in phone numbers (PN…), applications (AP…) and services (MG…)",
    );
  }
  return kind as keyof typeof addressFields;
}

function snake(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
