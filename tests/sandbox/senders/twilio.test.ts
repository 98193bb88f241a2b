import twilio from "twilio";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { smallSeed } from "../small-seed.ts";
import type { Received } from "./recording-delivery.ts";
import { twiml } from "./recording-delivery.ts";
import { deliveries, openStage, type Stage } from "./sandbox.ts";

const host = "https://europe-west3-acme-test.cloudfunctions.net";
const application = "AP00000000000000000000000000000001";
const number = "+33186261234";
const provider = "+33600000001";
const client = "+33600000002";
const start = Date.parse("2026-11-22T12:00:00.000Z");

const seed = {
  ...smallSeed,
  twilio: {
    ...smallSeed.twilio,
    applications: [
      {
        sid: application,
        friendlyName: "Legs",
        voiceUrl: `${host}/twilioAmdTwiml`,
        statusCallback: `${host}/twilioConferenceWebhook`,
      },
    ],
  },
};

let stage: Stage;
beforeEach(async () => {
  stage = await openStage({ seed });
});
afterEach(() => stage.sandbox.close());

class ToSandbox extends twilio.RequestClient {
  override request<T>(asked: Parameters<InstanceType<typeof twilio.RequestClient>["request"]>[0]) {
    return super.request<T>({ ...asked, uri: asked.uri.replace(/^https:\/\//, `${stage.sandbox.base}/`) } as never);
  }
}
const api = () => {
  const { account, token } = stage.sandbox.access.twilio;
  return twilio(account, token, { httpClient: new ToSandbox() });
};

function signedFor(received: Received, url: string): boolean {
  const { token } = stage.sandbox.access.twilio;
  return twilio.validateRequest(token, received.headers["x-twilio-signature"] ?? "", url, received.form);
}

const conference = twiml(`<?xml version="1.0" encoding="UTF-8"?><Response><Dial><Conference
  startConferenceOnEnter="true" endConferenceOnExit="true" statusCallback="twilioConferenceWebhook"
  statusCallbackEvent="join leave end">session-1</Conference></Dial></Response>`);

/** What was told of conferences and calls, with the second in which it was. */
async function told(): Promise<string[]> {
  const rows = await deliveries(stage, "?sender=twilio");
  return rows
    .filter((row) => row.type !== "voice")
    .map((row) => `${(Date.parse(row.at) - start) / 1000} ${row.event.split(":").slice(1, 2)}`);
}

const ring = (to: string, more: object = {}) =>
  api().calls.create({
    to,
    from: number,
    applicationSid: application,
    machineDetection: "Enable",
    timeout: 40,
    ...more,
  });

describe("two people who are called and talk", () => {
  it("join a conference, and everything is told, signed for the address it is sent to", async () => {
    stage.delivery.answer = ({ copy }) => (copy === "europe-west3/twilioAmdTwiml" ? conference : 204);
    await stage.admin("POST", "twilio/lines", { number: client, answerAfterMs: 5000 });
    const leg = await ring(provider);
    expect(leg).toMatchObject({ status: "queued", direction: "outbound-api", from: number, to: provider });
    const other = await ring(client);
    await stage.advance(10_000);
    expect((await api().calls(leg.sid).fetch()).status).toBe("in-progress");
    const [talk] = await api().conferences.list({ status: "in-progress" });
    expect(talk?.friendlyName).toBe("session-1");
    expect(
      await api()
        .conferences(talk?.sid ?? "")
        .participants.list(),
    ).toHaveLength(2);
    await stage.advance(120_000);
    // Picked up after 0.5 + 3 s and 0.5 + 5 s, heard for 2.5 s by the detection, talk for 90 s.
    expect(await told()).toEqual([
      "6 participant-join",
      "8 participant-join",
      "98 participant-leave",
      "98 participant-leave",
      "98 conference-end",
      "98 completed",
      "98 completed",
    ]);
    const requests = stage.delivery.take();
    const [first] = requests;
    expect(first).toMatchObject({ copy: "europe-west3/twilioAmdTwiml", method: "POST", path: "/" });
    expect(first?.form).toMatchObject({
      CallSid: leg.sid,
      CallStatus: "in-progress",
      AnsweredBy: "human",
      To: provider,
    });
    for (const received of requests) {
      const url = `${host}/${received.copy.split("/")[1]}`;
      expect([signedFor(received, url), signedFor(received, `${url}/`)]).toEqual([true, false]);
    }
    const conferenceForms = requests.filter(({ form }) => form.ConferenceSid !== undefined).map(({ form }) => form);
    expect(conferenceForms.map((form) => [form.SequenceNumber, form.StatusCallbackEvent, form.FriendlyName])).toEqual([
      ["1", "participant-join", "session-1"],
      ["2", "participant-join", "session-1"],
      ["4", "participant-leave", "session-1"],
      ["5", "participant-leave", "session-1"],
      ["6", "conference-end", "session-1"],
    ]);
    const ended = await api().calls(leg.sid).fetch();
    expect(ended).toMatchObject({ status: "completed", duration: "95", answeredBy: "human" });
    expect((await api().calls(other.sid).fetch()).duration).toBe("93");
  });

  it("are told of where the call started, whatever has changed since", async () => {
    stage.delivery.answer = ({ copy }) => (copy.endsWith("/twilioAmdTwiml") ? conference : 204);
    await ring(provider);
    await ring(client);
    await stage.advance(20_000);
    const moved = "https://europe-west1-acme-test.cloudfunctions.net";
    await api()
      .applications(application)
      .update({ voiceUrl: `${moved}/twilioAmdTwiml`, statusCallback: `${moved}/twilioConferenceWebhook` });
    await stage.advance(100_000);
    expect(new Set(stage.delivery.take().map(({ copy }) => copy.split("/")[0]))).toEqual(new Set(["europe-west3"]));
    await ring(provider);
    await stage.advance(10_000);
    expect(new Set(stage.delivery.take().map(({ copy }) => copy.split("/")[0]))).toEqual(new Set(["europe-west1"]));
  });
});

describe("a call", () => {
  it.each([
    [{ outcome: "busy" }, "busy", 0],
    [{ outcome: "no-answer" }, "no-answer", 0],
    [{ answerAfterMs: 50_000 }, "no-answer", 0],
    [{ answeredBy: "machine_start" }, "completed", 1],
  ])("to a line that does %j ends as %s", async (line, status, fetched) => {
    stage.delivery.answer = () => twiml("<Response><Hangup/></Response>");
    await stage.admin("POST", "twilio/lines", { number: provider, ...line });
    const { sid } = await ring(provider, { statusCallbackEvent: ["initiated", "ringing", "answered", "completed"] });
    await stage.advance(60_000);
    const call = await api().calls(sid).fetch();
    expect([call.status, (await deliveries(stage, "?type=voice")).length]).toEqual([status, fetched]);
    const statuses = (await deliveries(stage, "?type=call-status")).map((row) => row.event.split(":")[1]);
    const answered = fetched === 1 ? ["in-progress"] : [];
    // The application tells of the end alone; what the request asks for beside it is taken along.
    expect(statuses).toEqual(["initiated", "ringing", ...answered, status]);
    if (fetched === 1) expect(stage.delivery.received.at(-2)?.form.AnsweredBy).toBe("machine_start");
  });

  it("has the result of an asynchronous detection sent beside its TwiML", async () => {
    stage.delivery.answer = () => twiml("<Response><Pause length='20'/></Response>");
    await api().calls.create({
      to: provider,
      from: number,
      url: `${host}/hello?lang=fr`,
      machineDetection: "DetectMessageEnd",
      asyncAmd: "true",
      asyncAmdStatusCallback: `${host}/amd`,
    });
    await stage.advance(30_000);
    const [voice, detected] = ["hello", "amd"].map((id) =>
      stage.delivery.received.find(({ copy }) => copy === `europe-west3/${id}`),
    );
    expect(voice?.path).toBe("/?lang=fr");
    expect(voice?.form).not.toHaveProperty("AnsweredBy");
    expect(signedFor(voice as Received, `${host}/hello?lang=fr`)).toBe(true);
    expect(detected?.form).toMatchObject({ AnsweredBy: "human" });
  });

  it("goes to the fallback address where its own fails or answers no TwiML", async () => {
    stage.delivery.answer = ({ copy }) =>
      copy === "europe-west3/broken" ? { body: Buffer.from("<Response><Say>") } : twiml("<Response/>");
    const { sid } = await api().calls.create({
      to: provider,
      from: number,
      url: `${host}/broken`,
      fallbackUrl: `${host}/spare`,
    });
    await stage.advance(10_000);
    expect(stage.delivery.received.map(({ copy }) => copy)).toEqual(["europe-west3/broken", "europe-west3/spare"]);
    expect(stage.delivery.received[1]?.form).toMatchObject({
      ErrorCode: "12100",
      ErrorUrl: `${host}/broken`,
      CallSid: sid,
    });
    expect((await stage.admin("GET", "twilio/problems")).problems).toMatchObject([
      { call: sid, problem: `${host}/broken answered what cannot be used: the document is no XML` },
    ]);
  });

  it("is tried again as the overrides in its address say, which are not signed and not sent", async () => {
    const answers = [503, 404];
    stage.delivery.answer = () => answers.shift() ?? twiml("<Response><Hangup/></Response>");
    await api().calls.create({ to: provider, from: number, url: `${host}/hello#rc=3&rp=4xx,5xx` });
    await stage.advance(10_000);
    expect((await deliveries(stage)).map((row) => [row.status, row.attempt])).toEqual([
      [503, 1],
      [404, 2],
      [200, 3],
    ]);
    for (const received of stage.delivery.take()) {
      expect([received.path, signedFor(received, `${host}/hello`)]).toEqual(["/", true]);
    }
    // Without them a status is never tried again.
    stage.delivery.answer = () => 503;
    await api().calls.create({ to: provider, from: number, url: `${host}/hello` });
    await stage.advance(10_000);
    expect(stage.delivery.received).toHaveLength(1);
  });

  it("waits for an answer no longer than it may, and tries again where it was told to", async () => {
    stage.delivery.answer = () => new Promise(() => {});
    await api().calls.create({ to: provider, from: number, url: `${host}/hello#rt=100&rc=2&rp=rt` });
    await stage.advance(10_000);
    expect((await deliveries(stage)).map((row) => [row.status, row.attempt, row.note])).toEqual(
      [1, 2, 3].map((attempt) => [null, attempt, "no answer within 100 ms"]),
    );
    expect((await api().calls.list())[0]?.status).toBe("completed");
  });

  it("is refused in Twilio's words where it cannot be", async () => {
    const refused = (options: object) =>
      api()
        .calls.create(options as never)
        .then(
          () => 0,
          ({ code }) => code,
        );
    expect(await refused({ to: "12", from: number, url: `${host}/x` })).toBe(21211);
    expect(await refused({ to: provider, from: "+441", url: `${host}/x` })).toBe(21210);
    expect(await refused({ to: provider, from: number })).toBe(21205);
    expect(await refused({ to: provider, from: number, applicationSid: "AP9" })).toBe(21218);
    expect(await refused({ to: provider, from: number, twiml: "<Response><Enqueue>a</Enqueue></Response>" })).toBe(
      12100,
    );
    expect(await api().calls.list()).toEqual([]);
  });

  it("can be ended and given other TwiML while it runs", async () => {
    stage.delivery.answer = ({ copy }) =>
      twiml(
        copy.endsWith("/other")
          ? "<Response><Pause length='5'/></Response>"
          : "<Response><Pause length='600'/></Response>",
      );
    const { sid } = await api().calls.create({ to: provider, from: number, url: `${host}/hello` });
    await stage.advance(10_000);
    await api()
      .calls(sid)
      .update({ url: `${host}/other` });
    await stage.advance(6000);
    expect((await api().calls(sid).fetch()).status).toBe("completed");
    const second = await api().calls.create({ to: provider, from: number, url: `${host}/hello` });
    await api().calls(second.sid).update({ status: "canceled" });
    await stage.advance(60_000);
    expect((await api().calls(second.sid).fetch()).status).toBe("canceled");
    const today = await api().calls.list({ startTimeAfter: new Date("2026-11-22T00:00:00Z"), status: "completed" });
    expect(today.map((call) => call.sid)).toEqual([sid]);
  });
});

describe("somebody who calls our number", () => {
  it("is asked for digits, which go to the address beside the one that asked", async () => {
    await stage.admin("POST", "twilio/lines", { number: client, digits: ["12345678"] });
    stage.delivery.answer = ({ copy, form }) => {
      if (copy.endsWith("/twilioGatherResponse")) {
        return twiml(
          `<Response><Say>There is no call &amp; no ${form.Digits}.</Say><Redirect method="POST">twilioCallWebhook</Redirect></Response>`,
        );
      }
      return twiml(
        '<Response><Gather action="twilioGatherResponse" method="POST" numDigits="6" timeout="10"><Say>Welcome.</Say></Gather><Say>Goodbye.</Say></Response>',
      );
    };
    await stage.admin("POST", "twilio/calls", { from: client, to: number });
    await stage.advance(60_000);
    const asked = stage.delivery.received.map(({ copy, form }) => [copy.split("/")[1], form.Digits, form.Direction]);
    expect(asked).toEqual([
      ["twilioCallWebhook", undefined, "inbound"],
      ["twilioGatherResponse", "123456", "inbound"],
      ["twilioCallWebhook", undefined, "inbound"],
    ]);
    expect((await api().calls.list())[0]).toMatchObject({ status: "completed", direction: "inbound", from: client });
  });

  it("reaches the number's fallback where its own address fails, and the application instead where there is one", async () => {
    stage.delivery.answer = ({ copy }) => (copy.endsWith("/twilioCallWebhook") ? 500 : twiml("<Response/>"));
    await stage.admin("POST", "twilio/calls", { from: client, to: number });
    await stage.advance(1000);
    expect(stage.delivery.take().map(({ copy }) => copy)).toEqual([
      "europe-west3/twilioCallWebhook",
      "europe-west1/twilioWebhook",
    ]);
    await api().incomingPhoneNumbers("PN00000000000000000000000000000001").update({ voiceApplicationSid: application });
    await stage.admin("POST", "twilio/calls", { from: client, to: number });
    await stage.advance(1000);
    expect(stage.delivery.take().map(({ copy }) => copy)).toEqual([
      "europe-west3/twilioAmdTwiml",
      "europe-west3/twilioConferenceWebhook",
    ]);
  });
});

describe("messages", () => {
  it("are told of as they go, and come in at the number's address", async () => {
    const sent = await api().messages.create({
      to: client,
      from: number,
      body: "hi",
      statusCallback: `${host}/status`,
    });
    await stage.advance(10_000);
    expect(stage.delivery.take().map(({ form }) => form.MessageStatus)).toEqual(["sent", "delivered"]);
    expect((await api().messages(sent.sid).fetch()).status).toBe("delivered");
    await api()
      .incomingPhoneNumbers("PN00000000000000000000000000000001")
      .update({ smsUrl: `${host}/inbound` });
    await stage.admin("POST", "twilio/messages", { from: client, to: number, body: "STOP" });
    await stage.advance(0);
    expect(stage.delivery.take()).toMatchObject([
      { copy: "europe-west3/inbound", form: { Body: "STOP", From: client } },
    ]);
  });
});
