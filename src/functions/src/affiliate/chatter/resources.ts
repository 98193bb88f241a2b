import { ownList } from "../../families/own-documents.ts";
import { sharedGet, sharedList } from "../../families/shared-documents.ts";
import { chatter } from "../roles.ts";

export const listChatterResources = sharedList(chatter, "affiliate_resources");
export const getChatterResource = sharedGet(chatter, "affiliate_resources");
export const listChatterNotifications = ownList(chatter, "notifications");
