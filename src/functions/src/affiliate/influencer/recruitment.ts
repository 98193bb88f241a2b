import { ownList } from "../../families/own-documents.ts";
import { recruitmentLink } from "../../families/recruitment.ts";
import { influencer } from "../roles.ts";

export const createInfluencerRecruitmentLink = recruitmentLink(influencer);
export const listInfluencerRecruits = ownList(influencer, "recruits");
