import { FieldValue, Timestamp } from "@google-cloud/firestore";
import { telegramBot } from "../../flows/project.ts";
import type { Clients } from "./clients.ts";
import { defaultAccount, type Town } from "./town.ts";

/** Who sends, and how often; what was sent, by the name under which its effect is counted. */
export interface Source {
  readonly name: string;
  /** Of the sandbox's clock. */
  readonly perSecond: number;
  /** Sends one; resolves when it is sent, or, where a person waits for the answer, answered. */
  send(): Promise<void>;
  /** All that was sent. */
  sent(): Promise<readonly string[]>;
  /** How often what the ledger knows nothing of took effect. */
  effects?(): Promise<ReadonlyMap<string, number>>;
}

/** A hundred a second of all kinds. What follows from them comes on top: triggers, callbacks, events of subscriptions. */
export function sourcesOf(town: Town, clients: Clients): readonly Source[] {
  return [
    stripeEvents(town, 28),
    commissions(town, 20),
    clicks(town, clients, 16),
    telegramUpdates(town, 10),
    incomingCalls(town, 8),
    ...(["Chatter", "Influencer", "Blogger", "GroupAdmin"] as const).map((role) =>
      registrations(town, clients, role, 2),
    ),
    uptimeChecks(town, 5),
    tasks(town, 3),
    subscriptions(town, clients, 2),
  ];
}

/** Payments that somebody gives up: one event each. The events of subscriptions are Stripe's, too. */
function stripeEvents({ stripe }: Town, perSecond: number): Source {
  return {
    name: "Stripe events",
    perSecond,
    async send() {
      const { id } = await stripe.paymentIntents.create({ amount: 4900, currency: "eur", capture_method: "manual" });
      await stripe.paymentIntents.cancel(id);
    },
    async sent() {
      const types = new Set((await stripe.webhookEndpoints.list()).data.flatMap((one) => one.enabled_events));
      const sent: string[] = [];
      for await (const { id, type } of stripe.events.list({ limit: 100 })) {
        if (types.has(type as never)) sent.push(`stripeWebhook:${id}`);
      }
      return sent;
    },
  };
}

/** Documents that a trigger listens to: commissions of 40 chatters. */
function commissions({ db }: Town, perSecond: number): Source {
  const sent: string[] = [];
  let count = 0;
  return {
    name: "Firestore events",
    perSecond,
    async send() {
      count += 1;
      const document = db.doc(`chatter_commissions/commission-${count}`);
      const owner = `chatter-${count % 40}`;
      const { writeTime } = await document.create({ owner, amountCents: 980, createdAt: FieldValue.serverTimestamp() });
      sent.push(`onChatterCommissionCreated:${document.path}@${writeTime.seconds}.${writeTime.nanoseconds}`);
    },
    sent: async () => sent,
  };
}

/** Clicks on one chatter's link, each of a visitor of its own. */
function clicks({ db }: Town, clients: Clients, perSecond: number): Source {
  const sent: string[] = [];
  const code = "CH-222222";
  let link: Promise<unknown> | null = null;
  return {
    name: "clicks",
    perSecond,
    async send() {
      link ??= db.doc(`affiliate_codes/${code}`).set({ owner: "chatter-1", role: "chatter" });
      await link;
      const page = `/from/${sent.length + 1}`;
      sent.push(`trackChatterClick:${page}`);
      await clients.call("trackChatterClick", null, { code, page, visitor: `visitor-${sent.length}` });
    },
    sent: async () => sent,
    async effects() {
      const { docs } = await db.collection("chatter_clicks").get();
      return countBy(docs, (click) => `trackChatterClick:${click.get("page")}`);
    },
  };
}

/** People who write to the bot with a link that was used. */
function telegramUpdates(town: Town, perSecond: number): Source {
  const sent: string[] = [];
  return {
    name: "Telegram updates",
    perSecond,
    async send() {
      const text = `/start ${String(sent.length).padStart(32, "x")}`;
      const asked = { bot: telegramBot.username, text, chat: 2_000 + sent.length };
      const { update } = await town.ask("POST", "_sandbox/telegram/updates", asked);
      sent.push(`telegramChatterBotWebhook:${(update as { update_id: number }).update_id}`);
    },
    sent: async () => sent,
  };
}

/** People who call the number and enter nothing. The end of the call is told to twilioConferenceWebhook. */
function incomingCalls(town: Town, perSecond: number): Source {
  const sent: string[] = [];
  return {
    name: "Twilio calls",
    perSecond,
    async send() {
      const from = `+4915${String(10_000_000 + sent.length)}`;
      const { sid } = await town.ask("POST", "_sandbox/twilio/calls", { from, to: "+33186260440" });
      sent.push(`twilioConferenceWebhook:${sid}:completed`);
    },
    sent: async () => sent,
  };
}

const roles = {
  Chatter: { role: "chatter", more: { languages: ["de"], platforms: [] } },
  Influencer: { role: "influencer", more: { channel: "https://video.example/ada", followers: 7 } },
  Blogger: { role: "blogger", more: { site: "https://blog.example", language: "de" } },
  GroupAdmin: { role: "groupAdmin", more: { groupUrl: "https://group.example", groupMembers: 9 } },
} as const;

/** People who register on the page of their role. Each gets one code. */
function registrations({ db }: Town, clients: Clients, of: keyof typeof roles, perSecond: number): Source {
  const { role, more } = roles[of];
  const name = `register${of}` as const;
  const sent: string[] = [];
  return {
    name: `${name} calls`,
    perSecond,
    async send() {
      const uid = `${role}-person-${sent.length + 1}`;
      sent.push(`${name}:${uid}`);
      await clients.call(name, uid, { displayName: "Ada Beispiel", country: "DE", ...more });
    },
    sent: async () => sent,
    async effects() {
      const { docs } = await db.collection("affiliate_codes").where("role", "==", role).get();
      const registered = docs.filter((code) => String(code.get("owner")).includes("-person-"));
      return countBy(registered, (code) => `${name}:${code.get("owner")}`);
    },
  };
}

/** A monitor that asks whether the platform is up. */
function uptimeChecks({ base, project }: Town, perSecond: number): Source {
  const sent: string[] = [];
  const answered = new Map<string, number>();
  return {
    name: "uptime checks",
    perSecond,
    async send() {
      const check = `healthCheck:${sent.length + 1}`;
      sent.push(check);
      // As monitors do, before they raise an alarm.
      for (let attempt = 1; attempt <= 3 && !answered.has(check); attempt += 1) {
        const { status } = await fetch(`${base}/${project}/europe-west1/healthCheck`);
        if (status === 200) answered.set(check, 1);
      }
    },
    sent: async () => sent,
    effects: async () => answered,
  };
}

/** Tasks of calls whose outcome is decided already: the receiver takes the task, and rings nobody. */
function tasks(town: Town, perSecond: number): Source {
  const sent: string[] = [];
  const queue = `projects/${town.project}/locations/europe-west3/queues/executeScheduledCall`;
  const url = `https://europe-west3-${town.project}.cloudfunctions.net/executeScheduledCall`;
  return {
    name: "tasks",
    perSecond,
    async send() {
      const session = `session-${sent.length + 1}`;
      sent.push(`executeScheduledCall:${session}:0`);
      await town.db.doc(`call_sessions/${session}`).create({
        status: "scheduled",
        // The receiver compares it with the machine's clock, which the sandbox's is ahead of.
        startsAt: Timestamp.fromMillis(Date.now() - 60_000),
        payment: { status: "authorized" },
        settlement: { decision: "cancel", state: "done", attempt: 0 },
      });
      const body = Buffer.from(JSON.stringify({ data: { sessionId: session } })).toString("base64");
      const headers = { "content-type": "application/json" };
      const httpRequest = {
        url,
        httpMethod: "POST",
        headers,
        body,
        oidcToken: { serviceAccountEmail: defaultAccount },
      };
      await town.ask("POST", `cloudtasks.googleapis.com/v2/${queue}/tasks`, { task: { httpRequest } });
    },
    sent: async () => sent,
  };
}

/** Clients who choose a plan on SubscriptionPage and pay on Stripe's page. Each has one subscription in the end. */
function subscriptions({ db, stripe }: Town, clients: Clients, perSecond: number): Source {
  const sent: string[] = [];
  let plan: Promise<unknown> | null = null;
  async function offer(): Promise<void> {
    const price = await stripe.prices.create({
      currency: "eur",
      unit_amount: 1900,
      recurring: { interval: "month" },
      product_data: { name: "Unlimited questions" },
    });
    await db.doc("subscription_plans/unlimited").set({ status: "published", stripePrice: price.id });
  }
  return {
    name: "subscriptions",
    perSecond,
    async send() {
      plan ??= offer();
      await plan;
      const uid = `client-${sent.length + 1}`;
      sent.push(`createSubscriptionCheckout:${uid}`);
      const returnTo = "https://acme.example/plans";
      const answer = await clients.call("createSubscriptionCheckout", uid, { planId: "unlimited", returnTo });
      if (answer === null) return;
      await fetch(String(answer.url), {
        method: "POST",
        redirect: "manual",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams({ email: `${uid}@acme.example`, card: "4242424242424242" }),
      });
    },
    sent: async () => sent,
    async effects() {
      const { docs } = await db.collection("subscriptions").where("status", "==", "active").get();
      return countBy(docs, (subscription) => `createSubscriptionCheckout:${subscription.get("client")}`);
    },
  };
}

function countBy<Item>(items: readonly Item[], name: (item: Item) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(name(item), (counts.get(name(item)) ?? 0) + 1);
  return counts;
}
