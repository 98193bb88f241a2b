import { z } from "zod";
import { adminAction } from "../families/admin-action.ts";
import { adminCreate } from "../families/admin-create.ts";
import { adminGet } from "../families/admin-get.ts";
import { adminList } from "../families/admin-list.ts";
import { adminRemove } from "../families/admin-remove.ts";
import { adminStats } from "../families/admin-stats.ts";
import { adminStatus } from "../families/admin-status.ts";
import { cents, currency, share, shortText } from "../input.ts";

const plans = "subscription_plans";
const promotions = "promotions";

export const adminListSubscriptions = adminList({ collection: "subscriptions" });
export const adminGetSubscription = adminGet({ collection: "subscriptions", parts: ["invoices"] });
export const adminSubscriptionStats = adminStats({
  collection: "subscriptions",
  by: "status",
  values: ["trialing", "active", "past_due", "canceled"],
  sum: "monthlyCents",
});
export const adminListPlans = adminList({ collection: plans });
export const adminCreatePlan = adminCreate({
  collection: plans,
  event: "plan.created",
  input: {
    title: shortText,
    monthlyCents: cents,
    currency,
    callsIncluded: z.int().min(0),
    stripePrice: z.string().regex(/^price_\w+$/, "expected the id of a price at Stripe"),
  },
});
export const adminPublishPlan = adminStatus({ collection: plans, status: "published", event: "plan.published" });
export const adminRetirePlan = adminRemove({ collection: plans, event: "plan.retired" });
export const adminListPromotions = adminList({ collection: promotions });
export const adminCreatePromotion = adminCreate({
  collection: promotions,
  event: "promotion.created",
  input: { code: z.string().regex(/^[A-Z0-9]{4,16}$/), discount: share, until: z.iso.date() },
});
export const adminExtendPromotion = adminAction({
  collection: promotions,
  event: "promotion.extended",
  input: { until: z.iso.date() },
  change: ({ until }) => ({ until }),
});
export const adminStopPromotion = adminStatus({
  collection: promotions,
  status: "stopped",
  event: "promotion.stopped",
});
export const adminPromotionStats = adminStats({
  collection: "promotion_uses",
  by: "status",
  values: ["applied", "expired"],
  sum: "discountCents",
});
