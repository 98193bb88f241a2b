import { createHmac, randomBytes, randomInt } from "node:crypto";
import type { GoogleWriter } from "../../clients/google-write.ts";
import { bringAboutEvent, bringsAbout } from "../../clients/stripe-test-events.ts";
import { canonicalUrl } from "../../model/function-url.ts";
import type { HolderKind } from "../../model/holders.ts";
import type { HolderRef, MovePlan } from "../../model/move.ts";
import { Refused, type Rehearsal, Unseen } from "../ports/world.ts";
import type { HolderAdapter } from "./holders.ts";
import type { ProviderAccess } from "./provider-adapters.ts";
import { seen } from "./seen.ts";

export interface RehearsalOptions {
  readonly google: GoogleWriter;
  readonly project: string;
  readonly access: ProviderAccess;
  readonly adapters: ReadonlyMap<HolderKind, HolderAdapter>;
}

/** Handlers may take their time; a cold start is part of what is rehearsed. */
const answerMs = 60_000;
const json = { "content-type": "application/json" };

/**
 * Test events, sent as their senders would: Stripe makes one in test mode; requests of Twilio and Telegram are signed as
 * theirs are. Whoever makes this has seen to it that no customer depends on the environment.
 */
export function createRehearsal({ google, project, access, adapters }: RehearsalOptions): Rehearsal {
  return {
    async lacking(move) {
      if (move.kind === "task" || move.kind === "callable") return null;
      if (move.kind !== "webhook") {
        return `an event that ${move.function} listens to: bring one about in ${move.environment} as its users do (write a document, upload a file)`;
      }
      const lacking: (string | null)[] = [];
      for (const [kind, holders] of byKind(move)) {
        const sending = await sendingOf(kind, holders);
        if (sending.length > 0) lacking.push(lackingOf(kind, sending));
      }
      return lacking.length === 0 || lacking.includes(null) ? null : lacking.join("; ");
    },

    async send(move) {
      if (move.kind === "task") return toQueue(move);
      if (move.kind === "callable") return toCallable(move);
      for (const [kind, holders] of byKind(move)) {
        if (kind === "stripe") await asStripe(holders);
        else if (kind === "twilio") await asTwilio(move);
        else if (kind === "telegram") await asTelegram(move);
      }
    },
  };

  /** Null: it can be sent. Else what people have to bring about. */
  function lackingOf(kind: HolderKind, sending: readonly Sending[]): string | null {
    if (kind === "twilio" || kind === "telegram") return null;
    if (kind !== "stripe")
      return `an event of ${kind}: bring one about at ${sending.map(({ label }) => label).join(" and ")}`;
    const types = typesOf(sending);
    if (bringsAbout(types) !== null) return null;
    return `an event of Stripe's test mode: \`stripe trigger ${types[0] ?? "TYPE"}\` brings one about`;
  }

  /** Those that are not switched off, as they are now. */
  async function sendingOf(kind: HolderKind, holders: readonly HolderRef[]): Promise<readonly Sending[]> {
    const adapter = adapters.get(kind);
    if (adapter === undefined) throw new Unseen(`access to ${kind}, which this environment does not configure`);
    const sending: Sending[] = [];
    for (const { id, label } of holders) {
      const record = await seen(`${kind} ${label}`, () => adapter.read(id));
      if (record !== null && adapter.isActive(record)) sending.push({ label, record });
    }
    return sending;
  }

  async function asStripe(holders: readonly HolderRef[]): Promise<void> {
    if (access.stripe === null) throw new Unseen("access to Stripe, which this environment does not configure");
    const { endpoint, signal, fetch, stripe } = access;
    const types = typesOf(await sendingOf("stripe", holders));
    await seen("a test event of Stripe", () => bringAboutEvent({ endpoint, signal, fetch, key: stripe.key }, types));
  }

  async function asTwilio(move: MovePlan): Promise<void> {
    if (access.twilio === null) throw new Unseen("access to Twilio, which this environment does not configure");
    const { account, token } = access.twilio;
    const call = { AccountSid: account, CallSid: `CA${randomBytes(16).toString("hex")}`, CallStatus: "completed" };
    // Twilio's own number for tests.
    const fields = { ...call, Direction: "inbound", From: "+15005550006", To: "+15005550006" };
    const headers = {
      "content-type": "application/x-www-form-urlencoded",
      "x-twilio-signature": signature(token, canonicalUrl(project, move.to, move.function), fields),
    };
    await sent(move, "a request signed as Twilio's", headers, new URLSearchParams(fields).toString());
  }

  async function asTelegram(move: MovePlan): Promise<void> {
    const secret = access.telegram?.secret?.value ?? null;
    const headers = { ...json, ...(secret === null ? {} : { "x-telegram-bot-api-secret-token": secret }) };
    await sent(move, "an update as Telegram's", headers, JSON.stringify({ update_id: randomInt(1, 2 ** 31) }));
  }

  async function toCallable(move: MovePlan): Promise<void> {
    const status = await posted(move, "a test call", json, '{"data":null}');
    if (status < 300) return;
    // What a callable rightly says to whoever is not signed in, or sends nothing that it can use.
    if (status !== 400 && status !== 401 && status !== 403) throw refused(move, "a test call", status);
    throw new Unseen(
      `a call to ${move.function} in ${move.to} from a test client: one without data and signing in was answered with ${status}`,
    );
  }

  /** A task as the code enqueues it, with nothing in it. */
  async function toQueue({ function: name, to }: MovePlan): Promise<void> {
    const place = `projects/${project}/locations/${to}`;
    const url = canonicalUrl(project, to, name);
    await seen(`a test task for ${name} in ${to}`, async () => {
      const { serviceConfig } = await google.get(`https://cloudfunctions.googleapis.com/v2/${place}/functions/${name}`);
      const account = (serviceConfig as { serviceAccountEmail?: unknown } | undefined)?.serviceAccountEmail;
      const request = { url, httpMethod: "POST", headers: json, body: Buffer.from('{"data":{}}').toString("base64") };
      const token = typeof account === "string" ? { serviceAccountEmail: account, audience: url } : null;
      const httpRequest = token === null ? request : { ...request, oidcToken: token };
      const tasks = `https://cloudtasks.googleapis.com/v2/${place}/queues/${name}/tasks`;
      await google.post(tasks, { task: { httpRequest } }, { repeatable: false });
    });
  }

  async function sent(move: MovePlan, what: string, headers: Record<string, string>, body: string): Promise<void> {
    const status = await posted(move, what, headers, body);
    if (status < 200 || status >= 300) throw refused(move, what, status);
  }

  /** The status of the copy's answer. */
  async function posted(
    { function: name, to }: MovePlan,
    what: string,
    headers: Record<string, string>,
    body: string,
  ): Promise<number> {
    const { base } = access.endpoint;
    const url = base === null ? canonicalUrl(project, to, name) : `${base}/${project}/${to}/${name}`;
    try {
      const signal = AbortSignal.any([access.signal, AbortSignal.timeout(answerMs)]);
      const response = await access.fetch(url, { method: "POST", headers, body, signal, redirect: "manual" });
      await response.body?.cancel();
      return response.status;
    } catch {
      access.signal.throwIfAborted();
      throw new Unseen(`${name} in ${to} to answer ${what}`);
    }
  }
}

/** A holder with its record. */
interface Sending {
  readonly label: string;
  readonly record: Readonly<Record<string, unknown>>;
}

/** Types of events that endpoints of Stripe ask for. */
function typesOf(endpoints: readonly Sending[]): readonly string[] {
  const lists = endpoints.map(({ record }) => record.enabled_events);
  return [...new Set(lists.flatMap((types) => (Array.isArray(types) ? types.map(String) : [])))];
}

/** Holders that the move leads over, by their kind. */
function byKind({ steps }: MovePlan): ReadonlyMap<HolderKind, readonly HolderRef[]> {
  const holders = steps.flatMap(({ action }) => (action.do === "switch-holder" ? [action.holder] : []));
  return Map.groupBy(holders, ({ kind }) => kind);
}

function refused({ function: name, to }: MovePlan, what: string, status: number): Refused {
  return new Refused(
    `${name} in ${to} answered ${what} with ${status}: so it would answer the real ones. Mend the handler, deploy it, and resume.`,
  );
}

/** The whole public address, then each field's name and value, sorted by name. */
function signature(token: string, url: string, fields: Readonly<Record<string, string>>): string {
  const text = Object.keys(fields)
    .sort()
    .map((name) => `${name}${fields[name]}`)
    .join("");
  return createHmac("sha1", token).update(`${url}${text}`).digest("base64");
}
