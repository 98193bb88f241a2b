import { ownGet, ownList, ownStatus } from "../../families/own-documents.ts";
import { withdrawalRequest } from "../../families/withdrawal-request.ts";
import { blogger } from "../roles.ts";

export const requestBloggerWithdrawal = withdrawalRequest(blogger);
export const listBloggerWithdrawals = ownList(blogger, "withdrawals");
export const cancelBloggerWithdrawal = ownStatus(blogger, "withdrawals", { from: ["pending"], to: "cancelled" });
export const listBloggerPayouts = ownList(blogger, "payouts");
export const getBloggerPayoutStatement = ownGet(blogger, "payouts");
