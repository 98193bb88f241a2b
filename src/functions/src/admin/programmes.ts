import { z } from "zod";
import { adminAction } from "../families/admin-action.ts";
import { adminCreate } from "../families/admin-create.ts";
import { adminList } from "../families/admin-list.ts";
import { adminRemove } from "../families/admin-remove.ts";
import { readSettings, writeSettings } from "../families/settings.ts";
import { cents, longText, share, shortText } from "../input.ts";

const modules = "training_modules";

export const adminGetCommissionPlan = readSettings("commissions");
export const adminSetCommissionPlan = writeSettings(
  "commissions",
  z.object({ chatter: share, influencer: share, blogger: share, groupAdmin: share }),
);
export const adminGetBonusPlan = readSettings("bonuses");
export const adminSetBonusPlan = writeSettings(
  "bonuses",
  z.object({ telegramCents: cents, recruitmentCents: cents, unlockedFromCents: cents }),
);
export const adminListTrainingModules = adminList({ collection: modules });
export const adminCreateTrainingModule = adminCreate({
  collection: modules,
  event: "training-module.created",
  status: "published",
  input: {
    title: shortText,
    body: longText,
    role: z.enum(["chatter", "influencer", "blogger", "groupAdmin"]),
    /** The quiz: the number of each question's right answer; empty where there is none. */
    solution: z.array(z.int().min(0)).max(50).default([]),
  },
});
export const adminUpdateTrainingModule = adminAction({
  collection: modules,
  event: "training-module.updated",
  input: { title: shortText, body: longText },
});
export const adminRemoveTrainingModule = adminRemove({ collection: modules, event: "training-module.removed" });
export const adminListFraudSuspicions = adminList({ collection: "fraud_suspicions" });
