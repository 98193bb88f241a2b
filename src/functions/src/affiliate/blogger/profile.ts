import { z } from "zod";
import { dashboard } from "../../families/dashboard.ts";
import { ownProfile, ownProfileUpdate } from "../../families/own-profile.ts";
import { registration } from "../../families/registration.ts";
import { country, shortText, url } from "../../input.ts";
import { blogger } from "../roles.ts";

export const registerBlogger = registration(blogger, { site: url, language: z.string().length(2) });
export const getBloggerDashboard = dashboard(blogger);
export const getBloggerProfile = ownProfile(blogger);
export const updateBloggerProfile = ownProfileUpdate(blogger, { displayName: shortText, country });
export const updateBloggerPayoutMethod = ownProfileUpdate(blogger, {
  payoutMethod: z.enum(["paypal", "bank", "wise"]),
  payoutAddress: shortText,
});
