import { ownGet, ownList } from "../../families/own-documents.ts";
import { withdrawalCancel, withdrawalRequest } from "../../families/withdrawal-request.ts";
import { chatter } from "../roles.ts";

export const requestChatterWithdrawal = withdrawalRequest(chatter);
export const listChatterWithdrawals = ownList(chatter, "withdrawals");
export const cancelChatterWithdrawal = withdrawalCancel(chatter);
export const getChatterWithdrawal = ownGet(chatter, "withdrawals");
export const listChatterPayouts = ownList(chatter, "payouts");
export const getChatterPayoutStatement = ownGet(chatter, "payouts");
