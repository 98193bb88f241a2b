import { readFileSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import { ask, testClock } from "./client.ts";
import { archiveOf, deployCode, deployFirst } from "./deployed-code.ts";
import type { DeliveryRow } from "./senders/sandbox.ts";
import { smallSeed } from "./small-seed.ts";

const versionOf = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../node_modules/${name}/package.json`, import.meta.url), "utf8"))
    .version as string;

/** Each handler prints what it got. */
const code = `
const v1 = require("firebase-functions/v1");
const v2 = require("firebase-functions/v2/identity");
const note = (what, user, more) => console.log(JSON.stringify({ what, user, ...more }));
const seen = (context) => ({ id: context.eventId, type: context.eventType, resource: context.resource });
let failed = false;
exports.onCame = v1.auth.user().onCreate((user, context) => {
  note("came", user.toJSON(), seen(context));
  if (user.email === "fails@example.com" && !failed) {
    failed = true;
    throw new Error("told to fail at first");
  }
});
exports.onWent = v1.auth.user().onDelete((user, context) => note("went", user.toJSON(), seen(context)));
exports.onCameSecond = v2.onUserCreated((event) =>
  note("came second", event.data.toJSON(), { type: event.type, project: event.project, subject: event.subject }));
exports.onWentSecond = v2.onUserDeleted((event) => note("went second", event.data.toJSON(), { type: event.type }));
`;

const clock = testClock("2026-11-28T09:00:00.000Z");
const users = "_sandbox/auth/users";
let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ folder: null, seed: smallSeed, now: clock.now });
  const packages = {
    "firebase-functions": versionOf("firebase-functions"),
    "firebase-admin": versionOf("firebase-admin"),
  };
  const archive = archiveOf({ "index.js": code }, packages);
  const on = (event: string, failurePolicy?: object) => ({
    eventType: `providers/firebase.auth/eventTypes/user.${event}`,
    resource: "projects/acme-test",
    failurePolicy,
  });
  await deployFirst(sandbox, archive, [
    // As it is while a function moves: the same in two regions.
    { id: "onCame", region: "us-central1", eventTrigger: on("create", { retry: {} }) },
    { id: "onCame", region: "europe-west3", eventTrigger: on("create", { retry: {} }) },
    { id: "onWent", region: "us-central1", eventTrigger: on("delete") },
    { id: "onWent", region: "europe-west3", eventTrigger: on("delete") },
  ]);
  const second = (type: string) => ({
    eventType: `google.firebase.auth.user.v2.${type}`,
    triggerRegion: "global",
    eventFilters: [],
  });
  await deployCode(sandbox, archive, [
    { id: "onCameSecond", region: "europe-west1", eventTrigger: second("created") },
    { id: "onWentSecond", region: "europe-west1", eventTrigger: second("deleted") },
  ]);
});
beforeEach(async () => {
  await advance(1);
  await ask(sandbox, "DELETE", "_sandbox/output");
});
afterAll(() => sandbox.close());

async function advance(advanceMs: number): Promise<void> {
  const { body } = await ask(sandbox, "POST", "_sandbox/clock", { advanceMs });
  expect(body.failures).toEqual([]);
}

interface Seen {
  readonly region: string;
  readonly what: string;
  readonly user: Record<string, unknown>;
  readonly id?: string;
  readonly type?: string;
}

async function seen(): Promise<Seen[]> {
  const { body } = await ask(sandbox, "GET", "_sandbox/output");
  const lines = body.lines as { region: string; text: string }[];
  return lines
    .flatMap(({ region, text }) => (text.startsWith("{") ? [{ region, ...JSON.parse(text) } as Seen] : []))
    .sort((one, other) => (`${one.region} ${one.what}` < `${other.region} ${other.what}` ? -1 : 1));
}

async function deliveries(after = 0): Promise<(DeliveryRow & { number: number })[]> {
  const { body } = await ask(sandbox, "GET", `_sandbox/deliveries?sender=auth&after=${after}`);
  return body.deliveries as (DeliveryRow & { number: number })[];
}

describe("users of Firebase Auth", () => {
  it("are told to every copy that listens, in both regions and generations, as its SDK reads them", async () => {
    const { now } = (await ask(sandbox, "GET", "_sandbox/clock")).body;
    const created = await ask(sandbox, "POST", users, {
      uid: "anna",
      email: "anna@example.com",
      displayName: "Anna",
      photoURL: "https://example.com/anna.png",
      customClaims: { role: "client" },
    });
    expect(created.status).toBe(201);
    const metadata = { createdAt: now, lastSignedInAt: now };
    expect(created.body).toMatchObject({ uid: "anna", emailVerified: false, disabled: false, metadata });
    await advance(1);
    const user = {
      uid: "anna",
      email: "anna@example.com",
      emailVerified: false,
      displayName: "Anna",
      photoURL: "https://example.com/anna.png",
      phoneNumber: null,
      disabled: false,
      passwordHash: null,
      passwordSalt: null,
      tokensValidAfterTime: null,
      metadata: { creationTime: now, lastSignInTime: now },
      customClaims: { role: "client" },
      providerData: [],
    };
    const first = {
      what: "came",
      user,
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      type: "google.firebase.auth.user.create",
      resource: { service: "firebaseauth.googleapis.com", name: "projects/acme-test" },
    };
    const rows = await seen();
    expect(rows).toEqual([
      {
        region: "europe-west1",
        what: "came second",
        user,
        type: "google.firebase.auth.user.v2.created",
        project: "acme-test",
        subject: "users/anna",
      },
      { region: "europe-west3", ...first },
      { region: "us-central1", ...first },
    ]);
    await ask(sandbox, "DELETE", "_sandbox/output");

    expect((await ask(sandbox, "DELETE", `${users}/anna`)).status).toBe(200);
    await advance(1);
    expect((await seen()).map((row) => [row.region, row.what, row.user.email, row.type])).toEqual([
      ["europe-west1", "went second", "anna@example.com", "google.firebase.auth.user.v2.deleted"],
      ["europe-west3", "went", "anna@example.com", "google.firebase.auth.user.delete"],
      ["us-central1", "went", "anna@example.com", "google.firebase.auth.user.delete"],
    ]);
    expect((await ask(sandbox, "GET", users)).body).toEqual({ users: [] });
  });

  it("are told again, under the same id, to the copy that failed, for the seven days of the first generation", async () => {
    const after = (await deliveries()).at(-1)?.number ?? 0;
    await ask(sandbox, "POST", users, { email: "fails@example.com" });
    await advance(1);
    const name = (region: string) => `projects/acme-test/locations/${region}/functions/onCame`;
    expect((await ask(sandbox, "GET", "_sandbox/backlog")).body.backlog).toEqual({
      [name("us-central1")]: 1,
      [name("europe-west3")]: 1,
    });
    await advance(60_000);
    expect((await ask(sandbox, "GET", "_sandbox/backlog")).body.backlog).toEqual({});
    for (const region of ["us-central1", "europe-west3"]) {
      const tries = (await deliveries(after)).filter(({ copy }) => copy === `${region}/onCame`);
      expect(tries.map(({ attempt, status }) => [attempt, status])).toEqual([
        [1, 500],
        [2, 204],
      ]);
      expect(new Set(tries.map(({ event }) => event)).size).toBe(1);
    }
    await ask(sandbox, "POST", "_sandbox/disturbances", {
      match: { sender: "auth", urlIncludes: "us-central1" },
      do: { kind: "refuse", status: 503 },
    });
    const { now } = (await ask(sandbox, "GET", "_sandbox/clock")).body;
    const before = (await deliveries()).at(-1)?.number ?? 0;
    await ask(sandbox, "POST", users, { email: "late@example.com" });
    await advance(9 * 86_400_000);
    const tries = (await deliveries(before)).filter(({ copy }) => copy === "us-central1/onCame");
    const last = Date.parse(tries.at(-1)?.at ?? "") - Date.parse(String(now));
    expect(last).toBeGreaterThan(7 * 86_400_000 - 600_001);
    expect(last).toBeLessThanOrEqual(7 * 86_400_000);
    await ask(sandbox, "DELETE", "_sandbox/disturbances");
    await advance(86_400_000);
    expect((await seen()).filter((row) => row.user.email === "late@example.com").map(({ region }) => region)).toEqual([
      "europe-west1",
      "europe-west3",
    ]);
  });

  it("are refused where they cannot be, and nobody hears of them", async () => {
    await ask(sandbox, "POST", users, { uid: "one", email: "one@example.com" });
    await advance(1);
    await ask(sandbox, "DELETE", "_sandbox/output");
    const refusal = async (body: object) => {
      const { status, body: answer } = await ask(sandbox, "POST", users, body);
      return [status, (answer.error as { message: string }).message];
    };
    expect(await refusal({ uid: "one" })).toEqual([409, "There is a user with the uid one already."]);
    expect(await refusal({ email: "one@example.com" })).toEqual([
      409,
      "There is a user with the email one@example.com already.",
    ]);
    expect(await refusal({ mail: "x@example.com" })).toEqual([
      400,
      "A user has no `mail`; it has uid, email, emailVerified, displayName, photoURL, phoneNumber, disabled, customClaims, providerData.",
    ]);
    expect(await refusal({ disabled: "yes" })).toEqual([400, "`disabled` must be a boolean."]);
    const missing = await ask(sandbox, "DELETE", `${users}/nobody`);
    expect([missing.status, (missing.body.error as { message: string }).message]).toEqual([
      404,
      "There is no user nobody.",
    ]);
    await advance(1);
    expect(await seen()).toEqual([]);
  });
});
