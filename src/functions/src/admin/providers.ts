import { z } from "zod";
import { adminAction } from "../families/admin-action.ts";
import { adminBulk } from "../families/admin-bulk.ts";
import { adminExport } from "../families/admin-export.ts";
import { adminGet } from "../families/admin-get.ts";
import { adminList } from "../families/admin-list.ts";
import { adminRemove } from "../families/admin-remove.ts";
import { adminStats } from "../families/admin-stats.ts";
import { adminStatus } from "../families/admin-status.ts";
import { cents, country, longText, shortText } from "../input.ts";

const collection = "providers";

/** From here on clients find the provider; until then the profile is pending and invisible. */
export const approveProfile = adminAction({
  collection,
  event: "provider.approved",
  input: {},
  refuse: (provider) =>
    provider.get("stripeAccount") === undefined && provider.get("paypalAddress") === undefined
      ? "The provider has no place where earnings go yet."
      : null,
  change: () => ({ approvalStatus: "approved", visible: true, status: "active" }),
});
export const rejectProfile = adminAction({
  collection,
  event: "provider.rejected",
  input: { reason: longText },
  change: ({ reason }) => ({ approvalStatus: "rejected", visible: false, rejectionReason: reason }),
});
export const adminListProviders = adminList({ collection });
export const adminListPendingProviders = adminList({ collection, where: { field: "approvalStatus", is: "pending" } });
export const adminGetProvider = adminGet({ collection, parts: ["documents", "notes"] });
export const adminSuspendProvider = adminStatus({ collection, status: "suspended", event: "provider.suspended" });
export const adminReactivateProvider = adminStatus({ collection, status: "active", event: "provider.reactivated" });
export const adminRemoveProvider = adminRemove({ collection, event: "provider.removed" });
export const adminAcceptProviderDocuments = adminAction({
  collection,
  event: "provider.documents-accepted",
  input: { barNumber: shortText },
  change: ({ barNumber }) => ({ documents: "accepted", barNumber }),
});
export const adminRequestProviderDocuments = adminAction({
  collection,
  event: "provider.documents-requested",
  input: { message: longText },
  change: ({ message }) => ({ documents: "requested", documentsMessage: message }),
});
export const adminSetProviderRate = adminAction({
  collection,
  event: "provider.rate-set",
  input: { callCents: cents },
  change: ({ callCents }) => ({ callCents }),
});
export const adminSetProviderCountries = adminAction({
  collection,
  event: "provider.countries-set",
  input: { countries: z.array(country).min(1).max(30) },
  change: ({ countries }) => ({ countries }),
});
export const adminSetProviderSpecialties = adminAction({
  collection,
  event: "provider.specialties-set",
  input: { specialties: z.array(shortText).max(20) },
  change: ({ specialties }) => ({ specialties }),
});
export const adminSetProviderVisibility = adminAction({
  collection,
  event: "provider.visibility-set",
  input: { visible: z.boolean() },
  change: ({ visible }) => ({ visible }),
});
export const adminBulkHideProviders = adminBulk({
  collection,
  event: "provider.bulk-hidden",
  change: { visible: false },
});
export const adminBulkShowProviders = adminBulk({
  collection,
  event: "provider.bulk-shown",
  change: { visible: true },
});
export const adminProviderStats = adminStats({
  collection,
  by: "approvalStatus",
  values: ["pending", "approved", "rejected"],
});
export const adminExportProviders = adminExport({
  collection,
  columns: ["displayName", "barNumber", "countries", "callCents", "approvalStatus", "createdAt"],
});
