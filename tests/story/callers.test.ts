import { expect, it } from "vitest";
import { readCallers } from "../../src/sources/callers/read.ts";
import { readDeclared } from "../../src/sources/declared/read.ts";
import { manifest, root } from "./fleet.ts";

it("finds every place of the front end and of the functions that reaches a function, and its region", async () => {
  const { facts, gaps } = await readCallers({
    root,
    projectId: manifest.environment.project,
    owners: [
      { name: "web", folder: "examples/web", mode: "production", kind: "web" },
      { name: "default", folder: "src/functions", mode: null, kind: "functions" },
    ],
  });
  expect(gaps).toEqual([]);
  expect(facts?.unresolved).toEqual([]);
  expect(facts?.callers.every(({ certain, project }) => certain && project === null)).toBe(true);
  const rows = facts?.callers.map(({ file, targets, regionSource }) => {
    const reached = targets.map((target) => `${target.function} in ${target.region}`).join(" or ");
    return `${file.slice(file.lastIndexOf("/") + 1)}: ${reached}, ${regionSource}`;
  });
  expect(rows?.sort()).toEqual([
    "AdminPage.tsx: adminListPendingProviders in europe-west1, literal",
    "AdminPage.tsx: adminPlatformStats in europe-west1, literal",
    "AdminPage.tsx: approveProfile in europe-west1, literal",
    "AdminPage.tsx: rejectProfile in europe-west1, literal",
    "BloggerDashboard.tsx: getBloggerDashboard in europe-west1, env:VITE_FUNCTIONS_AFFILIATE_REGION",
    "BloggerDashboard.tsx: getBloggerLeaderboard in europe-west1, env:VITE_FUNCTIONS_AFFILIATE_REGION",
    "BloggerRegister.tsx: registerBlogger in europe-west1, literal",
    "BookedCall.tsx: getPaymentStatus in europe-west3, literal",
    "CallCheckout.tsx: createAndScheduleCall in europe-west1, literal",
    "CallCheckout.tsx: createPaymentIntent in europe-west3, literal",
    "ChatterDashboard.tsx: getChatterDashboard in europe-west1, env:VITE_FUNCTIONS_AFFILIATE_REGION",
    "ChatterDashboard.tsx: getChatterLeaderboard in europe-west1, env:VITE_FUNCTIONS_AFFILIATE_REGION",
    "ChatterRegister.tsx: generateTelegramLink in europe-west3, literal",
    "ChatterRegister.tsx: registerChatter in europe-west1, literal",
    "GroupAdminDashboard.tsx: getGroupAdminDashboard in europe-west1, env:VITE_FUNCTIONS_AFFILIATE_REGION",
    "GroupAdminDashboard.tsx: getGroupAdminLeaderboard in europe-west1, env:VITE_FUNCTIONS_AFFILIATE_REGION",
    "GroupAdminRegister.tsx: registerGroupAdmin in europe-west1, literal",
    "InfluencerDashboard.tsx: getInfluencerDashboard in europe-west1, env:VITE_FUNCTIONS_AFFILIATE_REGION",
    "InfluencerDashboard.tsx: getInfluencerLeaderboard in europe-west1, env:VITE_FUNCTIONS_AFFILIATE_REGION",
    "InfluencerRegister.tsx: registerInfluencer in europe-west1, literal",
    "LawyerRegisterForm.tsx: getOnboardingLink in europe-west1, literal",
    "SubscriptionPage.tsx: createSubscriptionCheckout in europe-west1, literal",
    "SubscriptionPage.tsx: getSubscriptionStatus in europe-west3, literal",
    "call-queue.ts: executeScheduledCall in europe-west3, env:CALL_TASKS_REGION",
  ]);
});

it("reads from the source, without running it, the functions and triggers of regions.yaml", async () => {
  const { facts, gaps } = await readDeclared({ root, codebases: [{ name: "default", source: "src/functions" }] });
  expect(gaps).toEqual([]);
  expect(facts?.unresolved).toEqual([]);
  const read = facts?.functions.map(({ name, trigger, regions }) => `${name} ${trigger} ${regions.join()}`);
  const meant = [...manifest.functions.values()].map(({ name, trigger }) => `${name} ${trigger ?? "callable"} `);
  expect(read?.sort()).toEqual(meant.sort());
});
