import { beforeEach, expect, it } from "vitest";
import { onBloggerArticleAccepted } from "../../src/functions/src/affiliate/blogger/articles.ts";
import { registerBlogger } from "../../src/functions/src/affiliate/blogger/profile.ts";
import {
  onChatterCommissionCreated,
  releaseChatterCommissions,
} from "../../src/functions/src/affiliate/chatter/commissions.ts";
import { listChatterPosts, submitChatterPost } from "../../src/functions/src/affiliate/chatter/posts.ts";
import { getChatterDashboard, registerChatter } from "../../src/functions/src/affiliate/chatter/profile.ts";
import {
  awardChatterMonthlyBonuses,
  updateChatterRankings,
} from "../../src/functions/src/affiliate/chatter/rankings.ts";
import { onChatterRecruited } from "../../src/functions/src/affiliate/chatter/recruitment.ts";
import { trackChatterClick } from "../../src/functions/src/affiliate/chatter/tracking.ts";
import {
  completeChatterTraining,
  getChatterTrainingModule,
} from "../../src/functions/src/affiliate/chatter/training.ts";
import { registerGroupAdmin } from "../../src/functions/src/affiliate/group-admin/profile.ts";
import { registerInfluencer } from "../../src/functions/src/affiliate/influencer/profile.ts";
import { call, createdEvent, refusalOf, runSchedule, updatedEvent } from "./invoke.ts";
import { auth, db } from "./surroundings.ts";

const carl = { uid: "carl" };
const form = { displayName: "Carl", country: "FR" };
const chatterForm = { ...form, languages: ["fr"], platforms: [] };

beforeEach(() => {
  auth.claims.set("carl", JSON.stringify({ newsletter: true }));
  auth.claims.set("dora", "{}");
});

const roles = [
  ["chatter", registerChatter, chatterForm, "chatter", "CH"],
  [
    "influencer",
    registerInfluencer,
    { ...form, channel: "https://youtube.com/@carl", followers: 1_200 },
    "influencer",
    "IN",
  ],
  ["blogger", registerBlogger, { ...form, site: "https://carl.example", language: "fr" }, "blogger", "BL"],
  [
    "groupAdmin",
    registerGroupAdmin,
    { ...form, groupUrl: "https://t.me/carls", groupMembers: 300 },
    "group_admin",
    "GA",
  ],
] as const;

it.each(roles)(
  "registers a %s: profile, code, locked bonus, claim; once, also from two copies",
  async (name, register, data, prefix, code) => {
    const answers = await Promise.all([call(register, carl, data), call(register, carl, data)]);
    expect(answers[0]).toEqual(answers[1]);
    const { affiliateCode } = answers[0];
    expect(affiliateCode).toMatch(new RegExp(`^${code}-[2-9A-HJ-NP-Z]{6}$`));
    const { createdAt, ...profile } = (await db.doc(`${prefix}_profiles/carl`).get()).data() ?? {};
    expect(createdAt.toMillis()).toBeGreaterThan(0);
    expect(profile).toEqual({
      ...data,
      recruiterCode: null,
      affiliateCode,
      status: "pending",
      balanceCents: 0,
      earnedCents: 0,
      bonus: { amountCents: 5_000, currency: "usd", state: "locked", creditedAt: null },
    });
    const codes = await db.collection("affiliate_codes").get();
    expect(codes.docs.map((one) => [one.id, one.get("owner"), one.get("role")])).toEqual([
      [affiliateCode, "carl", name],
    ]);
    expect((await db.collection("registrations").get()).docs.map(({ id }) => id)).toEqual([`${name}_carl`]);
    expect(auth.claimsOf("carl")).toEqual({ newsletter: true, affiliate: [name] });
  },
);

it("sets the claim at the next call, where the first died before it had", async () => {
  auth.instead.push(() => ({ status: 500, body: { error: { message: "INTERNAL" } } }));
  expect(await refusalOf(registerChatter, carl, chatterForm)).not.toBe("accepted");
  expect((await db.doc("chatter_profiles/carl").get()).exists).toBe(true);
  await call(registerChatter, carl, chatterForm);
  expect(auth.claimsOf("carl")).toEqual({ newsletter: true, affiliate: ["chatter"] });
  await call(registerInfluencer, carl, roles[1][2]);
  expect(auth.claimsOf("carl")).toEqual({ newsletter: true, affiliate: ["chatter", "influencer"] });
});

it.each([
  ["nobody", null, chatterForm, "unauthenticated: Sign in first."],
  [
    "a country in words",
    carl,
    { ...chatterForm, country: "France" },
    "invalid-argument: country: expected a two-letter country code",
  ],
  [
    "no language",
    carl,
    { ...chatterForm, languages: [] },
    "invalid-argument: languages: Too small: expected array to have >=1 items",
  ],
  [
    "a recruiter nobody knows",
    carl,
    { ...chatterForm, recruiterCode: "CH-AAAAAA" },
    "invalid-argument: recruiterCode: nobody in this programme has this code",
  ],
  [
    "a recruiter of another programme",
    carl,
    { ...chatterForm, recruiterCode: "IN-BBBBBB" },
    "invalid-argument: recruiterCode: nobody in this programme has this code",
  ],
  [
    "a code with a slash",
    carl,
    { ...chatterForm, recruiterCode: "CH/../x" },
    "invalid-argument: recruiterCode: nobody in this programme has this code",
  ],
])("refuses to register with %s, and writes nothing", async (_, caller, data, refusal) => {
  await db.doc("affiliate_codes/IN-BBBBBB").set({ owner: "ina", role: "influencer" });
  expect(await refusalOf(registerChatter, caller, data)).toBe(refusal);
  expect((await db.collection("chatter_profiles").get()).size).toBe(0);
});

it("makes whoever came by a recruiter's code that recruiter's recruit, who hears of it once", async () => {
  await db.doc("affiliate_codes/CH-7Q2M9X").set({ owner: "rita", role: "chatter" });
  await call(registerChatter, carl, { ...chatterForm, recruiterCode: "CH-7Q2M9X" });
  const recruit = await db.doc("chatter_recruits/carl").get();
  expect(recruit.data()).toMatchObject({ owner: "rita", recruit: "carl", status: "registered" });
  const event = { data: recruit, params: {} } as never;
  await Promise.all([onChatterRecruited.run(event), onChatterRecruited.run(event)]);
  const told = await db.collection("chatter_notifications").get();
  expect(told.docs.map((one) => [one.id, one.get("owner"), one.get("kind")])).toEqual([
    ["recruit_carl", "rita", "recruit"],
  ]);
});

async function member(uid: string, more: Record<string, unknown> = {}): Promise<void> {
  await db.doc(`chatter_profiles/${uid}`).set({ displayName: uid, status: "active", balanceCents: 0, ...more });
}

it("adds a commission to the points of its month once, and not to the balance", async () => {
  await member("carl");
  const deliver = await createdEvent("chatter_commissions/b1", { owner: "carl", amountCents: 196, status: "held" });
  await Promise.all([deliver(onChatterCommissionCreated), deliver(onChatterCommissionCreated)]);
  await deliver(onChatterCommissionCreated);
  const profile = await db.doc("chatter_profiles/carl").get();
  const month = new Date().toISOString().slice(0, 7).replace("-", "");
  expect(profile.get("points")).toEqual({ [`m${month}`]: 196 });
  expect(profile.get("balanceCents")).toBe(0);
});

const bonus = (creditedAt: Date | null) => ({ amountCents: 5_000, currency: "usd", state: "locked", creditedAt });
const weekAgo = new Date(Date.now() - 8 * 86_400_000);

it("releases commissions after a week, once though two runs overlap, and unlocks the bonus that was earned", async () => {
  await member("carl", { earnedCents: 4_900, bonus: bonus(weekAgo) });
  await member("dora", { earnedCents: 4_900, bonus: bonus(null) });
  for (const owner of ["carl", "dora"]) {
    await db.doc(`chatter_commissions/${owner}`).set({ owner, amountCents: 100, status: "held", createdAt: weekAgo });
    await db.doc(`chatter_commissions/${owner}2`).set({ owner, amountCents: 7, status: "held", createdAt: new Date() });
  }
  await Promise.all([
    runSchedule(releaseChatterCommissions, "2026-11-28T02:10:00Z"),
    runSchedule(releaseChatterCommissions, "2026-11-28T02:10:00Z"),
  ]);
  const carls = (await db.doc("chatter_profiles/carl").get()).data();
  expect(carls).toMatchObject({ balanceCents: 5_100, earnedCents: 5_000, bonus: { state: "unlocked" } });
  // Without Telegram there is no bonus to unlock.
  const doras = (await db.doc("chatter_profiles/dora").get()).data();
  expect(doras).toMatchObject({ balanceCents: 100, earnedCents: 5_000, bonus: { state: "locked" } });
  expect((await db.doc("chatter_commissions/carl2").get()).get("status")).toBe("held");
  expect((await db.doc("chatter_commissions/carl").get()).get("status")).toBe("released");
});

it("pays the three best of the month that has ended, once though the run is delivered twice", async () => {
  const points = [500, 400, 300, 200].map(
    (october, index) => ["a", "b", "c", "d"].at(index) && { october, uid: ["a", "b", "c", "d"][index] },
  );
  for (const one of points) {
    if (one) await member(String(one.uid), { points: { m202610: one.october, m202611: 1_000 - one.october } });
  }
  await db.doc("chatter_profiles/b").update({ status: "suspended" });
  await Promise.all([
    runSchedule(awardChatterMonthlyBonuses, "2026-11-01T03:00:00Z"),
    runSchedule(awardChatterMonthlyBonuses, "2026-11-01T03:00:00Z"),
  ]);
  const profiles = await db.collection("chatter_profiles").orderBy("displayName").get();
  expect(profiles.docs.map((one) => [one.id, one.get("balanceCents")])).toEqual([
    ["a", 10_000],
    ["b", 0],
    ["c", 10_000],
    ["d", 10_000],
  ]);
});

it("ranks by this month's points", async () => {
  const month = `m${new Date().toISOString().slice(0, 7).replace("-", "")}`;
  await member("a", { points: { [month]: 10 }, rank: 1 });
  await member("b", { points: { [month]: 90 } });
  await member("c");
  await runSchedule(updateChatterRankings, "2026-11-28T10:15:00Z");
  const ranks = await db.collection("chatter_profiles").orderBy("displayName").get();
  expect(ranks.docs.map((one) => one.get("rank"))).toEqual([2, 1, undefined]);
  expect((await db.doc("affiliate_rankings/chatter").get()).get("best")).toEqual([
    { rank: 1, displayName: "b", points: 90 },
    { rank: 2, displayName: "a", points: 10 },
  ]);
});

it.each([
  ["nobody", null, undefined, "unauthenticated: Sign in first."],
  ["whoever has not registered", carl, undefined, "failed-precondition: Register for this programme first."],
  ["a suspended member", carl, "suspended", "permission-denied: Your membership is suspended."],
  ["a banned member", carl, "banned", "permission-denied: Your membership is banned."],
])("keeps a programme from %s", async (_, caller, status, refusal) => {
  if (status !== undefined) await member("carl", { status });
  for (const target of [getChatterDashboard, listChatterPosts, submitChatterPost]) {
    expect(await refusalOf(target, caller, {})).toBe(refusal);
  }
});

it("shows members their own documents page by page, and nobody else's", async () => {
  await member("carl");
  await member("dora");
  const dora = { uid: "dora" };
  for (const text of ["one", "two", "three"])
    await call(submitChatterPost, carl, { link: "https://x.example/1", text });
  await call(submitChatterPost, dora, { link: "https://x.example/2", text: "hers" });
  const first = await call(listChatterPosts, carl, { limit: 2 });
  const second = await call(listChatterPosts, carl, { limit: 2, after: first.next });
  const texts = [first, second].flatMap(({ items }) => (items as { text: string }[]).map(({ text }) => text));
  expect(texts).toEqual(["three", "two", "one"]);
  expect(second.next).toBe(null);
  expect(await refusalOf(listChatterPosts, carl, { after: "nothing" })).toBe(
    "invalid-argument: after: there is no such entry",
  );
});

it("keeps the answers of a quiz to itself, and a passed one passed", async () => {
  await member("carl");
  const module = { role: "chatter", title: "Start", solution: [1, 2, 3, 4, 0] };
  await db.doc("training_modules/m1").set({ ...module, status: "published" });
  await db.doc("training_modules/m2").set({ ...module, status: "removed" });
  expect(await call(getChatterTrainingModule, carl, { id: "m1" })).not.toHaveProperty("solution");
  const attempt = (answers: number[]) => call(completeChatterTraining, carl, { id: "m1", answers });
  expect(await attempt([1, 2, 3, 0, 1])).toEqual({ id: "m1", status: "failed", score: 0.6 });
  expect(await attempt([1, 2, 3, 4, 1])).toEqual({ id: "m1", status: "completed", score: 0.8 });
  expect(await attempt([0, 0, 0, 1, 1])).toEqual({ id: "m1", status: "completed", score: 0.8 });
  expect(await refusalOf(completeChatterTraining, carl, { id: "m2", answers: [1] })).toBe(
    "not-found: There is no m2 in this programme.",
  );
});

it("counts a visitor's click once a day, and a code of another programme not at all", async () => {
  await db.doc("affiliate_codes/CH-7Q2M9X").set({ owner: "carl", role: "chatter" });
  await db.doc("affiliate_codes/IN-BBBBBB").set({ owner: "ina", role: "influencer" });
  const click = (code: string) => call(trackChatterClick, null, { code, page: "/", visitor: "v1" });
  const both = await Promise.all([click("CH-7Q2M9X"), click("CH-7Q2M9X")]);
  expect(both.filter(({ counted }) => counted)).toHaveLength(1);
  expect(await click("IN-BBBBBB")).toEqual({ counted: false });
  const clicks = await db.collection("chatter_clicks").get();
  expect(clicks.docs.map((one) => one.get("owner"))).toEqual(["carl"]);
  expect(JSON.stringify(clicks.docs[0]?.data())).not.toContain("v1");
});

it("pays an accepted article's bonus once, also when it is accepted a second time", async () => {
  await db.doc("blogger_profiles/carl").set({ status: "active", balanceCents: 0 });
  const article = db.doc("blogger_articles/a1");
  await article.set({ owner: "carl", status: "pending" });
  const first = await updatedEvent(article, () => article.update({ status: "accepted" }));
  await Promise.all([first(onBloggerArticleAccepted), first(onBloggerArticleAccepted)]);
  await article.update({ status: "returned" });
  const again = await updatedEvent(article, () => article.update({ status: "accepted" }));
  await again(onBloggerArticleAccepted);
  expect((await db.doc("blogger_profiles/carl").get()).get("balanceCents")).toBe(2_500);
});
