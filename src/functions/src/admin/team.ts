import { z } from "zod";
import { adminAction } from "../families/admin-action.ts";
import { adminCreate } from "../families/admin-create.ts";
import { adminExport } from "../families/admin-export.ts";
import { adminGet } from "../families/admin-get.ts";
import { adminList } from "../families/admin-list.ts";
import { adminRemove } from "../families/admin-remove.ts";
import { adminStatus } from "../families/admin-status.ts";
import { shortText } from "../input.ts";
import { rights } from "../rights.ts";

const members = "team_members";
const given = z.array(z.enum(rights));

export const adminListTeam = adminList({ collection: members });
export const adminGetTeamMember = adminGet({ collection: members });
export const adminInviteTeamMember = adminCreate({
  collection: members,
  event: "team-member.invited",
  status: "invited",
  input: { email: z.email().toLowerCase(), displayName: shortText, rights: given },
});
export const adminSetTeamMemberRights = adminAction({
  collection: members,
  event: "team-member.rights-set",
  input: { rights: given },
});
export const adminLockTeamMember = adminStatus({ collection: members, status: "locked", event: "team-member.locked" });
export const adminUnlockTeamMember = adminStatus({
  collection: members,
  status: "active",
  event: "team-member.unlocked",
});
export const adminRemoveTeamMember = adminRemove({ collection: members, event: "team-member.removed" });
export const adminListEvents = adminList({ collection: "admin_events", orderBy: "at" });
export const adminGetEvent = adminGet({ collection: "admin_events" });
export const adminExportEvents = adminExport({
  collection: "admin_events",
  columns: ["event", "actor", "target", "at"],
});
