import { beforeAll, expect, it } from "vitest";
import {
  adminAdjustChatterBalance,
  adminApproveChatter,
  adminListChatters,
} from "../../src/functions/src/admin/chatters.ts";
import { adminSetFeatureFlags } from "../../src/functions/src/admin/settings.ts";
import {
  adminInviteTeamMember,
  adminListTeam,
  adminLockTeamMember,
  adminRemoveTeamMember,
  adminSetTeamMemberRights,
  adminUnlockTeamMember,
} from "../../src/functions/src/admin/team.ts";
import { refundPayment } from "../../src/functions/src/payments/intents.ts";
import { paymentListWithdrawals } from "../../src/functions/src/payments/withdrawals.ts";
import { rights } from "../../src/functions/src/rights.ts";
import { manifest } from "../story/fleet.ts";
import { admin, call, refusalOf } from "./invoke.ts";
import { db } from "./surroundings.ts";

const mia = { uid: "mia", email: "mia@example.org", email_verified: true };

const invite = async (given: readonly string[]): Promise<string> =>
  String(
    (await call(adminInviteTeamMember, admin, { email: "Mia@Example.org", displayName: "Mia", rights: given })).id,
  );

it("lets a member of the team do what the rights allow, and nothing else", async () => {
  await db.doc("chatter_profiles/carl").set({ status: "pending", balanceCents: 0 });
  const id = await invite(["affiliates"]);
  expect(await call(adminApproveChatter, mia, { id: "carl" })).toMatchObject({ changed: true });
  const events = await db.collection("admin_events").where("event", "==", "chatter.approved").get();
  expect(events.docs.map((event) => event.get("actor"))).toEqual(["mia"]);
  // Money is another right, wherever it lies.
  const adjust = { id: "carl", requestId: "r1", changeCents: 5_000, reason: "bonus" };
  expect(await refusalOf(adminAdjustChatterBalance, mia, adjust)).toBe(
    'permission-denied: This takes the right "money".',
  );
  for (const [target, right] of [
    [paymentListWithdrawals, "money"],
    [refundPayment, "money"],
    [adminSetFeatureFlags, "settings"],
  ] as const) {
    expect(await refusalOf(target, mia, { id: "x", reason: "y" })).toBe(
      `permission-denied: This takes the right "${right}".`,
    );
  }
  await call(adminSetTeamMemberRights, admin, { id, rights: ["money"] });
  expect(await refusalOf(adminListChatters, mia, {})).toBe('permission-denied: This takes the right "affiliates".');
  expect(await refusalOf(adminAdjustChatterBalance, mia, adjust)).toBe("accepted");
  expect(await refusalOf(paymentListWithdrawals, mia, {})).toBe("accepted");
});

it("knows a member by a verified address alone, and no longer once locked or removed", async () => {
  const id = await invite(["affiliates"]);
  const only = "permission-denied: Administrators only.";
  expect(await refusalOf(adminListChatters, { ...mia, email_verified: false }, {})).toBe(only);
  expect(await refusalOf(adminListChatters, { ...mia, email: "eve@example.org" }, {})).toBe(only);
  expect(await refusalOf(adminListChatters, mia, {})).toBe("accepted");
  await call(adminLockTeamMember, admin, { id });
  // Invited once more: the lock holds.
  await invite(["affiliates"]);
  expect(await refusalOf(adminListChatters, mia, {})).toBe('permission-denied: This takes the right "affiliates".');
  await call(adminUnlockTeamMember, admin, { id });
  expect(await refusalOf(adminListChatters, mia, {})).toBe("accepted");
  for (const member of (await db.collection("team_members").get()).docs) {
    await call(adminRemoveTeamMember, admin, { id: member.id });
  }
  expect(await refusalOf(adminListChatters, mia, {})).toBe(only);
});

it("lets nobody give rights to himself", async () => {
  const id = await invite(rights);
  expect(await refusalOf(adminSetTeamMemberRights, mia, { id, rights })).toBe(
    "permission-denied: Administrators only.",
  );
  expect(await refusalOf(adminListTeam, mia, {})).toBe("permission-denied: Administrators only.");
});

let fleet: Readonly<Record<string, { run(request: never): unknown }>>;
beforeAll(async () => {
  fleet = (await import("../../src/functions/src/index.ts")) as unknown as typeof fleet;
});

it("has a right for all of the back office but the team, its records, backups and the state of the system", async () => {
  await invite(rights);
  const stranger = { uid: "anna" };
  const closed: string[] = [];
  for (const { name, trigger } of manifest.functions.values()) {
    const target = fleet[name];
    if ((trigger ?? "callable") !== "callable" || target === undefined) continue;
    const only = "permission-denied: Administrators only.";
    if ((await refusalOf(target, stranger, { id: "x" })) !== only) continue;
    if ((await refusalOf(target, mia, { id: "a/b" })) === only) closed.push(name);
  }
  expect(closed.sort()).toEqual([
    "adminExportEvents",
    "adminGetEvent",
    "adminGetTeamMember",
    "adminInviteTeamMember",
    "adminListEvents",
    "adminListTeam",
    "adminLockTeamMember",
    "adminRemoveTeamMember",
    "adminSetTeamMemberRights",
    "adminUnlockTeamMember",
    "getSystemStatus",
    "listBackups",
    "muteAlert",
    "startBackup",
  ]);
}, 120_000);
