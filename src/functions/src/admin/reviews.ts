import { adminAction } from "../families/admin-action.ts";
import { adminBulk } from "../families/admin-bulk.ts";
import { adminList } from "../families/admin-list.ts";
import { adminRemove } from "../families/admin-remove.ts";
import { adminStats } from "../families/admin-stats.ts";
import { adminStatus } from "../families/admin-status.ts";
import { longText } from "../input.ts";

const collection = "reviews";

export const adminListReviews = adminList({ collection });
export const adminListReportedReviews = adminList({ collection, where: { field: "reported", is: true } });
export const adminPublishReview = adminStatus({ collection, status: "published", event: "review.published" });
export const adminAnswerReview = adminAction({
  collection,
  event: "review.answered",
  input: { answer: longText },
  change: ({ answer }) => ({ answer }),
});
export const adminRemoveReview = adminRemove({ collection, event: "review.removed" });
export const adminBulkPublishReviews = adminBulk({
  collection,
  event: "review.bulk-published",
  change: { status: "published" },
});
export const adminReviewStats = adminStats({ collection, by: "stars", values: ["1", "2", "3", "4", "5"] });
