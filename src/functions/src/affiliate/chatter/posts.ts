import { ownCreate, ownList, ownStatus } from "../../families/own-documents.ts";
import { longText, url } from "../../input.ts";
import { chatter } from "../roles.ts";

export const submitChatterPost = ownCreate(chatter, "posts", { link: url, text: longText });
export const listChatterPosts = ownList(chatter, "posts");
export const withdrawChatterPost = ownStatus(chatter, "posts", { from: ["pending", "returned"], to: "withdrawn" });
