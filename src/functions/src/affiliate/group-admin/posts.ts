import { z } from "zod";
import { ownCreate, ownList, ownStatus, ownUpdate } from "../../families/own-documents.ts";
import { longText, url } from "../../input.ts";
import { groupAdmin } from "../roles.ts";

export const submitGroupAdminPost = ownCreate(groupAdmin, "posts", { link: url, text: longText });
export const listGroupAdminPosts = ownList(groupAdmin, "posts");
export const withdrawGroupAdminPost = ownStatus(groupAdmin, "posts", {
  from: ["pending", "returned"],
  to: "withdrawn",
});
export const scheduleGroupAdminPost = ownUpdate(groupAdmin, "posts", { publishAt: z.iso.datetime() });
