import { afterAll, beforeAll, expect, it } from "vitest";
import { emptySeed, type Seed } from "../../../src/sandbox/seed.ts";
import { begin } from "./history.ts";
import { telegramWebhook } from "./kinds/telegram.ts";
import { bundleProgram, type Program } from "./program.ts";
import { from, type Kind, name, openScene, project, type Scene, to } from "./scene.ts";

/* One function that holders of every kind lead to, in every field that has an address: all are led over, and back. */

const hostIn = (region: string): string => `${region}-${project}.cloudfunctions.net`;
const addressIn = (region: string): string => `https://${hostIn(region)}/${name}`;
const queue = `cloudtasks.googleapis.com/v2/projects/${project}/locations/${from}/queues/reports`;
const address = addressIn(from);
const job = (report: string): string =>
  `cloudscheduler.googleapis.com/v1/projects/${project}/locations/${from}/jobs/${report}-report`;
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
  queues: [{ name: "reports", region: from }],
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
  line: ", trigger: https, holders: [stripe, twilio, telegram, scheduler, task-queue, push]",
  async prepare(scene) {
    await telegramWebhook.prepare?.(scene);
    await scene.ask("PATCH", `${queue}?updateMask=httpTarget`, {
      httpTarget: {
        httpMethod: "PUT",
        uriOverride: {
          scheme: "HTTPS",
          host: hostIn(from),
          pathOverride: { path: `/${name}/report` },
          queryOverride: { queryParams: "of=queue" },
          uriOverrideEnforceMode: "ALWAYS",
        },
        oidcToken: { serviceAccountEmail: `reports@${project}.iam.gserviceaccount.com`, audience: address },
      },
    });
  },
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
    queue,
    job("hourly"),
    job("paused"),
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
    expect(text.split(hostIn(from)).length - 1).toBe(29);
    expect(await holdersIn(scene)).toEqual(JSON.parse(text.replaceAll(hostIn(from), hostIn(to))));
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

it.each([
  ["callable", `onCall(() => 1)`, "https"],
  ["task", "onTaskDispatched(() => {})", "tasks"],
])(
  "leads what was made by hand over to a function of another kind, too: %s",
  async (trigger, made, module) => {
    const [hourly] = seed.jobs ?? [];
    const wrap = /\w+/.exec(made)?.[0] ?? "";
    const called: Kind = {
      seed: {
        functions: [{ name, region: from, trigger: trigger as "callable" | "task", runtime: "nodejs22" }],
        jobs: hourly === undefined ? [] : [hourly],
      },
      files: {
        "functions/index.js": `import { ${wrap} } from "firebase-functions/v2/${module}";\nexport const ${name} = ${made};\n`,
      },
      line: `, trigger: ${trigger}`,
      hasLedger: true,
      eventOf: () => null,
      send: async () => [],
      patienceMs: 0,
      sendsAtPoints: false,
    };
    const scene = await openScene(called, program);
    try {
      const begun = await scene.run(begin);
      expect([begun.code, begun.text]).toEqual([5, expect.stringContaining("a first real request")]);
      const { httpTarget } = await scene.ask("GET", job("hourly"));
      expect(httpTarget).toEqual(expect.objectContaining({ uri: `${addressIn(to)}?report=hourly` }));
    } finally {
      await scene.close();
    }
  },
  120_000,
);

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
