import { emptySeed } from "../../../../src/sandbox/seed.ts";
import { from, type Kind, name, project } from "../scene.ts";

const day = 86_400_000;
const sid = "PN00000000000000000000000000000001";
const number = "+33186261234";
const address = `https://${from}-${project}.cloudfunctions.net/${name}`;

/** A number of Twilio that two of its fields lead to the function: messages are sent once, and to nobody else. */
export const twilioWebhook: Kind = {
  seed: {
    functions: [{ name, region: from, trigger: "https", runtime: "nodejs22" }],
    twilio: {
      ...emptySeed.twilio,
      numbers: [{ sid, phoneNumber: number, friendlyName: "Paris", smsUrl: address, voiceUrl: `${address}?for=calls` }],
    },
  },
  files: {
    "functions/index.js": `import { onRequest } from "firebase-functions/v2/https";
export const ${name} = onRequest((request, response) => response.type("text/xml").send("<Response/>"));
`,
  },
  line: ", trigger: https, holders: [twilio]",
  hasLedger: true,
  eventOf: ({ body }) => new URLSearchParams(Buffer.from(body).toString("utf8")).get("MessageSid"),
  async send(scene) {
    const message = { from: "+33600000001", to: number, body: "hello" };
    const { sid: event } = await scene.ask("POST", "_sandbox/twilio/messages", message);
    await scene.advance(0);
    return [String(event)];
  },
  patienceMs: day,
  async look(scene) {
    const { account } = emptySeed.twilio;
    const path = `2010-04-01/Accounts/${account}/IncomingPhoneNumbers/${sid}.json`;
    const { date_updated: _updated, ...others } = await scene.ask("GET", path);
    return others;
  },
  // So that it has to wait for a first request, too.
  sendsAtPoints: false,
};
