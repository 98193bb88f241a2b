import { z } from "zod";
import { readSettings, writeSettings } from "../families/settings.ts";
import { cents, country, longText, shortText } from "../input.ts";

export const adminGetFeatureFlags = readSettings("features");
export const adminSetFeatureFlags = writeSettings("features", z.record(shortText, z.boolean()));
export const adminGetMaintenanceNotice = readSettings("maintenance");
export const adminSetMaintenanceNotice = writeSettings(
  "maintenance",
  z.object({ active: z.boolean(), message: longText, until: z.iso.datetime().nullable() }),
);
export const adminGetOpenCountries = readSettings("countries");
export const adminSetOpenCountries = writeSettings("countries", z.object({ open: z.array(country) }));
export const adminGetWithdrawalLimits = readSettings("withdrawal-limits");
export const adminSetWithdrawalLimits = writeSettings(
  "withdrawal-limits",
  z.object({ minimumCents: cents, dailyCents: cents, reviewFromCents: cents }),
);
export const adminGetAlertThresholds = readSettings("alert-thresholds");
export const adminSetAlertThresholds = writeSettings(
  "alert-thresholds",
  z.object({ failedPayments: z.int().min(1), failedCalls: z.int().min(1), twilioBalanceCents: cents }),
);
export const adminGetLegalTexts = readSettings("legal");
export const adminSetLegalTexts = writeSettings(
  "legal",
  z.object({ terms: longText, privacy: longText, affiliateTerms: longText, version: shortText }),
);
export const adminGetEmailTemplates = readSettings("email-templates");
export const adminSetEmailTemplates = writeSettings(
  "email-templates",
  z.record(shortText, z.object({ subject: shortText, body: longText })),
);
