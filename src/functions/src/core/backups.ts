import { getAuth } from "firebase-admin/auth";
import { FieldValue } from "firebase-admin/firestore";
import { projectID } from "firebase-functions/params";
import { onCall } from "firebase-functions/v2/https";
import { onSchedule } from "firebase-functions/v2/scheduler";
import { requireAdmin } from "../access.ts";
import { adminList } from "../families/admin-list.ts";
import { sweep } from "../families/sweep.ts";
import { db } from "../firestore.ts";

/** Starts an export of the whole database to the backup bucket; Firestore goes on with it by itself. */
async function exportDatabase(reason: string): Promise<string> {
  const { default: firestore } = await import("@google-cloud/firestore");
  const admin = new firestore.v1.FirestoreAdminClient();
  const name = admin.databasePath(projectID.value(), "(default)");
  const [operation] = await admin.exportDocuments({
    name,
    outputUriPrefix: `gs://${projectID.value()}-backups/${new Date().toISOString()}`,
  });
  const createdAt = FieldValue.serverTimestamp();
  const backup = { kind: "firestore", operation: operation.name ?? null, reason, status: "kept", createdAt };
  return (await db().collection("backups").add(backup)).id;
}

export const backupFirestore = onSchedule({ schedule: "0 1 * * *", timeZone: "Etc/UTC" }, async () => {
  await exportDatabase("nightly");
});

/** Who has an account, without anything one could sign in with. */
export const backupAuthUsers = onSchedule(
  { schedule: "30 1 * * *", timeZone: "Etc/UTC", timeoutSeconds: 540 },
  async () => {
    const backup = await db()
      .collection("backups")
      .add({ kind: "auth", status: "kept", createdAt: FieldValue.serverTimestamp() });
    let next: string | undefined;
    do {
      const found = await getAuth().listUsers(500, next);
      const users = found.users.map(({ uid, email, disabled }) => ({ uid, email: email ?? null, disabled }));
      await backup.collection("pages").add({ users });
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
  return { id: await exportDatabase(`by ${actor}`) };
});
