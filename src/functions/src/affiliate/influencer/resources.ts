import { ownList } from "../../families/own-documents.ts";
import { sharedGet, sharedList } from "../../families/shared-documents.ts";
import { influencer } from "../roles.ts";

export const listInfluencerResources = sharedList(influencer, "affiliate_resources");
export const getInfluencerResource = sharedGet(influencer, "affiliate_resources");
export const listInfluencerNotifications = ownList(influencer, "notifications");
