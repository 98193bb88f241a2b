import { sharedGet, sharedList } from "../../families/shared-documents.ts";
import { groupAdmin } from "../roles.ts";

export const listGroupAdminResources = sharedList(groupAdmin, "affiliate_resources");
export const getGroupAdminResource = sharedGet(groupAdmin, "affiliate_resources");
