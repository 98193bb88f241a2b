import { ownGet, ownList } from "../../families/own-documents.ts";
import { withdrawalCancel, withdrawalRequest } from "../../families/withdrawal-request.ts";
import { blogger } from "../roles.ts";

export const requestBloggerWithdrawal = withdrawalRequest(blogger);
export const listBloggerWithdrawals = ownList(blogger, "withdrawals");
export const cancelBloggerWithdrawal = withdrawalCancel(blogger);
export const listBloggerPayouts = ownList(blogger, "payouts");
export const getBloggerPayoutStatement = ownGet(blogger, "payouts");
