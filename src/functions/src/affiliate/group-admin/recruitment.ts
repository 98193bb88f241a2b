import { ownList } from "../../families/own-documents.ts";
import { ownSummary } from "../../families/own-summary.ts";
import { recruitmentLink } from "../../families/recruitment.ts";
import { groupAdmin } from "../roles.ts";

export const createGroupAdminRecruitmentLink = recruitmentLink(groupAdmin);
export const listRecruitedGroupAdmins = ownList(groupAdmin, "recruits");
export const getGroupAdminRecruitmentStats = ownSummary(groupAdmin, "recruits", { statuses: ["registered", "active"] });
