import { ownProfileUpdate } from "../../families/own-profile.ts";
import { url } from "../../input.ts";
import { blogger } from "../roles.ts";

export const setBloggerSite = ownProfileUpdate(blogger, { site: url });
