import { ownGet, ownList, ownStatus } from "../../families/own-documents.ts";
import { withdrawalRequest } from "../../families/withdrawal-request.ts";
import { chatter } from "../roles.ts";

export const requestChatterWithdrawal = withdrawalRequest(chatter);
export const listChatterWithdrawals = ownList(chatter, "withdrawals");
export const cancelChatterWithdrawal = ownStatus(chatter, "withdrawals", { from: ["pending"], to: "cancelled" });
export const getChatterWithdrawal = ownGet(chatter, "withdrawals");
export const listChatterPayouts = ownList(chatter, "payouts");
export const getChatterPayoutStatement = ownGet(chatter, "payouts");
