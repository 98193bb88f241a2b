import { z } from "zod";
import { adminAction } from "../families/admin-action.ts";
import { adminBulk } from "../families/admin-bulk.ts";
import { adminCreate } from "../families/admin-create.ts";
import { adminGet } from "../families/admin-get.ts";
import { adminList } from "../families/admin-list.ts";
import { adminStats } from "../families/admin-stats.ts";
import { adminStatus } from "../families/admin-status.ts";
import { longText, shortText } from "../input.ts";

const announcements = "announcements";
const tickets = "support_tickets";

export const adminListAnnouncements = adminList({ collection: announcements });
export const adminCreateAnnouncement = adminCreate({
  collection: announcements,
  event: "announcement.created",
  input: { title: shortText, body: longText, audience: z.enum(["clients", "providers", "affiliates", "everybody"]) },
});
export const adminSendAnnouncement = adminStatus({
  collection: announcements,
  status: "sending",
  event: "announcement.sent",
});
export const adminListTickets = adminList({ collection: tickets });
export const adminGetTicket = adminGet({ collection: tickets, parts: ["messages"] });
export const adminAssignTicket = adminAction({
  collection: tickets,
  event: "ticket.assigned",
  input: { assignee: shortText },
  change: ({ assignee }) => ({ assignee, status: "assigned" }),
});
export const adminAnswerTicket = adminAction({
  collection: tickets,
  event: "ticket.answered",
  input: { answer: longText },
  change: ({ answer }) => ({ answer, status: "answered" }),
});
export const adminCloseTicket = adminStatus({ collection: tickets, status: "closed", event: "ticket.closed" });
export const adminBulkCloseTickets = adminBulk({
  collection: tickets,
  event: "ticket.bulk-closed",
  change: { status: "closed" },
});
export const adminTicketStats = adminStats({
  collection: tickets,
  by: "status",
  values: ["open", "assigned", "answered", "closed"],
});
