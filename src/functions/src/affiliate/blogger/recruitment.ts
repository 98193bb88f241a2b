import { ownList } from "../../families/own-documents.ts";
import { recruitmentLink } from "../../families/recruitment.ts";
import { blogger } from "../roles.ts";

export const createBloggerRecruitmentLink = recruitmentLink(blogger);
export const listBloggerRecruits = ownList(blogger, "recruits");
