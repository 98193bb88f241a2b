import { FieldValue } from "firebase-admin/firestore";
import { adminAction } from "../families/admin-action.ts";
import { adminBulk } from "../families/admin-bulk.ts";
import { adminExport } from "../families/admin-export.ts";
import { adminGet } from "../families/admin-get.ts";
import { adminList } from "../families/admin-list.ts";
import { adminRemove } from "../families/admin-remove.ts";
import { adminStats } from "../families/admin-stats.ts";
import { adminStatus } from "../families/admin-status.ts";
import { cents, longText, shortText } from "../input.ts";

const collection = "clients";

export const adminListClients = adminList({ collection });
export const adminGetClient = adminGet({ collection, parts: ["notes", "favourites"] });
export const adminBlockClient = adminStatus({ collection, status: "blocked", event: "client.blocked" });
export const adminUnblockClient = adminStatus({ collection, status: "active", event: "client.unblocked" });
export const adminRemoveClient = adminRemove({ collection, event: "client.removed" });
export const adminGrantClientCredit = adminAction({
  collection,
  event: "client.credit-granted",
  input: { creditCents: cents, reason: shortText },
  change: ({ creditCents }) => ({ creditCents: FieldValue.increment(creditCents) }),
  adds: true,
});
export const adminAnnotateClient = adminAction({
  collection,
  event: "client.annotated",
  input: { note: longText },
  change: ({ note }) => ({ note }),
});
export const adminBulkBlockClients = adminBulk({
  collection,
  event: "client.bulk-blocked",
  change: { status: "blocked" },
});
export const adminClientStats = adminStats({ collection, by: "status", values: ["active", "blocked", "removed"] });
export const adminExportClients = adminExport({
  collection,
  columns: ["displayName", "country", "status", "createdAt"],
});
