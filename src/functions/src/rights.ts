import { type CallableRequest, HttpsError } from "firebase-functions/v2/https";
import { requireUser } from "./access.ts";
import { db } from "./firestore.ts";

/** What a member of the team may be allowed: to see and to change what belongs to it. */
export const rights = ["affiliates", "providers", "clients", "money", "content", "settings"] as const;
export type Right = (typeof rights)[number];

/** Whoever may change any other could give rights to himself, or hide what he did: those are for administrators alone. */
const collections: Readonly<Record<Right, readonly string[]>> = {
  affiliates: [
    "chatter_profiles",
    "influencer_profiles",
    "blogger_profiles",
    "blogger_articles",
    "group_admin_profiles",
    "group_admin_groups",
    "training_modules",
    "fraud_suspicions",
    "affiliate_clicks_daily",
    "conversions",
  ],
  providers: ["providers", "reviews"],
  clients: ["clients", "call_sessions", "subscriptions", "support_tickets"],
  money: [
    "payments",
    "payment_metrics",
    "payment_checks",
    "payment_alerts",
    "invoices",
    "refunds",
    "disputes",
    "transfers",
    "withdrawals",
    "daily_revenue",
    "commission_totals",
  ],
  content: ["help_articles", "faq_entries", "country_guides", "affiliate_resources", "announcements"],
  settings: [
    "settings",
    "subscription_plans",
    "promotions",
    "promotion_uses",
    "client_errors",
    "daily_figures",
    "sessions_daily",
    "registrations",
  ],
};

const byCollection = new Map(rights.flatMap((right) => collections[right].map((name) => [name, right] as const)));

/** The right that a collection takes; null for those of administrators alone. */
export function rightTo(collection: string): Right | null {
  return byCollection.get(collection) ?? null;
}

/**
 * User id of the caller, who is an administrator, or has the right as a member of the team: known by the e-mail address
 * that the account has verified, and neither locked nor removed. Asked at each call, so that a right that is taken is gone
 * at once.
 */
export async function requireRight(request: CallableRequest, right: Right | null): Promise<string> {
  const uid = requireUser(request);
  const token = request.auth?.token;
  if (token?.role === "admin") return uid;
  const email = token?.email_verified === true ? token.email : undefined;
  if (right === null || email === undefined) throw administratorsOnly();
  const members = await db().collection("team_members").where("email", "==", email.toLowerCase()).limit(10).get();
  const present = members.docs.filter((member) => member.get("status") !== "removed");
  if (present.length === 0) throw administratorsOnly();
  const usable = present.every((member) => ["invited", "active"].includes(member.get("status")));
  if (usable && present.some((member) => member.get("rights")?.includes(right) === true)) return uid;
  throw new HttpsError("permission-denied", `This takes the right "${right}".`);
}

function administratorsOnly(): HttpsError {
  return new HttpsError("permission-denied", "Administrators only.");
}
