import type {
  SeedStripeDestination,
  SeedStripeEndpoint,
  SeedTelegramBot,
  SeedTwilioApplication,
  SeedTwilioMessagingService,
  SeedTwilioNumber,
  SeedTwilioUrls,
} from "../seed.ts";
import type { JsonObject } from "./json.ts";
import type { TelegramBot } from "./state.ts";

const created = "Mon, 02 Nov 2026 08:30:00 +0000";

export function endpointOf(row: SeedStripeEndpoint, time: string): JsonObject {
  return {
    id: row.id,
    object: "webhook_endpoint",
    api_version: row.apiVersion ?? "2024-06-20",
    application: null,
    created: Math.floor(Date.parse(time) / 1000),
    description: row.description,
    enabled_events: [...row.enabledEvents],
    livemode: false,
    metadata: {},
    status: row.status,
    url: row.url,
  };
}

export function destinationOf(row: SeedStripeDestination, time: string): JsonObject {
  return {
    id: row.id,
    object: "v2.core.event_destination",
    created: time,
    description: "",
    enabled_events: [...row.enabledEvents],
    event_payload: "snapshot",
    events_from: [row.eventsFrom ?? "self"],
    livemode: false,
    metadata: {},
    name: row.name,
    snapshot_api_version: "2024-06-20",
    status: row.status,
    status_details: null,
    type: "webhook_endpoint",
    updated: time,
    webhook_endpoint: { signing_secret: null, url: row.url },
  };
}

/** Twilio writes "" for a URL that is not set. */
function urlsOf(row: SeedTwilioUrls): JsonObject {
  return {
    voice_url: row.voiceUrl ?? "",
    voice_method: "POST",
    voice_fallback_url: row.voiceFallbackUrl ?? "",
    voice_fallback_method: "POST",
    voice_caller_id_lookup: false,
    status_callback: row.statusCallback ?? "",
    status_callback_method: "POST",
    sms_url: row.smsUrl ?? "",
    sms_method: "POST",
    sms_fallback_url: row.smsFallbackUrl ?? "",
    sms_fallback_method: "POST",
  };
}

export function twilioNumberOf(row: SeedTwilioNumber, account: string): JsonObject {
  return {
    sid: row.sid,
    account_sid: account,
    phone_number: row.phoneNumber,
    friendly_name: row.friendlyName,
    api_version: "2010-04-01",
    beta: false,
    capabilities: { voice: true, sms: true, mms: false, fax: false },
    date_created: created,
    date_updated: created,
    ...urlsOf(row),
    voice_application_sid: row.voiceApplicationSid ?? "",
    sms_application_sid: row.smsApplicationSid ?? "",
    trunk_sid: row.trunkSid ?? null,
    address_requirements: "none",
    address_sid: null,
    identity_sid: null,
    bundle_sid: null,
    emergency_status: "Active",
    emergency_address_sid: null,
    emergency_address_status: "unregistered",
    origin: "twilio",
    status: "in-use",
    uri: `/2010-04-01/Accounts/${account}/IncomingPhoneNumbers/${row.sid}.json`,
  };
}

export function twilioApplicationOf(row: SeedTwilioApplication, account: string): JsonObject {
  return {
    sid: row.sid,
    account_sid: account,
    friendly_name: row.friendlyName,
    api_version: "2010-04-01",
    date_created: created,
    date_updated: created,
    ...urlsOf(row),
    sms_status_callback: "",
    message_status_callback: row.messageStatusCallback ?? "",
    public_application_connect_enabled: false,
    uri: `/2010-04-01/Accounts/${account}/Applications/${row.sid}.json`,
  };
}

export function twilioServiceOf(row: SeedTwilioMessagingService, account: string): JsonObject {
  return {
    sid: row.sid,
    account_sid: account,
    friendly_name: row.friendlyName,
    date_created: "2026-11-02T08:30:00Z",
    date_updated: "2026-11-02T08:30:00Z",
    inbound_request_url: row.inboundRequestUrl ?? null,
    inbound_method: "POST",
    fallback_url: row.fallbackUrl ?? null,
    fallback_method: "POST",
    status_callback: row.statusCallback ?? null,
    use_inbound_webhook_on_number: row.useInboundWebhookOnNumber ?? false,
    url: `https://messaging.twilio.com/v1/Services/${row.sid}`,
  };
}

export function telegramBotOf(row: SeedTelegramBot): TelegramBot {
  return {
    id: row.id,
    username: row.username,
    webhook: {
      url: row.webhook ?? "",
      has_custom_certificate: false,
      pending_update_count: 0,
      ...(row.webhook === null ? {} : { max_connections: 40 }),
    },
  };
}
