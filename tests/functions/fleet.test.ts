import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { manifest, root } from "../story/fleet.ts";
import { admin, call, refusalOf, send } from "./invoke.ts";
import { db } from "./surroundings.ts";

type Exports = Readonly<Record<string, { run(request: never): unknown }>>;
let fleet: Exports;

beforeAll(async () => {
  fleet = (await import("../../src/functions/src/index.ts")) as unknown as Exports;
});

const callables = [...manifest.functions.values()].filter(({ trigger }) => (trigger ?? "callable") === "callable");

/** Whom a visitor without an account reaches, on purpose. */
const open = [
  "detectCountry",
  "getExchangeRates",
  "reportClientError",
  "sendContactMessage",
  "trackBloggerClick",
  "trackChatterClick",
  "trackGroupAdminClick",
  "trackInfluencerClick",
];

function target(name: string) {
  const found = fleet[name];
  if (found === undefined) throw new Error(`no function ${name}`);
  return found;
}

it("lets nobody who has not signed in reach anything but what is meant for visitors", async () => {
  const heard = await Promise.all(
    callables
      .filter(({ name }) => !open.includes(name))
      .map(async ({ name }) => `${name} ${await refusalOf(target(name), null, {})}`),
  );
  expect(heard.filter((line) => !line.endsWith(" unauthenticated: Sign in first."))).toEqual([]);
  expect(heard.length).toBe(callables.length - open.length);
}, 120_000);

it("lets nobody but administrators into the back office", async () => {
  const backOffice = callables.filter(
    ({ name }) =>
      /^admin[A-Z]|^(approve|reject)Profile$|^(list|start)Backup|^getSystemStatus$|^muteAlert$/.test(name) ||
      /^payment(List|Get|Approve|Reject|Retry|Settle)|^(create|retry|reverse|list)ProviderTransfer|^(capture|refund)Payment/.test(
        name,
      ) ||
      /PaymentMetrics$|PaymentHealth$|PaymentAlerts?$|PayPalPayout/.test(name),
  );
  expect(backOffice.length).toBeGreaterThan(210);
  const callers = [{ uid: "anna" }, { uid: "lea", role: "provider" }, { uid: "carl", role: "Admin" }];
  const heard = await Promise.all(
    backOffice.flatMap(({ name }) =>
      callers.map(async (caller) => `${name} ${await refusalOf(target(name), caller, { id: "x" })}`),
    ),
  );
  expect(heard.filter((line) => !line.endsWith(" permission-denied: Administrators only."))).toEqual([]);
  expect((await db.listCollections()).map(({ id }) => id)).toEqual([]);
}, 120_000);

it("tells whoever sends nonsense which field is wrong, and writes nothing", async () => {
  await db.doc("chatter_profiles/boss").set({ status: "active" });
  const nonsense = {
    id: "a/b",
    limit: "many",
    after: "",
    from: "yesterday",
    ids: "all",
    requestId: 7,
    returnTo: 1,
    status: {},
    role: 5,
  };
  const heard = await Promise.all(
    // startBackup takes no input, and would ask Google itself for an export.
    callables
      .filter(({ name }) => name !== "startBackup")
      .map(async ({ name }) => [name, await refusalOf(target(name), admin, nonsense)] as const),
  );
  const wrong = heard.filter(([, answer]) => /^undefined|^internal|TypeError|undefined:/.test(answer));
  expect(wrong).toEqual([]);
  const told = heard.filter(([, answer]) => answer.startsWith("invalid-argument: "));
  expect(told.length).toBeGreaterThan(190);
  const collections = (await db.listCollections()).map(({ id }) => id);
  expect(collections).toEqual(["chatter_profiles"]);
}, 120_000);

it("answers a browser that has not signed in with 401, and one that sends no JSON with 400", async () => {
  const headers = { "content-type": "application/json" };
  const unsigned = await send("createPaymentIntent", target("createPaymentIntent"), { headers, body: '{"data":{}}' });
  expect(unsigned).toEqual({
    status: 401,
    body: '{"error":{"message":"Sign in first.","status":"UNAUTHENTICATED"}}',
  });
  const forged = await send("createPaymentIntent", target("createPaymentIntent"), {
    headers: { ...headers, authorization: "Bearer forged" },
    body: '{"data":{}}',
  });
  expect(forged.status).toBe(401);
  const form = await send("createPaymentIntent", target("createPaymentIntent"), {
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: "data=1",
  });
  expect(form.status).toBe(400);
});

it("names the function itself wherever the ledger is used, so that its records can be found by it", () => {
  const folder = join(root, "src/functions/src");
  const found: [string, string][] = [];
  for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".ts") || file.endsWith("ledger.ts")) continue;
    const text = readFileSync(join(folder, file), "utf8");
    for (const [, name] of text.matchAll(/\bfunction: "(\w+)"/g)) found.push([file, name ?? ""]);
    // In the families' arguments the name stands beside the export it belongs to.
    for (const [, exported, name] of text.matchAll(/export const (\w+) =[^;]*?\bname: "(\w+)"/g)) {
      expect(name, file).toBe(exported);
      found.push([file, name ?? ""]);
    }
  }
  expect(found.map(([, name]) => name).filter((name) => !manifest.functions.has(name))).toEqual([]);
  const known = new Set(found.map(([, name]) => name));
  const triggers = [...manifest.functions.values()]
    .filter(({ trigger }) => trigger === "event")
    .map(({ name }) => name);
  // A photo is shown by the storage's own generation, which needs no record.
  expect(triggers.filter((name) => !known.has(name))).toEqual(["onProfilePhotoUploaded"]);
});

it("uses no other way of remembering what was done than the ledger", () => {
  const folder = join(root, "src/functions/src");
  const using = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (file) => file.endsWith(".ts") && readFileSync(join(folder, file), "utf8").includes("processed_events"),
  );
  expect(using).toEqual(["ledger.ts"]);
});

const chatters = "chatter_profiles";

it("changes, records and repeats nothing twice in the back office", async () => {
  await db.doc(`${chatters}/carl`).set({ status: "pending", balanceCents: 500 });
  const approve = () => call(target("adminApproveChatter"), admin, { id: "carl", reason: "passed" });
  const answers = await Promise.all([approve(), approve()]);
  expect(answers.filter(({ changed }) => changed)).toHaveLength(1);
  const adjust = (requestId: string) =>
    call(target("adminAdjustChatterBalance"), admin, { id: "carl", requestId, changeCents: -200, reason: "double" });
  await Promise.all([adjust("r1"), adjust("r1")]);
  await adjust("r2");
  expect((await db.doc(`${chatters}/carl`).get()).data()).toMatchObject({
    status: "active",
    statusReason: "passed",
    balanceCents: 100,
  });
  const events = await db.collection("admin_events").get();
  expect(events.docs.map((event) => event.get("event")).sort()).toEqual([
    "chatter.approved",
    "chatter.balance-adjusted",
    "chatter.balance-adjusted",
  ]);
  expect(
    await refusalOf(target("adminAdjustChatterBalance"), admin, { id: "carl", changeCents: 5, reason: "x" }),
  ).toMatch(/^invalid-argument: requestId: /);
});

it("lists, counts and exports what is there", async () => {
  const people = [
    ["a", "active", 100],
    ["b", "active", 250],
    ["c", "pending", 0],
  ] as const;
  for (const [index, [id, status, balanceCents]] of people.entries()) {
    const createdAt = new Date(Date.UTC(2026, 10, 1 + index));
    await db
      .doc(`${chatters}/${id}`)
      .set({ displayName: `=SUM(${id}),"x"`, status, balanceCents, createdAt, country: "FR" });
  }
  const { items, next } = await call(target("adminListChatters"), admin, { limit: 2 });
  expect([(items as { id: string }[]).map(({ id }) => id), next]).toEqual([["c", "b"], "b"]);
  const pending = await call(target("adminListPendingChatters"), admin, {});
  expect((pending.items as { id: string }[]).map(({ id }) => id)).toEqual(["c"]);
  const stats = await call(target("adminChatterStats"), admin, { from: "2026-11-02", to: null });
  expect(stats).toEqual({
    by: "status",
    rows: [
      { value: "pending", count: 1, sum: 0 },
      { value: "active", count: 1, sum: 250 },
      { value: "suspended", count: 0, sum: 0 },
      { value: "banned", count: 0, sum: 0 },
    ],
  });
  const { csv, complete } = await call(target("adminExportChatters"), admin, {});
  expect(complete).toBe(true);
  expect(String(csv).split("\r\n").slice(0, 2)).toEqual([
    "id,displayName,country,status,affiliateCode,balanceCents,createdAt",
    expect.stringMatching(/^c,"'=SUM\(c\),""x""",FR,pending,,0,"\{/),
  ]);
});

it("changes all of a bulk or none", async () => {
  for (const id of ["a", "b"]) await db.doc(`${chatters}/${id}`).set({ status: "pending" });
  expect(await refusalOf(target("adminBulkApproveChatters"), admin, { ids: ["a", "gone"] })).toBe(
    "not-found: One of them is not in chatter_profiles; nothing was changed.",
  );
  expect((await db.doc(`${chatters}/a`).get()).get("status")).toBe("pending");
  expect(await call(target("adminBulkApproveChatters"), admin, { ids: ["a", "b", "a"] })).toEqual({ changed: 2 });
  expect((await db.doc(`${chatters}/b`).get()).get("status")).toBe("active");
});
