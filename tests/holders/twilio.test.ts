import { describe, expect, test } from "vitest";
import { createTwilio } from "../../src/clients/twilio.ts";
import { readTwilio } from "../../src/sources/holders/twilio.ts";
import { type Answer, type Asked, patience, standIn } from "./stand-in.ts";

const account = "AC00000000000000000000000000000001";
const token = "MARKEDtoken0123456789";
const west3 = "https://europe-west3-acme-prod.cloudfunctions.net";

function number(sid: string, more: object) {
  return {
    sid,
    account_sid: account,
    friendly_name: "(415) 555-0100",
    phone_number: "+14155550100",
    voice_url: "",
    voice_fallback_url: null,
    status_callback: "",
    sms_url: "",
    sms_fallback_url: "",
    voice_application_sid: "",
    sms_application_sid: "",
    trunk_sid: null,
    date_created: "Mon, 16 Aug 2010 23:00:23 +0000",
    date_updated: "Mon, 16 Aug 2010 23:00:23 +0000",
    ...more,
  };
}

const root = `/api.twilio.com/2010-04-01/Accounts/${account}`;
const numbersPath = `${root}/IncomingPhoneNumbers.json`;
const applicationsPath = `${root}/Applications.json`;
const servicesPath = "/messaging.twilio.com/v1/Services";

function page(key: string, records: object[], next: string | null = null) {
  return { [key]: records, next_page_uri: next, previous_page_uri: null, page: 0, page_size: 1000, uri: "" };
}

function servicePage(services: object[], next: string | null = null) {
  return { services, meta: { key: "services", next_page_url: next, page: 0, page_size: 100 } };
}

type Routes = Readonly<Record<string, (asked: Asked) => Answer>>;

const empty: Routes = {
  [numbersPath]: () => ({ body: page("incoming_phone_numbers", []) }),
  [applicationsPath]: () => ({ body: page("applications", []) }),
  [servicesPath]: () => ({ body: servicePage([]) }),
};

async function read(routes: Routes, more: { account?: string } = {}) {
  const { endpoint, asked } = await standIn((one) => ({ ...empty, ...routes })[one.path]?.(one));
  const { options, waits } = patience();
  const found = await readTwilio(createTwilio({ endpoint, account, token, ...more, ...options }));
  expect(JSON.stringify(found)).not.toContain("MARKED");
  return { found, asked, waits };
}

const gap = (scope: string, reason: string) => ({ source: "holders", facet: "twilio", scope, region: null, reason });

describe("Twilio", () => {
  test("numbers are read to the last page, one holder per field, with those that Twilio ignores", async () => {
    const pages: Record<string, object> = {
      "": page(
        "incoming_phone_numbers",
        [
          number("PN1", {
            friendly_name: "Support Paris",
            voice_url: `${west3}/twilioCallWebhook#rc=2&rp=all`,
            voice_fallback_url: "https://europe-west1-acme-prod.cloudfunctions.net/twilioWebhook?key=MARKED",
            status_callback: `${west3}/twilioConferenceWebhook`,
          }),
        ],
        `/2010-04-01/Accounts/${account}/IncomingPhoneNumbers.json?PageSize=1000&Page=1&PageToken=PAPN1`,
      ),
      PAPN1: page("incoming_phone_numbers", [
        number("PN2", { voice_url: `${west3}/a`, sms_url: `${west3}/b`, voice_application_sid: "AP1" }),
        number("PN3", { voice_url: `${west3}/a`, sms_url: `${west3}/b`, sms_application_sid: "AP1" }),
        number("PN4", {
          friendly_name: "Bookings +1 415 555 0100",
          voice_url: `${west3}/a`,
          status_callback: `${west3}/c`,
          trunk_sid: "TK1",
        }),
      ]),
    };
    const { found, asked } = await read({
      [numbersPath]: ({ query }) => ({ body: pages[query.get("PageToken") ?? ""] }),
    });
    expect(found.holders[0]).toEqual({
      kind: "twilio",
      id: "PN1",
      label: "+14155550100 (Support Paris)",
      field: "voiceUrl",
      url: `${west3}/twilioCallWebhook`,
      target: {
        form: "cloudfunctions",
        name: "twilioCallWebhook",
        nameIs: "function",
        region: "europe-west3",
        project: "acme-prod",
      },
      active: true,
      region: null,
    });
    expect(found.holders.map(({ id, field, url, active }) => [id, field, url, active])).toEqual([
      ["PN1", "voiceUrl", `${west3}/twilioCallWebhook`, true],
      ["PN1", "voiceFallbackUrl", "https://europe-west1-acme-prod.cloudfunctions.net/twilioWebhook?key=***", true],
      ["PN1", "statusCallback", `${west3}/twilioConferenceWebhook`, true],
      ["PN2", "voiceUrl", `${west3}/a`, false],
      ["PN2", "smsUrl", `${west3}/b`, true],
      ["PN3", "voiceUrl", `${west3}/a`, true],
      ["PN3", "smsUrl", `${west3}/b`, false],
      ["PN4", "voiceUrl", `${west3}/a`, false],
      ["PN4", "statusCallback", `${west3}/c`, false],
    ]);
    expect(found.holders[3]?.label).toBe("+14155550100");
    expect(found.holders[7]?.label).toBe("Bookings +1 415 555 0100");
    expect(found).toMatchObject({ gaps: [], read: true });
    const asks = asked.filter((one) => one.path === numbersPath);
    expect(asks.map((one) => one.url.slice(numbersPath.length))).toEqual([
      "?PageSize=1000",
      "?PageSize=1000&Page=1&PageToken=PAPN1",
    ]);
    const basic = `Basic ${Buffer.from(`${account}:${token}`).toString("base64")}`;
    expect(asks.map((one) => one.headers.authorization)).toEqual([basic, basic]);
  });

  test("applications and messaging services are read with all their fields", async () => {
    const { found } = await read({
      [applicationsPath]: () => ({
        body: page("applications", [
          {
            sid: "AP1",
            friendly_name: "Calls",
            voice_url: `${west3}/a1`,
            voice_fallback_url: `${west3}/a2`,
            status_callback: `${west3}/a3`,
            sms_url: `${west3}/a4`,
            sms_fallback_url: `${west3}/a5`,
            sms_status_callback: `${west3}/a6`,
            message_status_callback: `${west3}/a7`,
          },
        ]),
      }),
      [servicesPath]: ({ query }) => ({
        body:
          query.get("Page") === "1"
            ? servicePage([
                {
                  sid: "MG2",
                  friendly_name: "Number's own",
                  inbound_request_url: `${west3}/m1`,
                  fallback_url: `${west3}/m2`,
                  status_callback: `${west3}/m3`,
                  use_inbound_webhook_on_number: true,
                },
              ])
            : servicePage(
                [
                  {
                    sid: "MG1",
                    friendly_name: "Service's own",
                    inbound_request_url: `${west3}/m1`,
                    fallback_url: null,
                    status_callback: null,
                    use_inbound_webhook_on_number: false,
                  },
                ],
                "https://messaging.twilio.com/v1/Services?PageSize=100&Page=1",
              ),
      }),
    });
    expect(found.holders.map(({ id, label, field, url, active }) => [id, label, field, url.slice(-2), active])).toEqual(
      [
        ["AP1", "Calls", "voiceUrl", "a1", true],
        ["AP1", "Calls", "voiceFallbackUrl", "a2", true],
        ["AP1", "Calls", "statusCallback", "a3", true],
        ["AP1", "Calls", "smsUrl", "a4", true],
        ["AP1", "Calls", "smsFallbackUrl", "a5", true],
        ["AP1", "Calls", "smsStatusCallback", "a6", true],
        ["AP1", "Calls", "messageStatusCallback", "a7", true],
        ["MG1", "Service's own", "inboundRequestUrl", "m1", true],
        ["MG2", "Number's own", "inboundRequestUrl", "m1", false],
        ["MG2", "Number's own", "fallbackUrl", "m2", false],
        ["MG2", "Number's own", "statusCallback", "m3", true],
      ],
    );
    expect(found.gaps).toEqual([]);
  });

  test("a wrong token is one gap, and nothing counts as read", async () => {
    const refuse = () => ({ status: 401, body: { code: 20003, message: `Authenticate ${token}`, status: 401 } });
    const { found } = await read({ [numbersPath]: refuse, [applicationsPath]: refuse, [servicesPath]: refuse });
    expect(found).toEqual({
      holders: [],
      gaps: [gap("twilio", "Twilio refused the account's token (401 20003)")],
      read: false,
    });
  });

  test("an account that is no SID is told without a call", async () => {
    const { found, asked } = await read({}, { account: "SKMARKED" });
    expect(found).toEqual({
      holders: [],
      gaps: [gap("twilio", "the Twilio account is no account SID: one starts with AC")],
      read: false,
    });
    expect(asked).toEqual([]);
  });

  test("what one list refuses does not hide the others", async () => {
    const { found } = await read({
      [numbersPath]: () => ({ body: page("incoming_phone_numbers", [number("PN1", { voice_url: `${west3}/a` })]) }),
      [servicesPath]: () => ({ status: 403, body: { code: 20005, message: "Account not active", status: 403 } }),
      [applicationsPath]: () => ({ body: "<html>" }),
    });
    expect(found.holders).toHaveLength(1);
    expect(found.read).toBe(true);
    expect(found.gaps).toEqual([
      gap("twilio applications", "the answer of Twilio makes no sense: HTML where JSON was due"),
      gap("twilio messaging services", "Twilio does not let the account's token read this (403 20005)"),
    ]);
  });

  test("429 is waited out; one that never ends is a gap with the pages before it", async () => {
    let refusals = 1;
    const { found, waits } = await read({
      [numbersPath]: ({ query }) => {
        if (query.has("PageToken")) return { status: 429, headers: { "retry-after": "90" }, body: { code: 20429 } };
        refusals -= 1;
        if (refusals >= 0) return { status: 429, headers: { "retry-after": "3" }, body: { code: 20429 } };
        const next = `/2010-04-01/Accounts/${account}/IncomingPhoneNumbers.json?PageToken=2`;
        return { body: page("incoming_phone_numbers", [number("PN1", { voice_url: `${west3}/a` })], next) };
      },
    });
    expect(waits).toEqual([3000, 90_000]);
    expect(found.holders.map((holder) => holder.id)).toEqual(["PN1"]);
    expect(found.gaps).toEqual([
      gap("twilio phone numbers", "Twilio asks for fewer requests (429 20429); it asks to wait 90 s"),
    ]);
  });

  test("a next page on another host never gets the token", async () => {
    const other = await standIn(() => ({ body: servicePage([]) }));
    const { found } = await read({
      [servicesPath]: () => ({ body: servicePage([], `${other.endpoint.base}/v1/Services?Page=1`) }),
    });
    expect(other.asked).toEqual([]);
    expect(found.gaps).toEqual([
      gap("twilio messaging services", "the answer of Twilio makes no sense: its next page is on another host"),
    ]);
  });

  test.each<[string, Answer, string]>([
    ["an answer without its list", { body: { ok: true } }, "the answer of Twilio makes no sense"],
    [
      "a record that is null",
      { body: page("applications", [null as unknown as object]) },
      "the answer of Twilio makes no sense",
    ],
    [
      "a list that is text",
      { body: { applications: "x", next_page_uri: null } },
      "the answer of Twilio makes no sense",
    ],
  ])("%s is a gap", async (_, answer, reason) => {
    const { found } = await read({ [applicationsPath]: () => answer });
    expect(found.gaps).toEqual([gap("twilio applications", reason)]);
  });

  test("something without a SID is a gap, and other kinds of fields break nothing", async () => {
    const { found } = await read({
      [numbersPath]: () => ({ body: page("incoming_phone_numbers", [{ ...number("PN1", {}), sid: null }]) }),
      [applicationsPath]: () => ({
        body: page("applications", [{ sid: "AP1", friendly_name: 7, voice_url: `${west3}/answer`, sms_url: {} }]),
      }),
    });
    expect(found.holders.map(({ id, label, field }) => [id, label, field])).toEqual([["AP1", "AP1", "voiceUrl"]]);
    expect(found.gaps).toEqual([
      gap("twilio phone numbers", "the answer of Twilio makes no sense: something in it has no SID"),
    ]);
  });

  test("a connection that dies within a page is a gap", async () => {
    const { found } = await read({ [applicationsPath]: () => ({ body: page("applications", []), cut: true }) });
    expect(found.gaps).toHaveLength(1);
    expect(found.gaps[0]?.reason).toMatch(/^the connection to Twilio failed/);
  });

  test("pages that never end are a gap", async () => {
    const next = `/2010-04-01/Accounts/${account}/Applications.json?PageToken=2`;
    const { found } = await read({ [applicationsPath]: () => ({ body: page("applications", [], next) }) });
    expect(found.gaps).toEqual([gap("twilio applications", "the pages of Twilio do not come to an end")]);
  });
});
