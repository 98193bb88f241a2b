import { z } from "zod";
import { dashboard } from "../../families/dashboard.ts";
import { ownProfile, ownProfileUpdate } from "../../families/own-profile.ts";
import { registration } from "../../families/registration.ts";
import { country, shortText } from "../../input.ts";
import { chatter } from "../roles.ts";

export const registerChatter = registration(chatter, {
  languages: z.array(z.string().length(2)).min(1),
  platforms: z.array(shortText).max(10),
});
export const getChatterDashboard = dashboard(chatter);
export const getChatterProfile = ownProfile(chatter);
export const updateChatterProfile = ownProfileUpdate(chatter, { displayName: shortText, country });
export const updateChatterPayoutMethod = ownProfileUpdate(chatter, {
  payoutMethod: z.enum(["paypal", "bank", "wise"]),
  payoutAddress: shortText,
});
export const acceptChatterTerms = ownProfileUpdate(chatter, { termsVersion: shortText });
export const closeChatterAccount = ownProfileUpdate(chatter, { status: z.literal("closed") });
