import { ownList } from "../../families/own-documents.ts";
import { sharedGet, sharedList } from "../../families/shared-documents.ts";
import { blogger } from "../roles.ts";

export const listBloggerResources = sharedList(blogger, "affiliate_resources");
export const getBloggerResource = sharedGet(blogger, "affiliate_resources");
export const listBloggerNotifications = ownList(blogger, "notifications");
