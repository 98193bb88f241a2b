import { ownCreate, ownList, ownStatus } from "../../families/own-documents.ts";
import { longText, url } from "../../input.ts";
import { influencer } from "../roles.ts";

export const submitInfluencerPost = ownCreate(influencer, "posts", { link: url, text: longText });
export const listInfluencerPosts = ownList(influencer, "posts");
export const withdrawInfluencerPost = ownStatus(influencer, "posts", {
  from: ["pending", "returned"],
  to: "withdrawn",
});
