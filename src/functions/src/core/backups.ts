import { randomUUID } from "node:crypto";
import { getAuth } from "firebase-admin/auth";
import { FieldValue } from "firebase-admin/firestore";
import { projectID } from "firebase-functions/params";
import { onCall } from "firebase-functions/v2/https";
import { onSchedule } from "firebase-functions/v2/scheduler";
import { requireAdmin } from "../access.ts";
import { app } from "../app.ts";
import { adminList } from "../families/admin-list.ts";
import { sweep } from "../families/sweep.ts";
import { db } from "../firestore.ts";
import { once } from "../ledger.ts";

/**
 * Starts an export of the whole database to the backup bucket; Firestore goes on with it by itself. `id` is the backup's
 * own: one that was begun is not begun again.
 */
async function exportDatabase(caller: "backupFirestore" | "startBackup", id: string, reason: string): Promise<string> {
  const { default: firestore } = await import("@google-cloud/firestore");
  const backup = db().collection("backups").doc(id);
  await once({ function: caller, event: id }, async () => {
    const admin = new firestore.v1.FirestoreAdminClient();
    const name = admin.databasePath(projectID.value(), "(default)");
    const asked = { name, outputUriPrefix: `gs://${projectID.value()}-backups/${id}` };
    const [operation] = await admin.exportDocuments(asked, { timeout: 30_000 });
    const createdAt = FieldValue.serverTimestamp();
    await backup.set({ kind: "firestore", operation: operation.name ?? null, reason, status: "kept", createdAt });
  });
  return id;
}

export const backupFirestore = onSchedule({ schedule: "0 1 * * *", timeZone: "Etc/UTC" }, async (event) => {
  await exportDatabase("backupFirestore", `nightly-${event.scheduleTime.replaceAll(/\D/g, "")}`, "nightly");
});

/** Who has an account, without anything one could sign in with. */
export const backupAuthUsers = onSchedule(
  { schedule: "30 1 * * *", timeZone: "Etc/UTC", timeoutSeconds: 540 },
  async (event) => {
    // The run and the page name the documents: a run that is delivered twice writes the same ones again.
    const backup = db()
      .collection("backups")
      .doc(`auth-${event.scheduleTime.replaceAll(/\D/g, "")}`);
    await backup.set({ kind: "auth", status: "kept", createdAt: FieldValue.serverTimestamp() });
    let next: string | undefined;
    let page = 0;
    do {
      const found = await getAuth(app()).listUsers(500, next);
      const users = found.users.map(({ uid, email, disabled }) => ({ uid, email: email ?? null, disabled }));
      await backup.collection("pages").doc(String(page).padStart(6, "0")).set({ users });
      page += 1;
      next = found.pageToken;
    } while (next !== undefined);
  },
);

export const deleteOldBackups = sweep({
  schedule: "30 4 * * 0",
  collection: "backups",
  status: "kept",
  since: "createdAt",
  olderThanHours: 24 * 60,
  each: (backup) => backup.ref.update({ status: "expired" }),
});

export const listBackups = adminList({ collection: "backups" });

export const startBackup = onCall(async (request) => {
  const actor = requireAdmin(request);
  return { id: await exportDatabase("startBackup", `by-hand-${randomUUID()}`, `by ${actor}`) };
});
