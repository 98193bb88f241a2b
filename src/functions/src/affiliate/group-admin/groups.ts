import { z } from "zod";
import { ownCreate, ownList, ownStatus, ownUpdate } from "../../families/own-documents.ts";
import { ownSummary } from "../../families/own-summary.ts";
import { shortText, url } from "../../input.ts";
import { groupAdmin } from "../roles.ts";

const fields = { name: shortText, address: url, members: z.int().min(0) };

export const addManagedGroup = ownCreate(groupAdmin, "groups", fields);
export const listManagedGroups = ownList(groupAdmin, "groups");
export const updateManagedGroup = ownUpdate(groupAdmin, "groups", fields);
export const removeManagedGroup = ownStatus(groupAdmin, "groups", { from: ["pending", "verified"], to: "removed" });
export const getManagedGroupStats = ownSummary(groupAdmin, "groups", {
  statuses: ["pending", "verified", "rejected"],
  sum: "members",
});
