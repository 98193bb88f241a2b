import { z } from "zod";
import { dashboard } from "../../families/dashboard.ts";
import { ownProfile, ownProfileUpdate } from "../../families/own-profile.ts";
import { registration } from "../../families/registration.ts";
import { country, shortText, url } from "../../input.ts";
import { groupAdmin } from "../roles.ts";

export const registerGroupAdmin = registration(groupAdmin, { groupUrl: url, groupMembers: z.int().min(0) });
export const getGroupAdminDashboard = dashboard(groupAdmin);
export const getGroupAdminProfile = ownProfile(groupAdmin);
export const updateGroupAdminProfile = ownProfileUpdate(groupAdmin, { displayName: shortText, country });
export const updateGroupAdminPayoutMethod = ownProfileUpdate(groupAdmin, {
  payoutMethod: z.enum(["paypal", "bank", "wise"]),
  payoutAddress: shortText,
});
