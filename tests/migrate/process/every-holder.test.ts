import { afterAll, beforeAll, expect, it } from "vitest";
import { emptySeed, type Seed } from "../../../src/sandbox/seed.ts";
import { begin } from "./history.ts";
import { telegramWebhook } from "./kinds/telegram.ts";
import { bundleProgram, type Program } from "./program.ts";
import { from, type Kind, name, openScene, project, type Scene, to } from "./scene.ts";

/* One function that holders of every kind lead to, in every field that has an address: all are led over, and back. */

const addressIn = (region: string): string => `https://${region}-${project}.cloudfunctions.net/${name}`;
const address = addressIn(from);
const sid = (kind: string, number: number): string => `${kind}${String(number).padStart(32, "0")}`;

const urls = {
  voiceUrl: `${address}/voice?a=1`,
  voiceFallbackUrl: `${address}/voice/fallback`,
  statusCallback: `${address}/status`,
  smsUrl: `${address}/sms#ct=4000`,
  smsFallbackUrl: `${address}/sms/fallback`,
};

const seed: Partial<Seed> = {
  ...telegramWebhook.seed,
  stripe: {
    endpoints: ["enabled", "disabled"].map((status) => ({
      id: `we_1Q${status}`,
      url: `${address}?tenant=${status}`,
      description: `payments, ${status}`,
      enabledEvents: ["customer.created"],
      status: status as "enabled" | "disabled",
    })),
    destinations: [
      {
        id: "ed_test_61every",
        name: "thin events",
        url: `${address}/v2`,
        enabledEvents: ["v1.billing.meter.no_meter_found"],
        status: "enabled",
      },
      {
        id: "ed_test_61connected",
        name: "of connected accounts",
        url: `${address}/v2/connected`,
        enabledEvents: ["v1.billing.meter.no_meter_found"],
        status: "enabled",
        eventsFrom: "other_accounts",
      },
    ],
  },
  twilio: {
    ...emptySeed.twilio,
    numbers: [
      { sid: sid("PN", 1), phoneNumber: "+33186261234", friendlyName: "Paris", ...urls },
      {
        sid: sid("PN", 2),
        phoneNumber: "+33186261235",
        friendlyName: "by an application",
        voiceApplicationSid: sid("AP", 1),
        smsApplicationSid: sid("AP", 1),
        ...urls,
      },
    ],
    applications: [
      { sid: sid("AP", 1), friendlyName: "switchboard", ...urls, messageStatusCallback: `${address}/message` },
    ],
    messagingServices: [
      {
        sid: sid("MG", 1),
        friendlyName: "reminders",
        inboundRequestUrl: `${address}/inbound`,
        fallbackUrl: `${address}/inbound/fallback`,
        statusCallback: `${address}/inbound/status`,
      },
    ],
  },
  pushSubscriptions: [{ name: "orders-to-handler", topic: "orders", pushEndpoint: `${address}?source=orders` }],
  jobs: ["hourly", "paused"].map((job) => ({
    name: `${job}-report`,
    region: from,
    cron: "0 * * * *",
    timeZone: "UTC",
    uri: `${address}?report=${job}`,
    paused: job === "paused",
  })),
};

const kind: Kind = {
  ...telegramWebhook,
  seed,
  line: ", trigger: https, holders: [stripe, twilio, telegram, scheduler, push]",
};

const ofTime = ["updated", "date_updated", "userUpdateTime", "scheduleTime", "lastAttemptTime"];

/** Records of all holders, without what changes by itself. */
async function holdersIn(scene: Scene): Promise<Record<string, unknown>> {
  const account = `2010-04-01/Accounts/${emptySeed.twilio.account}`;
  const paths = [
    "v1/webhook_endpoints/we_1Qenabled",
    "v1/webhook_endpoints/we_1Qdisabled",
    "v2/core/event_destinations/ed_test_61every?include[0]=webhook_endpoint.url",
    "v2/core/event_destinations/ed_test_61connected?include[0]=webhook_endpoint.url",
    `${account}/IncomingPhoneNumbers/${sid("PN", 1)}.json`,
    `${account}/IncomingPhoneNumbers/${sid("PN", 2)}.json`,
    `${account}/Applications/${sid("AP", 1)}.json`,
    `messaging.twilio.com/v1/Services/${sid("MG", 1)}`,
    `pubsub.googleapis.com/v1/projects/${project}/subscriptions/orders-to-handler`,
    `cloudscheduler.googleapis.com/v1/projects/${project}/locations/${from}/jobs/hourly-report`,
    `cloudscheduler.googleapis.com/v1/projects/${project}/locations/${from}/jobs/paused-report`,
  ];
  const records: Record<string, unknown> = { bot: await kind.look?.(scene) };
  for (const path of paths) {
    const record = Object.entries(await scene.ask("GET", path));
    // Of a job, `status` is that of its last run.
    const others = record.filter(
      ([field, value]) => !ofTime.includes(field) && !(field === "status" && typeof value === "object"),
    );
    records[path] = Object.fromEntries(others);
  }
  return records;
}

let program: Program;
beforeAll(async () => {
  program = await bundleProgram();
});
afterAll(() => program?.remove());

it("leads each address of each holder to the new copy, and on a rollback back, and changes nothing else", async () => {
  const scene = await openScene({ ...kind, sendsAtPoints: false, disturbances: [] }, program);
  try {
    const before = await holdersIn(scene);
    const begun = await scene.run(begin);
    expect([begun.code, begun.text]).toEqual([5, expect.stringContaining("a first real request")]);
    const text = JSON.stringify(before);
    expect(text.split(address).length - 1).toBe(27);
    expect(await holdersIn(scene)).toEqual(JSON.parse(text.replaceAll(address, addressIn(to))));
    const back = await scene.run(["migrate", "rollback", name]);
    expect([back.code, back.text]).toEqual([5, expect.stringContaining("Waiting for 7 days without a request")]);
    expect(await holdersIn(scene)).toEqual(before);
    await scene.advance(8 * 86_400_000);
    const ended = await scene.run(["migrate", "resume", name]);
    expect([ended.code, ended.text]).toEqual([0, expect.stringContaining("is as it was before the move")]);
    expect(await holdersIn(scene)).toEqual(before);
  } finally {
    await scene.close();
  }
}, 120_000);

it("leads one over that is switched off, and waits for no request that it would not send", async () => {
  const [, disabled] = seed.stripe?.endpoints ?? [];
  const { functions = [] } = seed;
  const off: Kind = {
    ...kind,
    seed: { functions, stripe: { endpoints: disabled === undefined ? [] : [disabled] } },
    line: ", trigger: https",
    environment: "",
    sendsAtPoints: false,
    disturbances: [],
  };
  const { prepare: _, ...unprepared } = off;
  const scene = await openScene(unprepared, program);
  try {
    const begun = await scene.run(begin);
    expect([begun.code, begun.text]).toEqual([5, expect.stringContaining("Waiting for 7 days without a request")]);
    const { url, status } = await scene.ask("GET", "v1/webhook_endpoints/we_1Qdisabled");
    expect([url, status]).toEqual([`${addressIn(to)}?tenant=disabled`, "disabled"]);
  } finally {
    await scene.close();
  }
}, 120_000);
