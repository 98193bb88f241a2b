import { z } from "zod";
import { dashboard } from "../../families/dashboard.ts";
import { ownProfile, ownProfileUpdate } from "../../families/own-profile.ts";
import { registration } from "../../families/registration.ts";
import { country, shortText, url } from "../../input.ts";
import { influencer } from "../roles.ts";

export const registerInfluencer = registration(influencer, { channel: url, followers: z.int().min(0) });
export const getInfluencerDashboard = dashboard(influencer);
export const getInfluencerProfile = ownProfile(influencer);
export const updateInfluencerProfile = ownProfileUpdate(influencer, { displayName: shortText, country });
export const updateInfluencerPayoutMethod = ownProfileUpdate(influencer, {
  payoutMethod: z.enum(["paypal", "bank", "wise"]),
  payoutAddress: shortText,
});
