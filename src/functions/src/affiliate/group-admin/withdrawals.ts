import { ownGet, ownList } from "../../families/own-documents.ts";
import { withdrawalCancel, withdrawalRequest } from "../../families/withdrawal-request.ts";
import { groupAdmin } from "../roles.ts";

export const requestGroupAdminWithdrawal = withdrawalRequest(groupAdmin);
export const listGroupAdminWithdrawals = ownList(groupAdmin, "withdrawals");
export const cancelGroupAdminWithdrawal = withdrawalCancel(groupAdmin);
export const listGroupAdminPayouts = ownList(groupAdmin, "payouts");
export const getGroupAdminPayoutStatement = ownGet(groupAdmin, "payouts");
export const listGroupAdminPayments = ownList(groupAdmin, "payments");
export const getGroupAdminPaymentReceipt = ownGet(groupAdmin, "payments");
